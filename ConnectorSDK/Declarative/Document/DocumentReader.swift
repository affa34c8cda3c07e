package import PatchbayJSON

extension ConnectorDocument {
    /// A document, or everything that is wrong with it.
    package struct Reading: Sendable {
        /// Nil when there are problems.
        package var document: ConnectorDocument?
        package var problems: [DocumentProblem]
    }

    package static func read(_ json: JSON) -> Reading {
        var reader = DocumentReader()
        let document = reader.read(json)
        let problems = reader.findings.problems
        return Reading(document: problems.isEmpty ? document : nil, problems: problems)
    }
}

/// Reads a document from the outside inwards. What is wrong is noted, and reading goes on.
struct DocumentReader {
    var findings = DocumentFindings()
    /// Names that templates may begin with `settings.`; nil when any.
    var settingNames: [String]?
    var slots: [ConnectorDocument.Slot] = []
    var defaultSlot: String?
    var defaultHeaders: [RequestTemplate.Header] = []
    var commonErrors: [ErrorRule] = []

    private static let members = [
        "declarative", "id", "version", "name", "summary", "category", "license", "docs", "homepage", "base_url",
        "hosts", "auth", "settings", "limits", "defaults", "errors", "actions",
    ]

    mutating func read(_ json: JSON) -> ConnectorDocument? {
        let root = DocumentNode(value: json, pointer: JSONPointer())
        guard json.object != nil else {
            findings.problem(root.pointer, "is \(findings.shown(json))", need: "an object")
            return nil
        }
        let format = findings.required("declarative", of: root, need: "\(ConnectorDocument.format)") {
            $0.int == ConnectorDocument.format ? true : nil
        }
        let id = findings.required(
            "id", of: root, need: "1 to 63 lower-case letters, digits and hyphens, a letter first"
        ) { $0.string.flatMap { isName($0, with: "-") ? $0 : nil } }
        let version = findings.required("version", of: root, need: "a semantic version in quotes, such as \"1.0.0\"") {
            $0.string.flatMap { isVersion($0) ? $0 : nil }
        }
        let settings = readSettings(root)
        let base = readBase(root)
        let hosts = readHosts(root, base, settings)
        readSlots(root)
        readDefaults(root)
        commonErrors = readErrors(root, Names(input: nil))
        let limits = findings.object("limits", of: root)
        let concurrency = limits.flatMap { findings.whole("concurrency", of: $0, 1...10_000) }
        let timeout = limits.flatMap { findings.duration("timeout", of: $0) }
        if let limits { findings.onlyKnown(["concurrency", "timeout"], of: limits) }
        let name = findings.text("name", of: root, longest: 200)
        let summary = findings.text("summary", of: root)
        let category = findings.text("category", of: root, longest: 63)
        let links = ["license", "docs", "homepage"].map { findings.text($0, of: root) }
        let actions = readActions(root)
        findings.onlyKnown(Self.members, of: root)
        guard format != nil, let id, let version, let base else { return nil }
        return ConnectorDocument(
            id: id, version: version, name: name ?? id, summary: summary ?? "Actions of \(name ?? id).",
            category: category ?? "utility", license: links[0], docs: links[1], homepage: links[2], baseURL: base,
            hosts: hosts, slots: slots, settings: settings, concurrency: concurrency ?? 64,
            timeout: timeout ?? 30_000, actions: actions)
    }

    private mutating func readSettings(_ root: DocumentNode) -> JSON {
        guard let node = root.member("settings") else {
            settingNames = []
            return ["type": "object", "properties": [:], "additionalProperties": false]
        }
        let schema = ShortSchema.object(node, &findings)
        settingNames = schema["properties"]?.object?.names
        return schema
    }

    private mutating func readBase(_ root: DocumentNode) -> Template? {
        guard let node = root.member("base_url") else {
            findings.problem(
                root.pointer.appending("base_url"), "is missing",
                need: "an address such as `https://api.example.com/v2`")
            return nil
        }
        guard let template = findings.template(node) else { return nil }
        check(template, at: node.pointer, Names(input: [], isRequest: false))
        if case .text(let text)? = template.parts.first, !text.hasPrefix("https://"), !text.hasPrefix("http://") {
            findings.problem(
                node.pointer, "is \(findings.shown(node.value))",
                need: "an address that begins with https:// or http://")
        }
        return template
    }

    private mutating func readHosts(_ root: DocumentNode, _ base: Template?, _ settings: JSON) -> [JSON] {
        var hosts = base.map { DeclaredHosts.of($0, settings) } ?? []
        if let node = root.member("hosts") {
            if node.value.array == nil {
                findings.problem(node.pointer, "is \(findings.shown(node.value))", need: "an array of hosts")
            }
            let known = hosts
            hosts += node.elements.map(\.value).filter { !known.contains($0) }
        } else if hosts.isEmpty, base != nil {
            findings.problem(
                root.pointer.appending("hosts"), "is missing, and base_url does not say to which hosts requests go",
                need: "an array such as [\"*.example.com\"] or [{\"setting\": \"base_url\"}]")
        }
        return hosts
    }

    private mutating func readSlots(_ root: DocumentNode) {
        guard let node = findings.object("auth", of: root) else { return }
        for (name, inner) in node.members {
            if !isName(name, with: "_") {
                findings.problem(
                    inner.pointer, "is no name of a slot",
                    need: "1 to 63 lower-case letters, digits and underscores, a letter first")
            }
            slots.append(.init(name: name, declaration: SlotReading.declaration(name, inner, &findings)))
        }
    }

    private mutating func readDefaults(_ root: DocumentNode) {
        defaultSlot = slots.first?.name
        guard let node = findings.object("defaults", of: root) else { return }
        defaultHeaders = readHeaders(node, Names(input: nil))
        if node.member("auth") != nil { defaultSlot = readSlot(node) }
        findings.onlyKnown(["headers", "auth"], of: node)
    }

    /// The slot that `auth` of this object names; `none` for none.
    mutating func readSlot(_ node: DocumentNode) -> String? {
        guard let member = node.member("auth") else { return defaultSlot }
        let known = slots.map(\.name)
        guard let name = member.value.string, name == "none" || known.contains(name) else {
            let need = (known + ["none"]).map { "`\($0)`" }.joined(separator: ", ")
            findings.problem(member.pointer, "is \(findings.shown(member.value))", need: need)
            return nil
        }
        return name == "none" ? nil : name
    }
}

/// Lower-case letters, digits and that separator, at most 63, a letter first.
func isName(_ text: String, with separator: Character) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= 63 else { return false }
    return text.utf8.allSatisfy {
        (97...122).contains($0) || (48...57).contains($0) || $0 == separator.asciiValue
    }
}

/// Three numbers, and perhaps a prerelease and a build (https://semver.org); the host reads it exactly.
private func isVersion(_ text: String) -> Bool {
    let core = text.prefix { $0 != "-" && $0 != "+" }
    let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 3 && text.utf8.count <= 100
        && numbers.allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } && ($0 == "0" || $0.first != "0")
        }
}
