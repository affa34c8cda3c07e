import PatchbayJSON

/// What is known, before a run, of the values that templates read. All that is not known is `dyn`, which any use fits.
package struct KnownTypes: Sendable {
    /// Of the trigger's body, from its schema or sample.
    package var body: ValueType
    /// Of what the trigger has beside its body, such as `kind`; it may have more.
    package var trigger: [String: ValueType]
    /// Of the steps' outputs, by node id.
    package var steps: [String: SchemaType]
    /// Of the items of the loops around the node, by the loops' ids.
    package var items: [String: ValueType]
    /// Of `KnownNames.variables`.
    package var variables: [String: ValueType]

    package static let unknown = KnownTypes()

    package init(
        body: ValueType = .dyn, trigger: [String: ValueType] = [:], steps: [String: SchemaType] = [:],
        items: [String: ValueType] = [:],
        variables: [String: ValueType] = [:]
    ) {
        self.body = body
        self.trigger = trigger
        self.steps = steps
        self.items = items
        self.variables = variables
    }

    /// The names of the body's members, which may stand for themselves.
    package var payload: Set<String> { Set(body.object.map { Array($0.members.keys) } ?? []) }
}

extension KnownNames {
    func type(of slot: Slot) -> ValueType {
        switch slot {
        case .trigger: triggerType
        case .body: types.body
        case .payload(let name): types.body.object?.members[name]?.type ?? .dyn
        case .items: itemsOfBody
        case .run: Self.run
        case .workflow: Self.workflow
        case .environment: .map(.string, .string)
        case .variableOfEnvironment: .string
        case .step(let node): types.steps[node]?.type ?? .dyn
        case .item: loops.last.flatMap { types.items[$0] } ?? .dyn
        case .loopItem(let node): types.items[node] ?? .dyn
        case .index, .loopIndex: .int
        case .variable(let name): types.variables[name] ?? .dyn
        }
    }

    private var triggerType: ValueType {
        var members = types.trigger.mapValues { ObjectType.Member($0) }
        members["body"] = .init(types.body)
        return .object(ObjectType(members, others: .dyn, origin: "the trigger"))
    }

    /// As `Scope` finds the list that `$items` means.
    private var itemsOfBody: ValueType {
        switch types.body {
        case .list: types.body
        case .object(let object): object.members["items"]?.type ?? .dyn
        default: .dyn
        }
    }

    private static let run = ValueType.object(
        ObjectType(["id": .init(.string), "workflow_id": .init(.string)], others: nil, origin: "run"))
    private static let workflow = ValueType.object(
        ObjectType(
            ["id": .init(.string), "name": .init(.string), "version": .init(.dyn)], others: nil, origin: "workflow"))
}
