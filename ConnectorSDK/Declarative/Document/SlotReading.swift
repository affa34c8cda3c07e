import PatchbayJSON

/// Reads a slot of `auth` into the form that manifests have.
enum SlotReading {
    private static let need =
        #"`bearer`, `basic`, {"header": "X-Api-Key", "prefix": ""} or {"query": "api_key"}"#

    static func declaration(
        _ name: String, _ node: DocumentNode, _ findings: inout DocumentFindings
    ) -> JSON {
        var slot: JSONObject = ["name": .string(name)]
        // `account: bearer` is all that most need to say.
        let isShort = node.value.string != nil || node.value["header"] != nil || node.value["query"] != nil
        slot["title"] = .string((isShort ? nil : findings.text("title", of: node)) ?? "API key")
        slot["about"] = .string((isShort ? nil : findings.text("about", of: node, longest: 10_000)) ?? "")
        slot["required"] = .bool((isShort ? nil : findings.truth("required", of: node)) ?? true)
        slot["access"] = "inject"
        let kinds: [DocumentNode]
        if isShort {
            kinds = [node]
        } else {
            findings.onlyKnown(["title", "about", "required", "kind", "kinds", "check"], of: node)
            slot["check"] = findings.text("check", of: node).map(JSON.string)
            kinds = node.member("kind").map { [$0] } ?? node.member("kinds")?.elements ?? []
            if kinds.isEmpty { findings.problem(node.pointer.appending("kind"), "is missing", need: need) }
        }
        slot["kinds"] = .array(kinds.compactMap { kind($0, &findings) })
        return .object(slot)
    }

    private static func kind(_ node: DocumentNode, _ findings: inout DocumentFindings) -> JSON? {
        switch node.value {
        case "bearer": return ["kind": "bearer"]
        case "basic": return ["kind": "basic"]
        default: break
        }
        if let header = node.value["header"]?.string {
            findings.onlyKnown(["header", "prefix"], of: node)
            return [
                "kind": "api_key", "in": "header", "name": .string(header), "prefix": node.value["prefix"] ?? "",
            ]
        }
        if let parameter = node.value["query"]?.string {
            findings.onlyKnown(["query"], of: node)
            return ["kind": "api_key", "in": "query", "name": .string(parameter), "prefix": ""]
        }
        findings.problem(node.pointer, "is \(findings.shown(node.value))", need: need)
        return Optional<JSON>.none
    }
}
