package import PatchbayCore

/// A text that opens an account to whoever holds it: a session, a link that signs in. It is given out once; stored is
/// its digest. 32 random bytes cannot be guessed, so the digest needs no salt and no slowness.
package struct AccessToken: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case session = "pbs_"
        /// Signs in once.
        case link = "pbl_"
    }

    private static let size = 32

    package let kind: Kind
    private let text: String

    /// A new one.
    package init(_ kind: Kind) {
        self.kind = kind
        text = kind.rawValue + Base32.text(RandomBytes.make(Self.size)).lowercased()
    }

    /// Reads what somebody presents; nil when it cannot be a token of that kind.
    package init?(_ text: String, kind: Kind) {
        guard text.utf8.count == kind.rawValue.utf8.count + 52, text.hasPrefix(kind.rawValue),
            text.utf8.dropFirst(kind.rawValue.utf8.count).allSatisfy({
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains($0)
            })
        else { return nil }
        self.kind = kind
        self.text = text
    }

    package var secret: Secret { Secret(text) }

    /// What is stored. Bound to the kind by the prefix, which is part of what is digested.
    package var digest: [UInt8] { Digest.sha256(Array(text.utf8)) }

    /// The text that a page must send along with a request that changes something, to show that it is the one that the
    /// session was opened for: whoever cannot read the session's cookie cannot make it, and it opens nothing by itself.
    package var forgeryProof: String {
        Hexadecimal.text(Digest.hmacSHA256(Array("patchbay:csrf".utf8), key: Array(text.utf8)))
    }

    /// Whether a request that came with this session's cookie proves where it comes from.
    package func accepts(forgeryProof presented: String?) -> Bool {
        guard let presented else { return false }
        return Digest.areEqual(Array(presented.utf8), Array(forgeryProof.utf8))
    }
}
