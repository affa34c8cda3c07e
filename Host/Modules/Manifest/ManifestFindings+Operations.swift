import PatchbayCore
import PatchbayJSON

extension ManifestFindings {
    mutating func operations(of root: ManifestNode, slots: [String]) -> [ManifestOperation] {
        let elements = array("operations", of: root)
        if root.member("operations") != nil, elements.isEmpty {
            problem("/operations", "names no operation", need: "at least one")
        }
        var operations: [ManifestOperation] = []
        // By a set: a manifest may hold thousands.
        var ids: Set<String> = []
        for element in elements {
            guard let operation = operation(element, slots: slots) else { continue }
            if !ids.insert(operation.id).inserted {
                problem(element.pointer + "/id", "repeats `\(operation.id)`", need: "an id of its own")
            }
            operations.append(operation)
        }
        groups(of: operations, elements)
        return operations
    }

    private mutating func operation(_ node: ManifestNode, slots: [String]) -> ManifestOperation? {
        guard value(of: node, need: "an object", { $0.value.object }) != nil else { return nil }
        let id = required("id", of: node, need: ManifestName.snake.need) {
            $0.value.string.flatMap(ManifestName.snake.accept)
        }
        let kind = word("kind", of: node, ManifestOperation.Kind.self)
        let title = text("title", of: node)
        let summary = optionalText("summary", of: node, longest: 10_000)
        let effect = required("effect", of: node, need: "`read`, `write` or `delete`") {
            $0.value.string.flatMap(OperationDeclaration.Effect.init(rawValue:))
        }
        let isIdempotent = optional("idempotent", of: node, need: "true or false") { $0.value.bool }
        let timeout = node.member("timeout_ms").flatMap { _ in integer("timeout_ms", of: node, Self.timeouts) }
        let known = slots.map { "`\($0)`" }.joined(separator: " or ")
        let need = slots.isEmpty ? "a slot of /permissions/credentials, which is empty" : known
        let credential = optional("credential", of: node, need: need) {
            $0.value.string.flatMap { slots.contains($0) ? $0 : nil }
        }
        let docs = optionalText("docs", of: node)
        let input = schema("input", of: node)
        let output = required("output", of: node, need: "a JSON Schema: an object or true") {
            $0.value.object != nil || $0.value.bool == true ? $0.value : Optional<JSON>.none
        }
        for example in array("examples", of: node, isRequired: false) {
            _ = self.object("input", of: example)
        }
        let group = kind == .webhook ? group(node) : nil
        onlyKnown(Self.operationMembers.union(kind == .webhook ? ["subscribe", "unsubscribe"] : []), of: node)
        guard let id, let kind, let title, let effect, let input, let output else { return nil }
        return ManifestOperation(
            id: id, kind: kind, title: title, summary: summary ?? "", effect: effect,
            isIdempotent: isIdempotent ?? (effect == .read), timeout: timeout, credential: credential, docs: docs,
            input: input, output: output, group: group)
    }

    private static let operationMembers: Set<String> = [
        "id", "kind", "title", "summary", "effect", "idempotent", "timeout_ms", "credential", "docs", "deprecated",
        "input", "output", "examples",
    ]
}
