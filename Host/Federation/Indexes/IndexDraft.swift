package import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace
package import PatchbayModules
package import PatchbaySecurity

/// An index that is being written: what the bundles and packages of a folder say of themselves, one file after the other.
package struct IndexDraft: Sendable {
    private let name: String
    /// Keys whose signatures are recognised in files.
    private let known: [SignatureKey]
    private var templates: [IndexedTemplate] = []
    private var connectors: [IndexedConnector] = []

    /// What the file is called that hosts follow.
    package static let fileName = "index.json"

    package init(name: String, known: [SignatureKey] = []) {
        self.name = name
        self.known = known
    }

    /// Whether a file is one of those that an index lists.
    package static func lists(_ file: String) -> Bool {
        PackageArchive.isName(file)
            && (file.hasSuffix("." + TemplateBundle.fileExtension)
                || file.hasSuffix("." + ConnectorPackage.fileExtension))
    }

    /// Adds a file as it is to be fetched. Throws `BundleRefusal` or `ConnectorRefusal` for one that no host would take, and
    /// `IndexFailure` for a version that another file has.
    package mutating func add(_ file: PackageFile) throws {
        if file.name.hasSuffix("." + TemplateBundle.fileExtension) {
            try add(TemplateBundle.open(file.bytes), from: file)
        } else {
            try add(ConnectorPackage.open(file.bytes), from: file)
        }
    }

    private mutating func add(_ bundle: TemplateBundle, from file: PackageFile) throws(IndexFailure) {
        let document = bundle.document
        if let other = templates.first(where: { $0.name == document.name && $0.version == document.version }) {
            throw Self.twice("the template \(bundle.label)", other.file, file)
        }
        var entry: JSONObject = ["name": .string(document.name), "version": .string(document.version.description)]
        if !document.title.isEmpty { entry["title"] = .string(document.title) }
        entry["description"] = .string(document.about)
        if !document.author.isEmpty { entry["author"] = .string(document.author) }
        entry["category"] = .string(document.category.rawValue)
        entry["tags"] = .array(document.tags.map(JSON.string))
        entry["connectors"] = .array(document.connectors.map(\.json))
        entry["credentials"] = .array(document.credentials.map(\.json))
        entry["packages"] = .array(bundle.packages.map { .string($0.name) })
        place(file, bundle.digest, bundle.signer(among: known), in: &entry)
        templates.append(try IndexedTemplate(reading: .object(entry), at: file.name))
    }

    private mutating func add(_ package: ConnectorPackage, from file: PackageFile) throws(IndexFailure) {
        let manifest = package.manifest
        if let other = connectors.first(where: { $0.connector == manifest.id && $0.version == manifest.version }) {
            throw Self.twice("the connector \(package.label)", other.file, file)
        }
        var entry: JSONObject = [
            "id": .string(manifest.id), "version": .string(manifest.version.description),
            "name": .string(manifest.name), "summary": .string(manifest.summary),
            "permissions": manifest.document["permissions"] ?? [:], "platform": manifest.document["platform"] ?? [:],
        ]
        place(file, package.digest, package.signer(among: known), in: &entry)
        connectors.append(try IndexedConnector(reading: .object(entry), at: file.name))
    }

    private func place(_ file: PackageFile, _ digest: String, _ signer: SignatureKey?, in entry: inout JSONObject) {
        entry["file"] = .string(file.name)
        entry["sha256"] = .string(digest)
        entry["size"] = .int(Int64(file.bytes.count))
        if let signer { entry["signer"] = .string(signer.description) }
    }

    private static func twice(_ what: String, _ first: IndexedFile, _ second: PackageFile) -> IndexFailure {
        IndexFailure(.malformed, "Both \(first.name) and \(second.name) hold \(what). Leave one of them out.")
    }

    /// The index after a former one of the same folder; the same one when nothing has changed. Throws when a version that the
    /// former one names has other bytes now: hosts would refuse it.
    package func document(after former: IndexDocument?) throws(IndexFailure) -> IndexDocument {
        let templates = templates.sorted { ($0.name, $0.version) < ($1.name, $1.version) }
        let connectors = connectors.sorted { ($0.connector, $0.version) < ($1.connector, $1.version) }
        var document = IndexDocument(
            name: name, serial: former?.serial ?? 1, templates: templates, connectors: connectors)
        guard templates.count + connectors.count <= IndexLimits.entries else {
            throw IndexFailure(
                .tooLarge,
                "The folder has \(templates.count + connectors.count) bundles and packages, and an index may name "
                    + "\(IndexLimits.entries). Divide it into several.")
        }
        guard let former, former != document else { return document }
        if let changed = document.versionChanged(since: former) {
            throw IndexFailure(
                .versionChanged,
                "\(changed) has other bytes than before, and hosts would refuse the index. Give what is new another version."
            )
        }
        document.serial += 1
        return document
    }
}

extension IndexDocument {
    /// What both name under the same version with different digests; nil: nothing.
    func versionChanged(since former: IndexDocument) -> String? {
        let digests = Dictionary(
            former.templates.map { ("\($0.name) \($0.version)", $0.file.sha256) },
            uniquingKeysWith: { first, _ in first })
        if let found = templates.first(where: {
            digests["\($0.name) \($0.version)", default: $0.file.sha256] != $0.file.sha256
        }) {
            return "the template \(found.name) \(found.version)"
        }
        let others = Dictionary(
            former.connectors.map { ("\($0.connector) \($0.version)", $0.file.sha256) },
            uniquingKeysWith: { first, _ in first })
        return connectors.first {
            others["\($0.connector) \($0.version)", default: $0.file.sha256] != $0.file.sha256
        }.map { "the connector \($0.connector) \($0.version)" }
    }
}
