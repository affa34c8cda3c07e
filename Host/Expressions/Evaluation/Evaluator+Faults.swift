import PatchbayCore
import PatchbayJSON

/// What is said of values that are not there: the whole path, and what is there instead.
extension Evaluator {
    func missing(_ name: String, in map: MapValue, _ base: Operation, at offset: Int) -> Fault {
        let names = map.keys.prefix(1_000).map(\.name)
        let hyphenated = names.first { $0.hasPrefix(name + "-") }
        let hint =
            hyphenated.map { "a name with a hyphen is written [\($0.quoted)]" }
            ?? Suggestion.hint(for: name, among: names, known: "members are") ?? "it has no members"
        return Fault(.missing, "\(name.quoted) is not in \(describe(base))", hint: hint, at: offset)
    }

    func hasNoMembers(_ base: Operation, _ value: Value, _ name: String, at offset: Int) -> Fault {
        Fault(
            value.isNull ? .missing : .type, "\(describe(base)) is \(value.article) and has no member \(name.quoted)",
            hint: value.isList ? "elements have numbers: [0] is the first" : nil, at: offset)
    }

    func noOutput(of step: String, at offset: Int) -> Fault {
        Fault(
            .missing, "the step \(step.quoted) has no output: it did not run, or not yet",
            hint: "ask with has(steps.\(step).output) first", at: offset)
    }

    func notInEnvironment(_ name: String, at offset: Int) -> Fault {
        let names = scope.env.keys.sorted()
        let hint = Suggestion.hint(for: name, among: names, known: "names are") ?? "the environment has no names"
        return Fault(.missing, "\(name.quoted) is not in env", hint: hint, at: offset)
    }

    /// The part of the text that gave a value, when it is a short path.
    func describe(_ operation: Operation) -> String {
        switch operation.node {
        case .output(let step): return "the output of \(step.quoted)"
        case .trigger, .run, .workflow, .environment, .member, .index, .environmentMember:
            guard operation.range.count <= 120 else { return "the value" }
            return String(decoding: source[operation.range], as: UTF8.self)
        case .map: return "the map"
        case .list: return "the list"
        default: return "the value"
        }
    }
}

extension Value {
    fileprivate var isNull: Bool { if case .null = self { true } else { false } }
    fileprivate var isList: Bool { if case .list = self { true } else { false } }
}
