/// Something wrong with a manifest, or only odd.
package struct ManifestProblem: Sendable, Equatable, CustomStringConvertible {
    /// JSON pointer (RFC 6901) into the manifest; empty for the whole.
    package var pointer: String
    /// What is wrong, with the offending value.
    package var message: String
    /// What would be right.
    package var need: String

    package init(pointer: String, message: String, need: String) {
        self.pointer = pointer
        self.message = message
        self.need = need
    }

    package var description: String { "\(pointer.isEmpty ? "/" : pointer): \(message); need \(need)" }
}

/// What reading a manifest gave.
package struct ManifestReading: Sendable {
    /// Nil when there are problems.
    package var manifest: Manifest?
    /// All of them, in the order of the manifest's format.
    package var problems: [ManifestProblem]
    /// What does not hinder, such as members that this host does not know.
    package var warnings: [ManifestProblem]
}
