import PatchbayJSON

extension ChangeFindings {
    mutating func compareOperations(_ old: JSON, _ new: JSON) {
        let before = old["operations"]?.array ?? []
        let now = new["operations"]?.array ?? []
        for (index, operation) in before.enumerated() {
            guard let id = operation["id"]?.string else { continue }
            self.operation = id
            if let place = now.firstIndex(where: { $0["id"]?.string == id }) {
                compare(operation, now[place], at: "/operations/\(place)", old, new)
            } else {
                note(.breaking, "operation-removed", "/operations/\(index)", "the operation is gone")
            }
        }
        for (index, operation) in now.enumerated() {
            guard let id = operation["id"]?.string, !before.contains(where: { $0["id"]?.string == id }) else {
                continue
            }
            self.operation = id
            note(.additive, "operation-added", "/operations/\(index)", "a new operation")
        }
        operation = nil
    }

    private mutating func compare(
        _ old: JSON, _ new: JSON, at pointer: String, _ oldManifest: JSON, _ newManifest: JSON
    ) {
        for name in ["kind", "effect"] where old[name] != new[name] {
            note(
                .breaking, "\(name)-changed", pointer + "/" + name,
                "its \(name) was \(shown(old[name])) and is \(shown(new[name]))")
        }
        compareRepetition(old, new, pointer)
        compareTime(old, new, pointer)
        compareCredential(old, new, pointer, newManifest)
        if old["deprecated"] != new["deprecated"] {
            note(
                new["deprecated"] == nil ? .compatible : .additive, "deprecation-changed", pointer + "/deprecated",
                new["deprecated"] == nil ? "it is no longer deprecated" : "it is deprecated")
        }
        compareTexts(old, new, pointer, ["title", "summary", "docs", "examples"])
        SchemaComparison(.input, code: "input").compare(
            old["input"] ?? true, new["input"] ?? true, at: pointer + "/input", into: &self)
        SchemaComparison(.output, code: "output").compare(
            old["output"] ?? true, new["output"] ?? true, at: pointer + "/output", into: &self)
        let known: Set<String> = [
            "id", "kind", "effect", "idempotent", "timeout_ms", "credential", "deprecated", "title", "summary", "docs",
            "examples", "input", "output",
        ]
        for name in names(old, new) where !known.contains(name) && old[name] != new[name] {
            note(
                .breaking, "operation-changed", pointer + JSON.pointerToken(name),
                "`\(name)` was \(shown(old[name])) and is \(shown(new[name]))")
        }
    }

    /// A repetition that was harmless and no longer is would be done all the same by workflows that rely on it.
    private mutating func compareRepetition(_ old: JSON, _ new: JSON, _ pointer: String) {
        let before = old["idempotent"]?.bool ?? (old["effect"] == "read")
        let now = new["idempotent"]?.bool ?? (new["effect"] == "read")
        guard before != now else { return }
        note(
            now ? .additive : .breaking, "idempotent-changed", pointer + "/idempotent",
            now ? "a repetition is harmless now" : "a repetition is no longer harmless")
    }

    private mutating func compareTime(_ old: JSON, _ new: JSON, _ pointer: String) {
        guard old["timeout_ms"] != new["timeout_ms"] else { return }
        let isLess = (new["timeout_ms"]?.int ?? .max) < (old["timeout_ms"]?.int ?? .max)
        note(
            isLess ? .additive : .compatible, "timeout-changed", pointer + "/timeout_ms",
            "a call may take \(shown(new["timeout_ms"])) ms where it was \(shown(old["timeout_ms"]))")
    }

    private mutating func compareCredential(_ old: JSON, _ new: JSON, _ pointer: String, _ manifest: JSON) {
        guard old["credential"] != new["credential"] else { return }
        let place = pointer + "/credential"
        guard let name = new["credential"]?.string else {
            // A node that names a credential where none is taken is refused.
            note(.breaking, "credential-dropped", place, "it takes no credential any more")
            return
        }
        guard old["credential"] == nil else {
            note(.breaking, "credential-changed", place, "it uses `\(name)` in place of \(shown(old["credential"]))")
            return
        }
        let slot = manifest["permissions"]?["credentials"]?.array?.first { $0["name"]?.string == name }
        let isRequired = slot?["required"]?.bool ?? true
        note(
            isRequired ? .breaking : .additive, "credential-used", place,
            "it \(isRequired ? "needs" : "takes") the credential `\(name)`")
    }
}
