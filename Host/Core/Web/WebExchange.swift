/// A request of the host's own, to a server that its operator or a credential names: a provider of identities, a token
/// endpoint, a key service. It goes to the host of its URL and to no other; redirects are not followed, since what it
/// carries is for that host alone.
package struct WebRequest: Sendable {
    /// As it goes out: `GET`, `POST`.
    package var method: String
    /// Absolute, https or http.
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// Milliseconds for everything.
    package var timeout: Int64
    /// Bytes of the answer's decoded body past which the request fails.
    package var maxBody: Int

    package init(
        method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Int64 = 10_000, maxBody: Int = 256 << 10
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maxBody = maxBody
    }
}

/// An answer. Every status is one, also 300 and above.
package struct WebAnswer: Sendable {
    package var status: Int
    /// Names in lower case.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, given in lower case.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Why there is no answer. Holds nothing of the request but its host, and neither secret nor query.
package struct WebFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String
    /// False only when nothing of the request has left this machine.
    package var mayHaveHadEffect: Bool

    package init(_ description: String, mayHaveHadEffect: Bool = false) {
        self.description = description
        self.mayHaveHadEffect = mayHaveHadEffect
    }
}

/// Makes such requests, within the operator's egress policy.
package protocol WebExchange: Sendable {
    /// Throws `WebFailure`, or `CancellationError`.
    func exchange(_ request: WebRequest) async throws -> WebAnswer
}

/// Makes such requests on a tenant's behalf, also within what the operator lets that tenant reach.
package protocol TenantWebExchange: Sendable {
    /// Throws `WebFailure`, or `CancellationError`.
    func exchange(_ request: WebRequest, for tenant: TenantID) async throws -> WebAnswer
}
