package import PatchbayCore

/// Signs a request at the moment of sending: what it adds depends on all of the request, so it cannot be made before.
package protocol RequestSigner: Sendable {
    /// Headers that are sent in place of those of the same names.
    func headers(signing request: SignableRequest) -> [HTTPField]
    /// What must not be seen in answers and messages.
    var secrets: [Secret] { get }
}

/// What of a request can be signed.
package struct SignableRequest: Sendable {
    package var method: String
    /// As in the `Host` header: with the port, unless it is the scheme's own.
    package var host: String
    /// Percent-encoded, beginning with a slash.
    package var path: String
    /// Percent-encoded, without the question mark; empty for none.
    package var query: String
    package var headers: [HTTPField]
    package var body: [UInt8]
}
