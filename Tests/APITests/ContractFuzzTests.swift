import APIContract
import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayAPI

/// Calls every route that the document knows, with what is valid, wrong, missing, oversized and hostile. That every answer
/// is documented is looked at wherever the tests send a request.
@Suite(.timeLimit(.minutes(5)))
struct ContractFuzzTests {
    private let api = TestAPI()

    private enum Sender: String, CaseIterable { case operate, administer, nobody }

    @Test(arguments: 0..<6)
    func `whatever is sent by whomever, the answer is documented and no fault of ours`(seed: UInt64) async throws {
        let admin = api.person("admin@example.com", [.initial: "admin"])
        api.person("owner@example.com", [.initial: "owner"])
        var api = api
        api.limits.longestExecutionWait = 20
        api.limits.executionWait = 10
        let running = api
        try await running.test { client in
            let workflow = try await client.store(Documents.webhook())
            let manual = try await client.store(Documents.manual)
            let run = try await client.post("/api/v1/runs", ["workflow_id": .string(manual)]).json["id"]?.string ?? ""
            var maker = RequestMaker(
                TestClient.contract, seed: seed,
                known: [
                    "wf": [workflow, manual], "run": [run], "acc": [admin.id.description],
                    "ten": [TenantID.initial.description],
                ])
            var counts: [Int: Int] = [:]
            for operation in TestClient.contract.operations {
                for sender in Sender.allCases {
                    for _ in 0..<4 {
                        let made = maker.make(operation)
                        let answer = try await client.send(made, headers: try await headers(of: sender, admin, running))
                        counts[answer.status, default: 0] += 1
                        #expect(answer.status != 500, "\(sender) \(made)")
                    }
                }
            }
            // All kinds of answers were seen, so the requests are of all kinds.
            for status in [200, 201, 202, 204, 400, 401, 404, 409, 415] {
                #expect(counts[status, default: 0] > 0, "\(status) of \(counts)")
            }
        }
    }

    @Test func `what is too large is refused as such, by every route that takes a body`() async throws {
        var api = api
        api.limits = APILimits(body: 2_000, delivery: 2_000, package: 2_000)
        try await api.test { client in
            _ = try await client.store(Documents.webhook())
            for operation in TestClient.contract.operations {
                let content = operation.json["requestBody"]?["content"]?.object ?? [:]
                for media in content where media.name != "*/*" {
                    let path = operation.path.replacing("{id}", with: "x").replacing("{name}", with: "x")
                    let answer = try await client.raw(
                        HTTPRequest.Method(operation.method)!, path,
                        headers: [.authorization: "Bearer \(TestAPI.key)", .contentType: media.name],
                        body: [UInt8](repeating: 0x20, count: 2_001))
                    #expect([413, 403, 404].contains(answer.status), "\(operation.method) \(path) \(answer.status)")
                }
            }
            let delivery = try await client.raw(.post, "/webhook/deploy", body: [UInt8](repeating: 0x20, count: 2_001))
            #expect(delivery.status == 413)
        }
    }

    private func headers(of sender: Sender, _ admin: AccountRecord, _ api: TestAPI) async throws -> HTTPFields {
        switch sender {
        case .operate: [.authorization: "Bearer \(TestAPI.key)"]
        case .administer: try await api.session(of: admin)
        case .nobody: [:]
        }
    }
}

extension TestClient {
    fileprivate func send(_ made: RequestMaker.Made, headers: HTTPFields) async throws -> Answer {
        var headers = headers
        for (name, value) in made.headers {
            if let name = HTTPField.Name(name), HTTPField.isValidValue(value) { headers[name] = value }
        }
        return try await raw(HTTPRequest.Method(made.method)!, made.target, headers: headers, body: made.body)
    }
}
