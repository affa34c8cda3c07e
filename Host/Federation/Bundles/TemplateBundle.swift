import PatchbayCore
import PatchbayJSON
package import PatchbayMarketplace
package import PatchbayModules
package import PatchbaySecurity

/// A template as it travels: a `.pbt` file with its document and, where wanted, packages of the connectors that it needs.
///
/// The archive is that of packages. `bundle.json` holds the digest of every other file, and `bundle.sig` an Ed25519 signature
/// over its bytes, so that it covers all of them. Opening one reads it and compares the digests; nothing is installed, and the
/// packages in it are judged by whoever installs them.
package struct TemplateBundle: Sendable {
    /// The file.
    package let bytes: [UInt8]
    /// SHA-256 of the file, 64 digits in lower case.
    package let digest: String
    package let document: TemplateDocument
    /// `.pbc` files, by name.
    package let packages: [PackageFile]
    private let statement: [UInt8]
    private let signature: String?

    package static let statementName = "bundle.json"
    package static let signatureName = "bundle.sig"
    package static let documentName = "template.json"
    package static let fileExtension = "pbt"

    /// As for packages, but that a bundle expands to 128 MiB at most: what is large in it is compressed already.
    package static var limits: PackageLimits {
        var limits = PackageLimits()
        limits.expanded = 128 << 20
        return limits
    }

    /// Reads a bundle that nobody vouches for.
    package static func open(
        _ bytes: [UInt8], limits: PackageLimits = limits
    ) throws(BundleRefusal) -> TemplateBundle {
        let files: [PackageFile]
        do throws(ConnectorRefusal) {
            files = try PackageArchive(limits: limits).files(in: bytes)
        } catch {
            throw BundleRefusal(error)
        }
        return try TemplateBundle(bytes, files)
    }

    /// Makes a bundle: the same bytes for the same content and key, wherever it is made with the same version of zstd.
    ///
    /// - Parameters:
    ///   - packages: Of connectors; their files' names are their own.
    ///   - key: What it is signed with; nil: not at all.
    package static func pack(
        _ document: TemplateDocument, packages: [ConnectorPackage] = [], key: SigningKey? = nil
    ) throws(BundleRefusal) -> TemplateBundle {
        let text = Array((document.json.prettyText + "\n").utf8)
        var files = [PackageFile(name: documentName, bytes: text)]
        files += packages.map { PackageFile(name: $0.fileName, bytes: $0.bytes) }
        let statement = BundleStatement(name: document.name, version: document.version, files: files).bytes
        files.append(PackageFile(name: statementName, bytes: statement))
        if let key {
            files.append(PackageFile(name: signatureName, bytes: Array((key.signature(over: statement) + "\n").utf8)))
        }
        let bytes: [UInt8]
        do throws(ConnectorRefusal) {
            bytes = try PackageArchive.bytes(of: files)
        } catch {
            throw BundleRefusal(error)
        }
        // Read again as everybody else will: what is packed can be opened.
        return try open(bytes)
    }

    private init(_ bytes: [UInt8], _ files: [PackageFile]) throws(BundleRefusal) {
        guard let statement = files.first(where: { $0.name == Self.statementName }) else {
            throw Self.lacks(Self.statementName)
        }
        let claims = try BundleStatement(parsing: statement.bytes)
        let signature = files.first { $0.name == Self.signatureName }
        let content = files.filter { $0.name != Self.statementName && $0.name != Self.signatureName }
        try claims.check(content)
        guard let text = content.first(where: { $0.name == Self.documentName }) else {
            throw Self.lacks(Self.documentName)
        }
        packages = content.filter { $0.name != Self.documentName }.sorted { $0.name < $1.name }
        if let other = packages.first(where: { !$0.name.hasSuffix("." + ConnectorPackage.fileExtension) }) {
            throw BundleRefusal(
                .entry, have: "\(other.name)", need: "the template and packages of connectors (.pbc)",
                hint: BundleRefusal.again)
        }
        document = try Self.document(text.bytes)
        guard document.name == claims.name, document.version == claims.version else {
            throw BundleRefusal(
                .template, have: "the template \(document.name) \(document.version)",
                need: "\(claims.name) \(claims.version), as \(Self.statementName) says", hint: BundleRefusal.again)
        }
        self.bytes = bytes
        digest = Digest.sha256Hex(bytes)
        self.statement = statement.bytes
        self.signature = signature.map { file in
            String(decoding: file.bytes.prefix(1_024), as: UTF8.self).filter { !$0.isWhitespace }
        }
    }

    private static func document(_ bytes: [UInt8]) throws(BundleRefusal) -> TemplateDocument {
        func refusal(_ have: String) -> BundleRefusal {
            BundleRefusal(
                .template, have: have, need: "a template",
                hint: "Check it with `patchbay template check` and bundle it anew.")
        }
        // What it expands to as text is bounded by the bundle; as a document it is bounded once more.
        guard bytes.count <= 4 * TemplateLimits.bytes else { throw refusal("a template of \(bytes.count) bytes") }
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw refusal("a template that is no JSON: \(error)")
        }
        let (document, problems) = TemplateDocument.read(json)
        guard let document else {
            throw refusal(problems.prefix(3).map { "\($0.pointer): \($0.message)" }.joined(separator: "; "))
        }
        return document
    }

    private static func lacks(_ name: String) -> BundleRefusal {
        BundleRefusal(
            .incomplete, have: "a bundle without \(name)", need: "\(statementName) and \(documentName)",
            hint: BundleRefusal.again)
    }

    // MARK: Who made it

    /// `deployment-notifier 1.0.0`
    package var label: String { "\(document.name) \(document.version)" }

    /// `deployment-notifier-1.0.0.pbt`
    package var fileName: String { "\(document.name)-\(document.version).\(Self.fileExtension)" }

    package var isSigned: Bool { signature != nil }

    /// Which of these keys has signed it; nil: none.
    package func signer(among keys: [SignatureKey]) -> SignatureKey? {
        guard let signature else { return nil }
        return keys.first { $0.hasSigned(statement, signature: signature) }
    }

    /// Refuses one that is not to be trusted.
    package func check(_ policy: TrustPolicy) throws(BundleRefusal) {
        guard case .signed(let keys) = policy else { return }
        let known = keys.map(\.description).joined(separator: ", ")
        guard isSigned else {
            throw BundleRefusal(
                .unsigned, have: "\(label) without a signature", need: "one by a trusted key: \(known)",
                hint: "Ask its maker for a signed bundle, or sign it yourself: patchbay template export --key.")
        }
        guard signer(among: keys) != nil else {
            throw BundleRefusal(
                .untrusted, have: "\(label) signed by another key, or changed since",
                need: "one by a trusted key: \(known)",
                hint: "Compare its maker's public key with PATCHBAY_TRUSTED_KEYS.")
        }
    }
}
