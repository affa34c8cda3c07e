import PatchbayCore
import PatchbayOutbound

/// A client that may reach this machine's loopback addresses.
func loopbackClient(limits: OutboundLimits = OutboundLimits()) throws -> OutboundClient {
    try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.0/8, ::1/128"), limits: limits)
}

let everywhere = [HostPattern("*")!]

extension OutboundRequest {
    /// A request that may go anywhere.
    static func to(_ url: String, method: String = "GET", headers: [HTTPField] = [], body: [UInt8] = []) -> Self {
        // Much longer than any test takes, also on a busy machine.
        OutboundRequest(
            method: method, url: url, headers: headers, body: body, timeout: 240_000, allowedHosts: everywhere)
    }

    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}

extension OutboundClient {
    /// The error of a request that is expected to fail.
    func failure(of request: OutboundRequest) async throws -> OutboundError? {
        do {
            _ = try await send(request)
            return nil
        } catch let error as OutboundError {
            return error
        }
    }
}
