package import PatchbayCore
import PatchbayJSON

/// One question to a provider, “who is this?”, from the moment a browser is sent there until it comes back. The browser
/// keeps it, sealed, in a cookie; nothing of it is stored.
package struct OpenIDQuestion: Sendable, Equatable {
    /// Milliseconds within which the browser must be back.
    package static let life: Int64 = 600_000

    package let provider: String
    /// In the address, so that the answer names its question (RFC 6749, 10.12).
    package let state: String
    /// In the ID token.
    let nonce: String
    /// Of PKCE (RFC 7636): only whoever asked can use the answer.
    let verifier: String
    package let askedAt: Timestamp
    /// A path of this host that the browser goes to in the end.
    package let returnPath: String?
    /// Who is signed in and links themselves.
    package let account: AccountID?

    package init(
        provider: String, askedAt: Timestamp, returnPath: String? = nil, account: AccountID? = nil
    ) {
        func random() -> String { Base64.urlText(RandomBytes.make(32)) }
        (state, nonce, verifier) = (random(), random(), random())
        self.provider = provider
        self.askedAt = askedAt
        self.returnPath = returnPath
        self.account = account
    }

    /// What the provider is told of the verifier (S256).
    var challenge: String { Base64.urlText(Digest.sha256(Array(verifier.utf8))) }

    /// By which it is remembered that an answer to it was used.
    package var digest: [UInt8] { Digest.sha256(Array("openid:\(state)".utf8)) }

    package var expiresAt: Timestamp { askedAt + Self.life }

    /// Whether an answer's `state` is this question's.
    package func isAnswered(by state: String) -> Bool { Digest.areEqual(Array(state.utf8), Array(self.state.utf8)) }

    // MARK: In the cookie

    private static let binding = Array("openid-question".utf8)

    package func sealed(with key: SealingKey) throws(SecurityError) -> String {
        let content: JSON = [
            "p": .string(provider), "s": .string(state), "n": .string(nonce), "v": .string(verifier),
            "t": .int(askedAt.milliseconds), "r": returnPath.map(JSON.string) ?? .null,
            "a": account.map { .string($0.description) } ?? .null,
        ]
        return Base64.urlText(try key.seal(content.bytes(), boundTo: Self.binding))
    }

    /// Nil for what this installation has not sealed, and when it is too late.
    package init?(sealed text: String, with key: SealingKey, at now: Timestamp) {
        guard text.utf8.count <= 4_096, let bytes = Base64.urlBytes(text),
            let opened = try? key.open(bytes, boundTo: Self.binding), let content = try? JSON(parsing: opened),
            let provider = content["p"]?.string, let state = content["s"]?.string, let nonce = content["n"]?.string,
            let verifier = content["v"]?.string, let asked = content["t"]?.int
        else { return nil }
        self.provider = provider
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        askedAt = Timestamp(milliseconds: asked)
        returnPath = content["r"]?.string
        account = content["a"]?.string.flatMap { AccountID($0) }
        guard askedAt <= now + IDToken.leeway, expiresAt > now else { return nil }
    }
}
