import PatchbayCore
import PatchbayJSON
import PatchbayOutbound

/// Talks to a running host as any program would.
struct APIClient: Sendable {
    let client: OutboundClient
    /// Without a slash at the end: `http://127.0.0.1:8080`.
    let url: String
    let key: Secret
    /// Which of the caller's tenants is meant; nil: the only one.
    var tenant: TenantID?

    struct Answer: Sendable {
        var status: Int
        var body: JSON
    }

    /// Sends a request and reads the answer; a body without JSON reads as null.
    func send(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> Answer {
        var headers = [HTTPField(name: "Authorization", value: "Bearer \(key.reveal())")]
        if body != nil { headers.append(HTTPField(name: "Content-Type", value: "application/json")) }
        return try await send(method, path, headers: headers, body: body?.bytes() ?? [])
    }

    func send(_ method: String, _ path: String, headers: [HTTPField], body: [UInt8]) async throws -> Answer {
        let meant = tenant.map { [HTTPField(name: "X-Tenant-ID", value: $0.description)] } ?? []
        let request = OutboundRequest(
            method: method, url: url + path, headers: headers + meant, body: body, timeout: 30_000,
            allowedHosts: HostPattern("*").map { [$0] } ?? [])
        let response: OutboundResponse
        do {
            response = try await client.send(request)
        } catch let error as OutboundError {
            throw CommandFailure(
                "The host at \(url) does not answer: \(error.message). Is it running? Start it with: make run")
        }
        return Answer(status: response.status, body: (try? JSON(parsing: response.body)) ?? .null)
    }

    /// The body of an answer that must be a success.
    func expect(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        let answer = try await send(method, path, body)
        guard (200..<300).contains(answer.status) else {
            throw CommandFailure("\(method) \(path) was answered with \(answer.status): \(answer.body.text)")
        }
        return answer.body
    }
}
