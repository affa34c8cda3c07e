import FoundationEssentials
import Glibc
package import PatchbayJSON
package import PatchbayOutbound

/// A host that listens, and a client that holds its key.
package final class RunningHost: Sendable {
    package let program: ChildProgram
    package let url: String
    package let key: String
    package let client: OutboundClient

    package init(_ program: ChildProgram, keyFile: String) async throws {
        self.program = program
        client = try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))
        var found: String?
        let deadline = ContinuousClock.now + .seconds(90)
        while found == nil {
            let line = program.errors.split(separator: "\n").first {
                $0.contains("] listening") && $0.contains("url=http")
            }
            found = line?.split(separator: " ").first { $0.hasPrefix("url=") }.map { String($0.dropFirst(4)) }
            if found == nil {
                guard ContinuousClock.now < deadline, kill(program.pid, 0) == 0 else {
                    throw SystemTestError("the host does not listen: \(program.errors)")
                }
                // A process that starts has nothing else to wait on than what it prints.
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        url = found!.replacing("/api/v1", with: "")
        key = try String(contentsOfFile: keyFile, encoding: .utf8).filter { !$0.isWhitespace }
    }

    package func send(
        _ method: String, _ path: String, _ body: JSON? = nil, headers: [HTTPField] = []
    ) async throws -> (status: Int, body: JSON, text: String) {
        var headers = headers + [HTTPField(name: "Authorization", value: "Bearer \(key)")]
        if body != nil { headers.append(HTTPField(name: "Content-Type", value: "application/json")) }
        let response = try await client.send(
            OutboundRequest(
                method: method, url: url + path, headers: headers, body: body?.bytes() ?? [], timeout: 60_000,
                allowedHosts: [HostPattern("*")!]))
        let text = String(decoding: response.body, as: UTF8.self)
        return (response.status, (try? JSON(parsing: response.body)) ?? .null, text)
    }

    /// What a `GET` is answered with, with the headers by their names in lower case.
    package func fields(_ path: String) async throws -> (status: Int, headers: [String: String]) {
        let response = try await client.send(
            OutboundRequest(
                method: "GET", url: url + path, headers: [HTTPField(name: "Authorization", value: "Bearer \(key)")],
                timeout: 60_000, allowedHosts: [HostPattern("*")!]))
        let headers = response.headers.map { ($0.name.lowercased(), $0.value) }
        return (response.status, Dictionary(headers, uniquingKeysWith: { first, _ in first }))
    }

    /// Sends bytes that are no JSON.
    package func upload(
        _ path: String, _ bytes: [UInt8], type: String = "application/octet-stream"
    ) async throws -> (status: Int, body: JSON, text: String) {
        let response = try await client.send(
            OutboundRequest(
                method: "POST", url: url + path,
                headers: [
                    HTTPField(name: "Authorization", value: "Bearer \(key)"),
                    HTTPField(name: "Content-Type", value: type),
                ], body: bytes, timeout: 180_000, allowedHosts: [HostPattern("*")!]))
        return (
            response.status, (try? JSON(parsing: response.body)) ?? .null,
            String(decoding: response.body, as: UTF8.self)
        )
    }

    /// The run once it has ended.
    package func finished(_ run: String) async throws -> JSON {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let state = try await send("GET", "/api/v1/runs/\(run)").body
            if ["completed", "failed", "cancelled"].contains(state["status"]?.string ?? "") { return state }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw SystemTestError("the run \(run) does not end: \(program.errors)")
    }

    /// Asks it to end, and waits.
    package func stop() async -> Int32 {
        program.signal(SIGTERM)
        return await program.ended()
    }
}
