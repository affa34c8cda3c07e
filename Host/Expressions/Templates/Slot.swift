import PatchbayJSON

/// A value of the scope, as a template reads it once its names are resolved.
enum Slot: Hashable, Sendable {
    case trigger, body, run, workflow
    /// A member of the trigger's body, named alone.
    case payload(String)
    /// The list that `$items` means.
    case items
    /// All of `env`, and one of its members.
    case environment
    case variableOfEnvironment(String)
    case step(String)
    /// Of the innermost loop.
    case item, index
    /// Of a loop by its node.
    case loopItem(String), loopIndex(String)
    case variable(String)
}

extension Scope {
    /// Nil when a run does not have it, or not yet.
    func value(of slot: Slot) -> Value? {
        switch slot {
        case .trigger: Value(trigger)
        case .body: trigger["body"].map(Value.init)
        case .run: Value(run)
        case .workflow: Value(workflow)
        case .payload(let name): trigger["body"]?[name].map(Value.init)
        case .items: items.map { .list(.json($0)) }
        case .environment:
            .map(.json(env.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) }))
        case .variableOfEnvironment(let name): env[name].map(Value.string)
        case .step(let node): steps[node].map(Value.init)
        case .item: item.map(Value.init)
        case .index: index.map { .int(Int64($0)) }
        case .loopItem(let node): loops[node].map { Value($0.item) }
        case .loopIndex(let node): loops[node].map { .int(Int64($0.index)) }
        case .variable(let name): variables[name].map(Value.init)
        }
    }

    /// The trigger's body when that is a list, else its member `items`.
    private var items: [JSON]? { trigger["body"]?.array ?? trigger["body"]?["items"]?.array }
}
