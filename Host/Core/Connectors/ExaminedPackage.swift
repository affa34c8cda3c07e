package import PatchbayJSON

/// What a package says of itself, who signed it, and what the checks found; nothing of it is installed.
package struct ExaminedPackage: Sendable, Equatable {
    package var pin: ConnectorPin
    /// SHA-256 of the package, in lower-case hexadecimal.
    package var digest: String
    /// Bytes of the package.
    package var size: Int
    package var manifest: JSON
    /// The public key whose signature it bears, 32 bytes in base64.
    package var signer: String
    /// As `patchbay connector check --json` prints it.
    package var report: JSON
    package var hasPassed: Bool

    package init(
        pin: ConnectorPin, digest: String, size: Int, manifest: JSON, signer: String, report: JSON, hasPassed: Bool
    ) {
        self.pin = pin
        self.digest = digest
        self.size = size
        self.manifest = manifest
        self.signer = signer
        self.report = report
        self.hasPassed = hasPassed
    }
}

/// Looks at packages that strangers send.
package protocol PackageExaminer: Sendable {
    /// Opens a package, verifies its signature and makes all checks, each in a child that can reach nothing; takes up to some
    /// minutes. A check that fails is in the report.
    ///
    /// Throws `ConnectorRefusal` for a package that no host of this installation would use, and `ExaminationBusy`.
    /// - Parameter signer: The public key, in base64, that is said to have signed it; nil: one that the operator trusts.
    func examine(_ package: [UInt8], signer: String?) async throws -> ExaminedPackage
    /// Whether hosts take what that key has signed.
    func trusts(_ signer: String) -> Bool
}

/// Another package is being examined; each takes a processor or two.
package struct ExaminationBusy: Error, Sendable, Equatable {
    package init() {}
}
