import DeclarativeFormat
package import PatchbayJSON

/// Makes a document out of an OpenAPI description (3.0 or 3.1, https://spec.openapis.org/oas): operations become actions,
/// parameters and bodies inputs, security schemes credential slots, the first server the base URL.
package struct OpenAPIDocument: Sendable {
    package private(set) var document: JSON
    /// Ids of the actions.
    package private(set) var actions: [String]
    /// What was left out, and why.
    package private(set) var notes: [String]

    /// - Parameters:
    ///   - only: Operations whose id, path or tag holds one of these; all when empty.
    ///
    /// Throws when it is no such description, or nothing of it can be taken over.
    package init(_ json: JSON, name: String, title: String, only: [String] = []) throws(AuthoringError) {
        guard let version = json["openapi"]?.scalarText, version.hasPrefix("3.") else {
            let what = json["swagger"] != nil ? "Swagger 2.0" : "no `openapi` member"
            throw AuthoringError(
                "The file is no OpenAPI 3 description (\(what)). Swagger 2.0 can be converted by the vendor's or "
                    + "any public converter to OpenAPI 3.")
        }
        let references = OpenAPIReferences(json)
        let security = OpenAPISecurity(json, references)
        var operations = OpenAPIOperations(references: references, security: security)
        var notes = security.notes
        var whole: JSONObject = [
            "declarative": 1, "id": .string(name), "version": "1.0.0",
            "name": .string(Self.line(json["info"]?["title"]?.scalarText, longest: 100) ?? title),
            "summary": .string(Self.line(json["info"]?["description"]?.string, longest: 200) ?? "Actions of \(title)."),
            "category": "utility",
        ]
        if let docs = json["externalDocs"]?["url"]?.string, docs.hasPrefix("http"), docs.utf8.count < 500 {
            whole["docs"] = .string(docs)
        }
        Self.server(json, &whole, &notes)
        if !security.slots.isEmpty { whole["auth"] = .object(security.slots) }
        var made = JSONObject()
        // Bytes that are left for actions; their schemas stand in the manifest as well.
        var room = ConnectorDocument.largest - JSON.object(whole).bytes().count - 1_024
        var isFull = 0, asked = 0
        for member in json["paths"]?.object ?? [:] {
            let path = member.name, item = references.resolved(member.value)
            for method in ["get", "put", "post", "delete", "options", "head", "patch"] {
                guard let operation = item[method] else { continue }
                guard Self.isAsked(operation, path, only) else { continue }
                asked += 1
                guard let (id, action) = operations.action(path, method, operation, item) else { continue }
                let size = action.bytes().count + id.utf8.count + 4
                guard size <= room else {
                    isFull += 1
                    continue
                }
                room -= size
                made[id] = action
            }
        }
        notes += operations.notes
        if isFull > 0 {
            notes.append(
                "\(isFull) of \(asked) operations were left out: a document has at most "
                    + "\(ConnectorDocument.largest >> 10) KiB. Choose with --only TEXT.")
        }
        whole["actions"] = .object(made)
        document = .object(whole)
        actions = []
        self.notes = notes
        try settle(made)
    }

    /// Takes out what would not pass, which is said; nothing that is written fails its own check.
    private mutating func settle(_ made: JSONObject) throws(AuthoringError) {
        var made = made
        guard case .object(var whole) = document else { return }
        for _ in 0..<20 {
            guard !made.isEmpty else {
                throw AuthoringError(
                    (["No operation of the description can be taken over."] + notes.prefix(20)).joined(
                        separator: "\n  "))
            }
            whole["actions"] = .object(made)
            document = .object(whole)
            actions = made.names
            let problems = ConnectorDocument.read(document).problems
            if problems.isEmpty {
                let reading = ConnectorDocument.read(document).document
                let bad = (reading?.actions ?? []).filter { !DocumentChecks.schemaProblems($0).isEmpty }
                guard !bad.isEmpty else { return }
                for action in bad {
                    notes.append("\(action.id) was left out: its input or output is no JSON Schema.")
                    made[action.id] = nil
                }
                continue
            }
            var isChanged = false
            for problem in problems {
                let tokens = problem.pointer.tokens
                guard tokens.count > 1, tokens[0] == "actions", made[tokens[1]] != nil else { continue }
                made[tokens[1]] = nil
                isChanged = true
                notes.append("\(tokens[1]) was left out: \(problem)")
            }
            guard isChanged else {
                throw AuthoringError(
                    "The description cannot be taken over:\n  " + problems.map(\.description).joined(separator: "\n  "))
            }
        }
    }

    private static func isAsked(_ operation: JSON, _ path: String, _ only: [String]) -> Bool {
        guard !only.isEmpty else { return true }
        let names =
            [path, operation["operationId"]?.string ?? ""] + (operation["tags"]?.array ?? []).compactMap(\.string)
        return only.contains { wanted in names.contains { $0.lowercased().contains(wanted.lowercased()) } }
    }

    private static func server(_ json: JSON, _ whole: inout JSONObject, _ notes: inout [String]) {
        let server = json["servers"]?[0]
        var url = server?["url"]?.string ?? ""
        var isKnown = url.hasPrefix("https://") || url.hasPrefix("http://")
        let hasVariables = url.contains("{")
        for variable in server?["variables"]?.object ?? [:] {
            guard let usual = variable.value["default"]?.scalarText, !usual.isEmpty else { continue }
            url = url.replacing("{\(variable.name)}", with: usual)
        }
        if url.hasPrefix("//") {
            url = "https:" + url
            isKnown = true
        }
        let tail = url.firstRange(of: "://").map { String(url[$0.upperBound...]) } ?? ""
        if url.contains("{") || tail.isEmpty || tail.hasPrefix("/") || url.contains("?") || url.contains(" ")
            || tail.contains("@")
            || url.contains("#")
        {
            isKnown = false
        }
        while url.hasSuffix("/") { url.removeLast() }
        if isKnown, !hasVariables {
            whole["base_url"] = .string(url)
            return
        }
        var setting: JSONObject = ["type": "string", "format": "uri", "description": "Where the API is."]
        if isKnown {
            setting["default"] = .string(url)
        } else {
            notes.append("The description does not say where the API is: the setting `base_url` must be given.")
        }
        whole["base_url"] = "{{ settings.base_url }}"
        whole["settings"] = ["base_url": .object(setting)]
    }

    /// The first line or sentence; nil when there is none.
    static func line(_ text: String?, longest: Int) -> String? {
        guard let text else { return nil }
        let line = text.split(whereSeparator: \.isNewline).lazy
            .map { $0.filter { $0 != "*" && $0 != "#" && $0 != "`" }.drop { $0 == " " } }.first { !$0.isEmpty }
        guard let line else { return nil }
        let sentence = line.firstRange(of: ". ").map { line[..<$0.lowerBound] + "." } ?? line
        let cut = sentence.count > longest ? sentence.prefix(longest - 1) + "…" : sentence
        return cut.isEmpty ? nil : String(cut)
    }
}
