import PatchbayCore

/// Why a bundle is not taken: what it has, what is needed, and what to do.
package struct BundleRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// Stable words.
    package enum Code: String, Sendable, CaseIterable {
        /// The archive, or what it expands to, is too large, or holds too many files.
        case tooLarge = "bundle-too-large"
        /// No whole archive, or no statement that can be read.
        case malformed = "bundle-malformed"
        /// A link, a folder, a name that comes twice or leads elsewhere, or a file that the statement does not name.
        case entry = "bundle-entry"
        /// The statement names a file that is missing, or lacks a member.
        case incomplete = "bundle-incomplete"
        /// A file is not the one that was signed for.
        case digestMismatch = "digest-mismatch"
        /// The template in it cannot be read, or is another one than the statement says.
        case template = "template-invalid"
        /// Nobody signed it, and the host wants a signature.
        case unsigned = "signature-missing"
        /// None of the keys that the host trusts has signed it.
        case untrusted = "signature-invalid"
        /// It is of a format that this host does not know.
        case newer = "newer-format"
    }

    package var code: Code
    package var have: String
    package var need: String
    /// A sentence.
    package var hint: String

    package init(_ code: Code, have: String, need: String, hint: String) {
        self.code = code
        self.have = have
        self.need = need
        self.hint = hint
    }

    package var description: String { "\(code.rawValue): have \(have), need \(need). \(hint)" }

    static let again = "Fetch the bundle again, or make it anew with `patchbay template export`."

    /// What reading the archive refused, in the words of bundles.
    init(_ refusal: ConnectorRefusal) {
        let code: Code =
            switch refusal.code {
            case "package-too-large": .tooLarge
            case "package-entry": .entry
            default: .malformed
            }
        self.init(code, have: refusal.have, need: refusal.need, hint: Self.again)
    }
}
