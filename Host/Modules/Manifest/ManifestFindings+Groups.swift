import PatchbayCore
import PatchbayJSON

/// Webhook triggers are groups of three operations, whole or not at all: what subscribes and cannot unsubscribe would leave its
/// traces at the vendor, and what does not verify would let anybody start runs.
extension ManifestFindings {
    /// What a trigger says of the others; nil where it lacks one.
    mutating func group(_ node: ManifestNode) -> WebhookGroup? {
        func member(_ name: String) -> String? {
            required(name, of: node, need: "the id of the operation of the kind `\(name)` that belongs to the trigger")
            {
                $0.value.string
            }
        }
        let (subscribe, unsubscribe) = (member("subscribe"), member("unsubscribe"))
        guard let subscribe, let unsubscribe else { return nil }
        return WebhookGroup(subscribe: subscribe, unsubscribe: unsubscribe)
    }

    /// Whether every trigger has what it names, and whether everything of a group belongs to a trigger.
    mutating func groups(of operations: [ManifestOperation], _ elements: [ManifestNode]) {
        let kinds = Dictionary(operations.map { ($0.id, $0.kind) }, uniquingKeysWith: { first, _ in first })
        var owned: Set<String> = []
        for operation in operations {
            guard let group = operation.group else { continue }
            let pointer = pointer(of: operation.id, elements)
            check(group.subscribe, .subscribe, at: pointer, kinds, &owned)
            check(group.unsubscribe, .unsubscribe, at: pointer, kinds, &owned)
            if let member = ["config", "delivery", "secret"].first(where: { operation.input["properties"]?[$0] == nil })
            {
                problem(
                    pointer + "/input", "has no member `\(member)`",
                    need: "the members `config`, `delivery` and `secret`, which the host gives a webhook trigger")
            }
        }
        for operation in operations where operation.kind == .subscribe || operation.kind == .unsubscribe {
            guard !owned.contains(operation.id) else { continue }
            problem(
                pointer(of: operation.id, elements),
                "is half a webhook trigger: no operation of the kind `webhook` names it",
                need: "one with `\(operation.kind.rawValue)`: `\(operation.id)`")
        }
    }

    private mutating func check(
        _ id: String, _ kind: ManifestOperation.Kind, at pointer: String, _ kinds: [String: ManifestOperation.Kind],
        _ owned: inout Set<String>
    ) {
        let place = pointer + "/" + kind.rawValue
        guard let found = kinds[id] else {
            problem(
                place, "names `\(id)`, which is no operation: half a webhook trigger",
                need: "an operation of the kind `\(kind.rawValue)`")
            return
        }
        if found != kind {
            problem(
                place, "names `\(id)`, which is of the kind `\(found.rawValue)`",
                need: "an operation of the kind `\(kind.rawValue)`")
        } else if !owned.insert(id).inserted {
            problem(place, "names `\(id)`, which belongs to another trigger", need: "an operation of its own")
        }
    }

    private func pointer(of id: String, _ elements: [ManifestNode]) -> String {
        elements.first { $0.value["id"]?.string == id }?.pointer ?? "/operations"
    }
}
