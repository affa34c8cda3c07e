/// Why nothing of an index, or of a file that it names, is used.
package struct IndexFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Stable words; they stand in the guide to indexes.
    package enum Code: String, Sendable, CaseIterable {
        /// The server does not answer, answers something else, or too slowly.
        case unreachable
        /// More than a host reads: bytes or entries.
        case tooLarge = "too-large"
        /// No envelope, no index, or one that contradicts itself.
        case malformed
        case newerFormat = "newer-format"
        /// Not signed by the key that was registered.
        case untrusted
        /// The index calls itself otherwise than before: another one of the same key.
        case renamed
        /// Its serial number is lower than one seen before.
        case rolledBack = "rolled-back"
        /// Other content under the serial number that was seen already.
        case serialReused = "serial-reused"
        /// Other bytes under a version that was offered before.
        case versionChanged = "version-changed"
        /// A file is not the one that the index names.
        case digestMismatch = "digest-mismatch"
        /// A bundle that is not to be used; the message says why.
        case bundleRefused = "bundle-refused"
        /// Others are fetching; it can be tried again at once.
        case busy
        /// The index does not offer it any more.
        case gone
    }

    package var code: Code
    /// A sentence that says what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
