import PatchbayJSON

/// An expression that is nothing but a path of names into the scope, as most of a workflow's are. It is read without an
/// evaluation; what it does not find, an evaluation tells.
struct DirectPath: Sendable {
    private let slot: Slot
    private let names: [String]

    /// Nil for every other expression.
    init?(_ program: Program, slots: [Slot]) {
        guard let path = program.root.namePath,
            let number = program.variables.first(where: { $0.slot == path.variable.slot })?.number
        else { return nil }
        switch slots[number] {
        case .body: (slot, names) = (.trigger, ["body"] + path.names)
        case .payload(let name): (slot, names) = (.trigger, ["body", name] + path.names)
        case .trigger, .step, .item, .loopItem, .run, .workflow, .variable: (slot, names) = (slots[number], path.names)
        case .items, .environment, .variableOfEnvironment, .index, .loopIndex: return nil
        }
    }

    /// Text, a number, true, false or null that the path leads to; nil for everything else, which has to be measured first.
    func scalar(in scope: Scope) -> JSON? {
        guard let json = value(in: scope) else { return nil }
        switch json {
        case .null, .bool, .int, .double, .string: return json
        default: return nil
        }
    }

    private func value(in scope: Scope) -> JSON? {
        switch slot {
        case .trigger: scope.trigger.value(atNames: names)
        case .step(let node): scope.steps[node]?.value(atNames: names)
        case .item: scope.item?.value(atNames: names)
        case .loopItem(let node): scope.loops[node]?.item.value(atNames: names)
        case .run: scope.run.value(atNames: names)
        case .workflow: scope.workflow.value(atNames: names)
        case .variable(let name): scope.variables[name]?.value(atNames: names)
        default: nil
        }
    }
}

extension JSON {
    fileprivate func value(atNames names: [String]) -> JSON? {
        if names.isEmpty { return self }
        guard case .object(let object) = self else { return nil }
        return object.value(at: names)
    }
}
