/// What all requests of a client share.
package struct OutboundLimits: Sendable {
    /// Milliseconds to reach a host: name, TCP and TLS.
    package var connectTimeout: Int64
    /// Milliseconds no request may exceed, whatever it asks for.
    package var longestTimeout: Int64
    /// Requests under way, waiting ones included; further ones fail with `busy`.
    package var requests: Int
    /// Connections in all, and to one host; further requests wait for one, within their timeout.
    package var connections: Int
    package var connectionsPerHost: Int
    /// Bytes of the request's body, and of the answer's headers.
    package var requestBody: Int
    package var responseHeaders: Int

    package init(
        connectTimeout: Int64 = 10_000, longestTimeout: Int64 = 600_000, requests: Int = 10_000,
        connections: Int = 256, connectionsPerHost: Int = 32, requestBody: Int = 64 << 20,
        responseHeaders: Int = 256 << 10
    ) {
        self.connectTimeout = connectTimeout
        self.longestTimeout = longestTimeout
        self.requests = requests
        self.connections = connections
        self.connectionsPerHost = connectionsPerHost
        self.requestBody = requestBody
        self.responseHeaders = responseHeaders
    }
}
