/// A member of what is no value of its own: a node of `steps`, a name in `env`.
struct WorkflowMember {
    let name: String
    let kind: CompletionItem.Kind
    let type: ValueType?
    /// What follows the name, for it to be a value.
    let rest: String

    init(_ name: String, _ kind: CompletionItem.Kind, type: ValueType? = nil, rest: String = "") {
        self.name = name
        self.kind = kind
        self.type = type
        self.rest = rest
    }

    /// Behind a dot. `next` is what stands there already.
    func item(next: UInt8?) -> CompletionItem {
        let isGoingOn = next == UInt8(ascii: ".") || next == UInt8(ascii: "[")
        return CompletionItem(
            name, kind, type: type, insert: (name.isWord ? name : "`\(name)`") + (isGoingOn ? "" : rest))
    }
}

extension CompletionWriter {
    /// What is known behind a path that is no value yet; nil behind one that is.
    func members(of path: [String], takesTitles: Bool = false) -> [WorkflowMember]? {
        switch (path[0], path.count) {
        case ("steps", 1), ("$node", 1): nodes(takesTitles: takesTitles)
        case ("steps", 2), ("$node", 2): [output(of: path[1])]
        case ("env", 1), ("$env", 1): (names.env ?? []).sorted().map { WorkflowMember($0, .env, type: .string) }
        case ("credentials", 1), ("$credentials", 1):
            (names.credentials ?? []).sorted().map { WorkflowMember($0, .credential) }
        case ("loops", 1), ("$loops", 1): names.loops.map { WorkflowMember($0, .node, rest: ".item") }
        case ("loops", 2), ("$loops", 2):
            [
                WorkflowMember("item", .name, type: names.type(of: .loopItem(path[1]))),
                WorkflowMember("index", .name, type: .int),
            ]
        default: nil
        }
    }

    private func nodes(takesTitles: Bool) -> [WorkflowMember] {
        let ids = names.steps.sorted().map {
            WorkflowMember($0, .node, type: names.type(of: .step($0)), rest: ".output")
        }
        guard takesTitles else { return ids }
        let titles = names.titles.filter {
            $0.value.count == 1 && names.steps.contains($0.value[0]) && $0.key != $0.value[0]
        }
        return titles.sorted { $0.key < $1.key }.map {
            WorkflowMember($0.key, .node, type: names.type(of: .step($0.value[0])))
        } + ids
    }

    private func output(of node: String) -> WorkflowMember {
        let titled = names.titles[node] ?? []
        let id = !names.steps.contains(node) && titled.count == 1 ? titled[0] : node
        return WorkflowMember("output", .name, type: names.type(of: .step(id)))
    }

    /// The names that an expression can begin with.
    var roots: [CompletionItem] {
        var items = names.variables.sorted().map {
            CompletionItem($0, .name, type: names.type(of: .variable($0)), about: "A value of the context.")
        }
        items += RootName.allCases.filter { !names.loops.isEmpty || !$0.isOfLoops }.map { root in
            CompletionItem(root.rawValue, .name, type: root.slot.map(names.type), about: root.about)
        }
        let taken = Set(KnownNames.roots).union(names.variables)
        items += names.payload.subtracting(taken).sorted().filter(\.isWord).map {
            CompletionItem($0, .field, type: names.type(of: .payload($0)), about: "trigger.body.\($0)")
        }
        return items
    }
}
