import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// What a document tells of the data in its runs, before any of it is planned.
struct DocumentTypes {
    private let tree: DocumentTree

    init(_ tree: DocumentTree) { self.tree = tree }

    /// The type of the trigger's body: from the `schema` of the trigger, or else from its `sample`. Where triggers differ
    /// nothing is known.
    var body: ValueType {
        let types = tree.members.map(\.node).filter(\.kind.isTrigger).map(Self.body)
        guard let first = types.first, types.allSatisfy({ $0 == first }) else { return .dyn }
        return first
    }

    private static func body(_ trigger: WorkflowNode) -> ValueType {
        let origin = "the body of \(trigger.id.quoted)"
        if let schema = trigger.parameters["schema"] { return SchemaTypes.type(of: schema, origin: origin) }
        let sample = trigger.parameters["sample"] ?? (trigger.kind == .schedule ? trigger.parameters["input"] : nil)
        return sample.map { SchemaTypes.type(like: $0, origin: origin) } ?? .dyn
    }

    /// The types of what the trigger has beside its body.
    var trigger: [String: ValueType] {
        let triggers = tree.members.map(\.node.kind).filter(\.isTrigger)
        if !triggers.isEmpty, triggers.allSatisfy({ $0 == .schedule }) {
            return ["kind": .string, "time": .string, "schedule_id": .string, "schedule": .string]
        }
        if !triggers.isEmpty, triggers.allSatisfy({ $0 == .poll }) {
            return ["kind": .string, "item_id": .string, "poll_id": .string]
        }
        guard !triggers.isEmpty, triggers.allSatisfy({ $0 == .webhook }) else { return ["kind": .string] }
        return [
            "kind": .string, "headers": .map(.string, .dyn), "query": .map(.string, .dyn), "method": .string,
            "path": .string, "delivery_id": .string,
        ]
    }

    /// Ids by the names that people gave the nodes.
    var titles: [String: [String]] {
        tree.members.reduce(into: [:]) { titles, member in
            if let title = member.node.title, !title.isEmpty {
                titles[title, default: []].append(member.node.id)
            }
        }
    }

    /// The ids of the loops around a member, the innermost last.
    func loops(around member: DocumentTree.Member) -> [String] {
        var loops: [String] = []
        var body = member.body
        while let place = body {
            let owner = tree.members[place.owner]
            if owner.node.kind == .loop { loops.append(owner.node.id) }
            body = owner.body
        }
        return loops.reversed()
    }
}

extension PlannedNode.Kind {
    /// What is known of the output of a node that did well.
    func output(of node: WorkflowNode, body: ValueType) -> SchemaType? {
        guard Self.promises(node) else { return nil }
        switch self {
        case .action(let action): return action.declaration.output(of: node.id)
        case .trigger: return SchemaType(body)
        case .set(let value), .transform(.value(let value)):
            return SchemaType { [id = node.id] in value.type(origin: "the output of \(id.quoted)") }
        default: return nil
        }
    }

    /// Otherwise the output may be that of a failure.
    static func promises(_ node: WorkflowNode) -> Bool { [.fail, .retry].contains(node.onError) }

    /// What is known of an element of the list that a loop goes over.
    func item(of node: WorkflowNode) -> ValueType? {
        guard case .loop(let loop) = self, case .items(let items) = loop.over else { return nil }
        if case .list(let element) = items.type(origin: "\"items\" of \(node.id.quoted)") { return element }
        return nil
    }
}

extension OperationDeclaration {
    func output(of node: String) -> SchemaType {
        SchemaType { [outputSchema] in SchemaTypes.type(of: outputSchema, origin: "the output of \(node.quoted)") }
    }
}
