import PatchbayCore
import PatchbayJSON

/// The names of a workflow's expressions: `trigger`, `input`, `steps.<node>.output`, `env`, `run`, `workflow`.
struct WorkflowVocabulary: Vocabulary {
    /// What an evaluation has to give, by its number.
    enum Root: Equatable {
        case trigger, body, run, workflow, environment
        case environmentMember(String)
        case output(of: String)
    }

    let names: KnownNames
    private(set) var roots: [Root] = []
    private(set) var references: Set<Reference> = []

    init(names: KnownNames) { self.names = names }

    mutating func meaning(of path: NamePath) -> NameMeaning? {
        let root = path.parts[0].name
        let second = path.parts.count > 1 ? path.parts[1].name : nil
        switch root {
        case "trigger":
            references.insert(.root(root))
            // `trigger.payload` is `trigger.body`, which is a member like any other.
            return second == "payload" ? body(count: 2) : variable(.trigger, count: 1)
        case "input":
            references.insert(.root(root))
            return body(count: 1)
        case "run":
            references.insert(.root(root))
            return variable(.run, count: 1)
        case "workflow":
            references.insert(.root(root))
            return variable(.workflow, count: 1)
        case "env":
            references.insert(.root(root))
            guard second != nil else { return variable(.environment, count: 1) }
            return environmentMember(path.parts[1], isTested: path.isTested)
        case "steps": return step(path)
        default: return nil
        }
    }

    func unknown(_ path: NamePath) -> Fault {
        let name = path.parts[0].name
        let hint = Suggestion.hint(for: name, among: KnownNames.roots, known: "names are")
        let elsewhere = names.steps.contains(name) ? "write steps.\(name).output" : hint
        return Fault(.unknownName, "unknown name \(name.quoted)", hint: elsewhere, at: path.parts[0].offset)
    }

    private mutating func variable(
        _ root: Root, count: Int, missing: Fault? = nil, title: String? = nil
    ) -> NameMeaning {
        let number = roots.firstIndex(of: root) ?? roots.count
        if number == roots.count { roots.append(root) }
        let missing = missing ?? Fault(.missing, "the value is not there", at: 0)
        return NameMeaning(.variable(number, missing: missing, title: title), count: count)
    }

    private mutating func body(count: Int) -> NameMeaning {
        variable(.body, count: count, missing: Fault(.missing, "the trigger has no body", at: 0))
    }

    // MARK: Environment

    private mutating func environmentMember(_ part: NamePath.Part, isTested: Bool) -> NameMeaning {
        references.insert(.env(part.name))
        var hint: String?
        if let known = names.env {
            hint =
                Suggestion.hint(for: part.name, among: known.sorted(), known: "names are")
                ?? "the operator has allowed no environment variable"
        }
        let missing = Fault(.missing, "\(part.name.quoted) is not in env", hint: hint, at: part.offset)
        guard isTested || names.env?.contains(part.name) != false else {
            let unknown = Fault(.unknownName, missing.message, hint: hint, at: part.offset)
            return NameMeaning(.failure(unknown), count: 2)
        }
        return variable(.environmentMember(part.name), count: 2, missing: missing)
    }

    // MARK: Steps

    private mutating func step(_ path: NamePath) -> NameMeaning {
        let root = path.parts[0]
        guard path.parts.count > 1 else {
            if let index = path.computedIndex {
                return failure(
                    "the node's id must be written out", hint: "write steps[\"<node>\"].output", at: index, count: 1)
            }
            return failure("steps alone is no value", hint: "write steps.<node>.output", at: root.offset, count: 1)
        }
        let id = path.parts[1].name
        guard path.parts.count > 2 else {
            if let index = path.computedIndex { return outputIsAll(of: id, "…", at: index, count: 2) }
            return failure(
                "a step is no value of its own", hint: hyphenated(id) ?? "write steps.\(id).output",
                at: path.parts[1].offset, count: 2)
        }
        guard path.parts[2].name == "output" else {
            return outputIsAll(of: id, path.parts[2].name, at: path.parts[2].offset, count: 3)
        }
        references.formUnion([.root("steps"), .step(id)])
        guard names.steps.contains(id) else {
            let hint = hyphenated(id) ?? Suggestion.hint(for: id, among: names.steps.sorted(), known: "nodes are")
            return failure("there is no node \(id.quoted)", hint: hint, at: root.offset, count: 3)
        }
        let missing = Fault(
            .missing, "the step \(id.quoted) has no output: it did not run, or not yet",
            hint: "ask with has(steps.\(id).output) first", at: root.offset)
        return variable(.output(of: id), count: 3, missing: missing, title: "the output of \(id.quoted)")
    }

    private func outputIsAll(of step: String, _ name: String, at offset: Int, count: Int) -> NameMeaning {
        failure(
            "a step has \"output\" only, and no \(name.quoted)", hint: "write steps.\(step).output", at: offset,
            count: count)
    }

    /// `steps.a-b` is a subtraction; says so when there is a node `a-b`.
    private func hyphenated(_ beginning: String) -> String? {
        let id = names.steps.sorted().first { $0.hasPrefix(beginning + "-") && !names.steps.contains(beginning) }
        return id.map { "an id with a hyphen is written steps[\($0.quoted)]" }
    }

    private func failure(_ message: String, hint: String?, at offset: Int, count: Int) -> NameMeaning {
        NameMeaning(.failure(Fault(.unknownName, message, hint: hint, at: offset)), count: count)
    }
}

extension Scope {
    /// The value of a name; nil when the run has none.
    func value(_ root: WorkflowVocabulary.Root) -> Value? {
        switch root {
        case .trigger: return Value(trigger)
        case .body: return trigger["body"].map(Value.init)
        case .run: return Value(run)
        case .workflow: return Value(workflow)
        case .environment:
            let members = env.sorted { $0.key < $1.key }
            return .map(.json(members.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) }))
        case .environmentMember(let name): return env[name].map(Value.string)
        case .output(let step): return steps[step].map(Value.init)
        }
    }
}
