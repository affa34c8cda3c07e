package import PatchbayCore

/// The proof that whoever redeems a code is whoever asked for it (PKCE, RFC 7636): the challenge goes along with the
/// question, the verifier with the code.
package struct CodeProof: Sendable, Equatable {
    /// 43 characters, which no one but this host sees until the code is redeemed.
    package let verifier: Secret

    /// A new one, of 32 random bytes.
    package init() { verifier = Secret(Base64.urlText(RandomBytes.make(32))) }

    /// One that was kept.
    package init(verifier: Secret) { self.verifier = verifier }

    /// `code_challenge` for the method `S256` (4.2).
    package var challenge: String { Base64.urlText(Digest.sha256(Array(verifier.reveal().utf8))) }
}
