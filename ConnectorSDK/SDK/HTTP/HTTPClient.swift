/// HTTP by the host: it keeps the declared hosts and the operator's policy, attaches the credential, and ends requests with
/// their call.
public struct HTTPClient: Sendable {
    let host: any HostServices
    let credential: String

    /// Sends a request. Throws `ConnectorError` when there was no answer (`unavailable`, `timeout`, …), of effect `none`
    /// where the method is safe, and `CancellationError` when the call was cancelled.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        do {
            return try await host.send(try request.prepared(credential: credential))
        } catch var error as ConnectorError where request.method.isSafe {
            error.effect = .none
            throw error
        }
    }
}
