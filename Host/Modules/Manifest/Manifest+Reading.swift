import PatchbayCore
package import PatchbayJSON

extension Manifest {
    /// Which form of the manifest is meant.
    package enum Form: Sendable {
        /// What the library says; platform and library are unknown to it.
        case declared
        /// What stands in a plugins folder.
        case staged
    }

    /// Reads a manifest and tells everything that is wrong with it at once.
    package static func read(_ document: JSON, as form: Form = .staged) -> ManifestReading {
        var findings = ManifestFindings()
        let root = ManifestNode(value: document, pointer: "")
        guard document.object != nil else {
            findings.problem("", "is \(root.shown)", need: "an object")
            return ManifestReading(manifest: nil, problems: findings.problems, warnings: [])
        }
        let manifest = read(root, as: form, &findings)
        return ManifestReading(
            manifest: findings.problems.isEmpty ? manifest : nil, problems: findings.problems,
            warnings: findings.warnings)
    }

    private static func read(_ root: ManifestNode, as form: Form, _ findings: inout ManifestFindings) -> Manifest? {
        let format = findings.required("manifest_version", of: root, need: "\(Self.format)") {
            $0.value.int == Self.format ? Self.format : nil
        }
        let id = findings.required("id", of: root, need: ManifestName.connector.need) {
            $0.value.string.flatMap(ManifestName.connector.accept)
        }
        let version = findings.required("version", of: root, need: "a semantic version such as 1.0.0") {
            $0.value.string.flatMap { Version($0) }
        }
        let name = findings.text("name", of: root)
        let summary = findings.text("summary", of: root, longest: 2_000)
        let category = findings.text("category", of: root, longest: 63)
        let abi = findings.object("abi", of: root).flatMap { findings.abi($0) }
        let sdk = findings.object("sdk", of: root).flatMap { findings.sdk($0) }
        let isolation = findings.word("isolation", of: root, Isolation.self)
        let settings = findings.schema("settings", of: root)
        let permissions = findings.object("permissions", of: root).map { findings.permissions($0, settings: settings) }
        let limits = findings.object("limits", of: root).flatMap { findings.limits($0) }
        let slots = permissions?.credentials.map(\.name) ?? []
        let operations = findings.operations(of: root, slots: slots)
        findings.checks(of: permissions?.credentials ?? [], among: operations)
        let platform = form == .staged ? findings.object("platform", of: root).flatMap { findings.platform($0) } : nil
        let library = form == .staged ? findings.object("library", of: root).flatMap { findings.library($0) } : nil
        let links = ["license", "docs", "icon", "homepage"].map { findings.optionalText($0, of: root) }
        findings.onlyKnown(members, of: root)
        guard format != nil, let id, let version, let name, let summary, let category, let abi, let sdk, let isolation,
            let settings, let permissions, let limits
        else { return nil }
        return Manifest(
            id: id, version: version, name: name, summary: summary, category: category, license: links[0],
            docs: links[1], icon: links[2], homepage: links[3], abi: abi, sdk: sdk, isolation: isolation,
            hosts: permissions.hosts, credentials: permissions.credentials, libraries: permissions.libraries,
            sockets: permissions.sockets,
            limits: limits, settings: settings, operations: operations, platform: platform, library: library,
            document: root.value)
    }

    private static let members: Set<String> = [
        "manifest_version", "id", "version", "name", "summary", "category", "license", "docs", "icon", "homepage",
        "abi", "sdk", "isolation", "permissions", "limits", "settings", "operations", "platform", "library",
    ]
}
