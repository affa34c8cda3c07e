import PatchbayCore

/// What names mean in a template, and everything that is said of those that mean nothing.
struct WorkflowVocabulary: Vocabulary {
    let shared: SharedNames
    /// What the expressions read; a slot's number is its place.
    private(set) var slots: [Slot] = []
    /// In the order of the text; one that is named again may be there again.
    private(set) var references: [Reference] = []
    /// Where credentials are named.
    private(set) var credentials: [(name: String, offset: Int)] = []

    init(names: SharedNames) { shared = names }

    var names: KnownNames { shared.names }

    mutating func meaning(of path: NamePath) -> NameMeaning? {
        let root = path.parts[0]
        switch root.name {
        case "trigger", "$trigger": return trigger(path)
        case "input", "$input": return variable(.body, .root("input"), count: 1, missing: noBody(root))
        case "run", "$run": return variable(.run, .root("run"), count: 1, missing: nothing("run", root))
        case "workflow", "$workflow":
            return variable(.workflow, .root("workflow"), count: 1, missing: nothing("workflow", root))
        case "steps", "$node": return step(path)
        case "env", "$env": return environment(path)
        case "credentials", "$credentials": return credential(path)
        case "loops", "$loops": return loop(path)
        case "item", "$item", "index", "$index": return iteration(path)
        case "$json": return names.loops.isEmpty ? body(root, count: 1) : iteration(path)
        case "$items": return names.variables.contains("items") ? known("items", root) : items(root)
        default: return known(root.name, root)
        }
    }

    func unknown(_ path: NamePath) -> Fault {
        let root = path.parts[0]
        let isDollar = root.name.hasPrefix("$")
        let roots =
            names.loops.isEmpty ? KnownNames.roots.filter { !KnownNames.inLoops.contains($0) } : KnownNames.roots
        let known = isDollar ? KnownNames.dollarNames : roots + names.variables.sorted() + names.payload.sorted()
        let hint = Suggestion.hint(for: root.name, among: known, known: "names are")
        let elsewhere = names.steps.contains(root.name) ? "write steps.\(root.name).output" : hint
        return Fault(.unknownName, "unknown name \(root.name.quoted)", hint: elsewhere, at: root.offset)
    }

    // MARK: Kinds of answers

    private mutating func variable(
        _ slot: Slot, _ reference: Reference, count: Int, missing: Absence, title: String? = nil
    ) -> NameMeaning {
        references.append(reference)
        let number = slots.firstIndex(of: slot) ?? slots.count
        if number == slots.count { slots.append(slot) }
        return NameMeaning(.variable(number, missing: missing, title: title), count: count)
    }

    private func failure(_ message: String, hint: String?, _ part: NamePath.Part, count: Int) -> NameMeaning {
        NameMeaning(.failure(Fault(.unknownName, message, hint: hint, at: part.offset)), count: count)
    }

    /// A root that must have a member, and has none that is written out.
    private func alone(_ path: NamePath, _ what: String, _ example: (dotted: String, indexed: String)) -> NameMeaning {
        let root = path.parts[0]
        if let offset = path.computedIndex {
            let fault = Fault(
                .unknownName, "\(what) must be written out", hint: "write \(root.name)\(example.indexed)", at: offset)
            return NameMeaning(.failure(fault), count: 1)
        }
        return failure("\(root.name) alone is no value", hint: "write \(root.name)\(example.dotted)", root, count: 1)
    }

    private func nothing(_ name: String, _ part: NamePath.Part) -> Absence {
        Absence(name, at: part.offset) { ("\($0) is not known here", nil) }
    }

    private func noBody(_ part: NamePath.Part) -> Absence {
        Absence(part.name, at: part.offset) { _ in ("the trigger has no body", "ask with has(trigger.body) first") }
    }

    // MARK: Trigger and bare names

    private mutating func trigger(_ path: NamePath) -> NameMeaning {
        if path.parts.count > 1, ["body", "payload"].contains(path.parts[1].name) {
            return body(path.parts[1], count: 2)
        }
        return variable(.trigger, .root("trigger"), count: 1, missing: nothing("trigger", path.parts[0]))
    }

    private mutating func body(_ part: NamePath.Part, count: Int) -> NameMeaning {
        variable(.body, .root("trigger"), count: count, missing: noBody(part))
    }

    private mutating func items(_ part: NamePath.Part) -> NameMeaning {
        let missing = Absence(part.name, at: part.offset) { _ in
            (
                "$items is the trigger's body when that is a list, or its \"items\", and there is neither",
                "name the list, such as trigger.body.orders"
            )
        }
        return variable(.items, .root("trigger"), count: 1, missing: missing)
    }

    /// A name of the scope, or a member that the trigger's body is known to have.
    private mutating func known(_ name: String, _ part: NamePath.Part) -> NameMeaning? {
        if names.variables.contains(name) {
            return variable(.variable(name), .variable(name), count: 1, missing: nothing(name, part))
        }
        guard names.payload.contains(name) else { return nil }
        let missing = Absence(name, at: part.offset) {
            ("\($0.quoted) is not in trigger.body", "ask with has(trigger.body.\($0)) first")
        }
        return variable(.payload(name), .root("trigger"), count: 1, missing: missing, title: "trigger.body.\(name)")
    }

    // MARK: Steps

    private mutating func step(_ path: NamePath) -> NameMeaning {
        let root = path.parts[0].name
        guard path.parts.count > 1 else {
            let indexed = "[\"<node>\"].output"
            return alone(path, "the node's id", (root == "steps" ? ".<node>.output" : indexed, indexed))
        }
        let node = path.parts[1]
        var shown: String { Self.member(node.name, of: "steps") }
        guard path.parts.count > 2 else {
            return failure(
                "a step is no value of its own", hint: hyphenated(node.name) ?? "write \(shown).output", node, count: 2)
        }
        let output = path.parts[2]
        guard ["output", "response"].contains(output.name) || (root == "$node" && output.name == "json") else {
            return failure(
                "a step has \"output\" only, and no \(output.name.quoted)", hint: "write \(shown).output", output,
                count: 3)
        }
        return self.output(of: node, byTitle: root == "$node")
    }

    private mutating func output(of node: NamePath.Part, byTitle: Bool) -> NameMeaning {
        references.append(.root("steps"))
        let titled = byTitle ? names.titles[node.name] ?? [] : []
        guard names.steps.contains(node.name) || titled.count == 1 else {
            if titled.count > 1 {
                let ids = titled.map(\.quoted).joined(separator: ", ")
                return failure(
                    "\(node.name.quoted) is the name of several nodes: \(ids)",
                    hint: "write $node[\(titled[0].quoted)]", node, count: 3)
            }
            let known = names.steps.sorted() + (byTitle ? names.titles.keys.sorted() : [])
            let hint = hyphenated(node.name) ?? Suggestion.hint(for: node.name, among: known, known: "nodes are")
            return failure("there is no node \(node.name.quoted)", hint: hint, node, count: 3)
        }
        let id = names.steps.contains(node.name) ? node.name : titled[0]
        let missing = Absence(id, at: node.offset) {
            (
                "the step \($0.quoted) has no output: it did not run, or not yet",
                "ask with has(\(Self.member($0, of: "steps")).output) first"
            )
        }
        return variable(.step(id), .step(id), count: 3, missing: missing)
    }

    /// `steps.a-b` is a subtraction; says so when there is a node `a-b`.
    private func hyphenated(_ beginning: String) -> String? {
        let id = names.steps.sorted().first { $0.hasPrefix(beginning + "-") && !names.steps.contains(beginning) }
        return id.map { "an id with a hyphen is written steps[\($0.quoted)]" }
    }

    /// `steps.a`, or `steps["a-b"]`.
    private static func member(_ name: String, of root: String) -> String {
        name.utf8.allSatisfy { Lexer.isLetter($0) || Lexer.isDigit($0) } ? "\(root).\(name)" : "\(root)[\(name.quoted)]"
    }

    // MARK: Environment and credentials

    private mutating func environment(_ path: NamePath) -> NameMeaning {
        guard path.parts.count > 1 else {
            return variable(.environment, .root("env"), count: 1, missing: nothing("env", path.parts[0]))
        }
        let part = path.parts[1]
        if let known = names.env, !path.isTested, !known.contains(part.name) {
            let hint =
                Suggestion.hint(for: part.name, among: known.sorted(), known: "names are")
                ?? "the operator has allowed no environment variable"
            return failure("\(part.name.quoted) is not in env", hint: hint, part, count: 2)
        }
        references.append(.root("env"))
        return variable(
            .variableOfEnvironment(part.name), .env(part.name), count: 2,
            missing: Absence(part.name, at: part.offset) {
                ("\($0.quoted) is not in env", "ask with has(env.\($0)) first")
            })
    }

    private mutating func credential(_ path: NamePath) -> NameMeaning {
        guard path.parts.count > 1 else {
            return alone(path, "the credential's name", (".<name>", "[\"<name>\"]"))
        }
        let part = path.parts[1]
        if let known = names.credentials, !known.contains(part.name) {
            let hint =
                Suggestion.hint(for: part.name, among: known.sorted(), known: "credentials are")
                ?? "create it with: patchbay credential add"
            return failure("there is no credential \(part.name.quoted)", hint: hint, part, count: 2)
        }
        references.append(.credential(part.name))
        credentials.append((part.name, path.parts[0].offset))
        return NameMeaning(.value(.opaque(SecretHandle(part.name))), count: 2)
    }

    // MARK: Loops

    private mutating func iteration(_ path: NamePath) -> NameMeaning? {
        let root = path.parts[0]
        let isIndex = root.name.hasSuffix("index")
        let name = isIndex ? "index" : "item"
        if !root.name.hasPrefix("$"), names.loops.isEmpty, let known = known(name, root) { return known }
        guard !names.loops.isEmpty else {
            return failure(
                "\(root.name) is known inside of a loop only", hint: "the trigger's data is in trigger.body", root,
                count: 1)
        }
        return variable(isIndex ? .index : .item, .root(name), count: 1, missing: nothing(name, root))
    }

    private mutating func loop(_ path: NamePath) -> NameMeaning {
        guard path.parts.count > 1 else {
            return alone(path, "the loop's id", (".<node>.item", "[\"<node>\"].item"))
        }
        let node = path.parts[1]
        guard names.loops.contains(node.name) else {
            let hint =
                Suggestion.hint(for: node.name, among: names.loops, known: "loops around this node are")
                ?? "this node is in no loop"
            return failure("there is no loop \(node.name.quoted) around this node", hint: hint, node, count: 2)
        }
        var shown: String { Self.member(node.name, of: "loops") }
        guard path.parts.count > 2 else {
            return failure("a loop is no value of its own", hint: "write \(shown).item", node, count: 2)
        }
        let member = path.parts[2]
        guard member.name == "item" || member.name == "index" else {
            return failure(
                "a loop has \"item\" and \"index\", and no \(member.name.quoted)", hint: "write \(shown).item", member,
                count: 3)
        }
        return variable(
            member.name == "item" ? .loopItem(node.name) : .loopIndex(node.name), .root("loops"), count: 3,
            missing: Absence(node.name, at: node.offset) { ("\(Self.member($0, of: "loops")) is not known here", nil) })
    }
}
