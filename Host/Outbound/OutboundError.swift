/// Why there is no answer.
package struct OutboundError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// Method, URL, headers, limits or attachment are malformed.
        case invalidRequest = "invalid-request"
        /// The request, or a redirect of it, goes to a host that the connector's manifest does not declare.
        case hostNotDeclared = "host-not-declared"
        /// The host's address lies in a network that the operator has not allowed.
        case egressDenied = "egress-denied"
        case resolveFailed = "resolve-failed"
        case connectFailed = "connect-failed"
        /// No trust: the certificate, or the TLS handshake.
        case tlsFailed = "tls-failed"
        case timeout
        /// Given up by whoever asked for it.
        case cancelled
        /// The decoded body, or the headers, are larger than allowed.
        case bodyTooLarge = "body-too-large"
        /// The connection ended before the answer was complete.
        case connectionLost = "connection-lost"
        /// What came is no HTTP, or not decodable.
        case protocolError = "protocol-error"
        case tooManyRedirects = "too-many-redirects"
        /// More requests are under way than the client's limit.
        case busy
        /// This side is shutting down.
        case closing
    }

    package var code: Code
    /// One sentence or two, with what to do; never holds the attached secret or a URL's query.
    package var message: String
    /// False only when nothing of the request has left this machine.
    package var mayHaveHadEffect: Bool

    package init(code: Code, message: String, mayHaveHadEffect: Bool) {
        self.code = code
        self.message = message
        self.mayHaveHadEffect = mayHaveHadEffect
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// A refusal before anything was sent.
    static func refused(_ code: Code, _ message: String) -> Self {
        Self(code: code, message: message, mayHaveHadEffect: false)
    }
}
