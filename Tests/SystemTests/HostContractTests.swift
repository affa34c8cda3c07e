import APIContract
import HostFixture
import PatchbayJSON
import PatchbayOutbound
import Testing

/// A host with its database, called as its own document says it can be, and as it says it cannot.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HostContractTests {
    @Test func `whatever is sent to a host, its answer is documented and no fault of its own`() async throws {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let document = try await host.send("GET", "/api/v1/openapi.json").body
        let printed = try await installation.command(["openapi", "--server", "/"])
        #expect(try JSON(parsing: printed.output) == document)
        let contract = APIContract(document)
        let known = try await things(on: host)
        let key = try await adminKey(on: host)
        var maker = RequestMaker(contract, seed: 7, known: known)
        var faults: [String] = []
        var count = 0
        for operation in contract.operations where !operation.path.hasSuffix("/live") {
            for sender in ["Bearer \(host.key)", "Bearer \(key)", ""] {
                for _ in 0..<6 {
                    var made = maker.make(operation)
                    // What ends all other senders' keys would end the test, and what waits takes long.
                    if operation.path.hasSuffix("/execute") { made.body = Array("{\"timeout_ms\": 5}".utf8) }
                    let answer = try await host.send(made, authorization: sender)
                    count += 1
                    let wrong =
                        contract.violations(
                            made.method, made.target, status: answer.status, type: answer.type, body: answer.body)
                        + (answer.status == 500 ? ["it is a fault of ours"] : [])
                    faults += wrong.map { "\(sender.prefix(12)) \(made): \($0)" }
                }
            }
        }
        #expect(faults == [], "\(faults.joined(separator: "\n"))")
        #expect(count > 1_000)
        #expect(try await host.send("GET", "/readyz").status == 200)
        #expect(await host.stop() == 0)
    }

    private func things(on host: RunningHost) async throws -> [String: [String]] {
        let workflow = try await host.send(
            "POST", "/api/v1/workflows", ["name": "w", "nodes": [["id": "a", "type": "manual"]], "edges": []])
        let id = workflow.body["id"]?.string ?? ""
        let run = try await host.send("POST", "/api/v1/runs", ["workflow_id": .string(id)])
        let session = try await host.send("GET", "/api/v1/auth/session")
        return [
            "wf": [id], "run": [run.body["id"]?.string ?? ""], "ten": [session.body["tenant_id"]?.string ?? ""],
        ]
    }

    /// Of somebody who administers the tenant.
    private func adminKey(on host: RunningHost) async throws -> String {
        let roles = try await host.send("GET", "/api/v1/roles").body["items"]?.array ?? []
        let permissions = roles.first { $0["name"] == "admin" }?["permissions"] ?? []
        let made = try await host.send(
            "POST", "/api/v1/api-keys", ["name": "fuzz", "permissions": permissions])
        return try #require(made.body["key"]?.string, "\(made.text)")
    }
}

extension RunningHost {
    fileprivate func send(
        _ made: RequestMaker.Made, authorization: String
    ) async throws -> (status: Int, type: String?, body: [UInt8]) {
        var headers = made.headers.map { HTTPField(name: $0.name, value: $0.value) }
        if !authorization.isEmpty { headers.append(HTTPField(name: "Authorization", value: authorization)) }
        let response = try await client.send(
            OutboundRequest(
                method: made.method, url: url + made.target, headers: headers, body: made.body ?? [], timeout: 60_000,
                allowedHosts: [HostPattern("*")!]))
        let type = response.headers.first { $0.name.lowercased() == "content-type" }?.value
        return (response.status, type, response.body)
    }
}
