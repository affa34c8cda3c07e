/// Why nobody was signed in by a provider. The texts name what a provider said only by words of the standards; they
/// hold no token, code or claim.
package struct OpenIDFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// The provider does not answer, or not as the standards have it.
        case provider = "provider-failed"
        /// The provider, or the person there, has refused.
        case refused = "provider-refused"
        /// What the provider vouches for is not for us, not for now, or not the provider's word.
        case token = "token-invalid"
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
