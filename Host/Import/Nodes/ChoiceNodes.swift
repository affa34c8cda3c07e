import PatchbayCore
import PatchbayJSON

/// If, Filter and Switch. Of a list each element goes its own way: then the ways are lists.
enum ChoiceNodes {
    static func condition(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let term = try test(&work)
        guard let list = work.list else {
            return NodeDraft(
                .condition, .all, config: ["if": template(term)], gives: .init(.input, port: "true"),
                .init(.input, port: "false"))
        }
        let config: JSONObject = [
            "value": [
                "true": .string("{{ \(list).filter((item, index) => \(term.source)) }}"),
                "false": .string("{{ \(list).filter((item, index) => !\(term.bound(9))) }}"),
            ]
        ]
        return NodeDraft(
            .transform, .all, config: config, gives: .init(.list, suffix: "[\"true\"]"),
            .init(.list, suffix: "[\"false\"]"))
    }

    private static func test(_ work: inout NodeWork) throws(Untranslatable) -> Term {
        let combination = try work.word("combineOperation", try work.word("combineConditions", "all"))
        _ = (work.raw("looseTypeValidation"), work.raw("options.looseTypeValidation"))
        guard let conditions = work.raw("conditions") else { throw Untranslatable("there is no condition") }
        var conditionsObject = conditions.object ?? [:]
        if work.raw("options.ignoreCase")?.bool ?? (work.node.version >= 2 && conditions["options"] == nil) {
            conditionsObject["options"] = ["caseSensitive": false]
        }
        return try work.condition(
            .object(conditionsObject), at: work.pointer("conditions"), oldCombination: combination)
    }

    static func filter(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let term = try test(&work)
        guard let list = work.list else {
            return NodeDraft(
                .condition, .all, config: ["if": template(term)], gives: .init(.input, port: "true"),
                .init(.input, port: "false"))
        }
        return NodeDraft(
            .transform, .all, config: ["value": .string("{{ \(list).filter((item, index) => \(term.source)) }}")],
            gives: .init(.list))
    }

    // MARK: Switch

    private struct Case {
        var term: Term
        var output: Int
    }

    static func choice(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        guard try work.word("mode", "rules") == "rules" else {
            throw Untranslatable("a switch whose output is computed has no equal")
        }
        let (cases, fallback) = work.node.version >= 3 ? try newCases(&work) : try oldCases(&work)
        guard !cases.isEmpty else { throw Untranslatable("there is no rule") }
        let count = max((cases.map(\.output).max() ?? 0) + 1, (fallback ?? -1) + 1)
        if let list = work.list { return try lists(cases, count, fallback, list) }
        let config: JSONObject = [
            "cases": .array(cases.map { ["port": .string("output_\($0.output)"), "if": template($0.term)] })
        ]
        var draft = NodeDraft(.switch, .all, config: config)
        draft.outputs = (0..<count).map { output in
            NodeDraft.Output(.input, port: output == fallback ? "default" : "output_\(output)")
        }
        if let fallback, cases.contains(where: { $0.output == fallback }) {
            draft.outputs[fallback].port = "output_\(fallback)"
            work.approximate("what fits no rule goes nowhere here; lead an edge from the port \"default\"")
        }
        return draft
    }

    private static func lists(
        _ cases: [Case], _ count: Int, _ fallback: Int?, _ list: String
    ) throws(Untranslatable) -> NodeDraft {
        // The first rule that fits decides.
        var value = JSONObject()
        var sources = Array(repeating: "", count: count)
        for output in 0..<count {
            var tests: [String] = []
            for (place, each) in cases.enumerated() where each.output == output {
                let before = cases[..<place].filter { $0.output != output }.map { "!\($0.term.bound(9))" }
                tests.append((before + [each.term.bound(4)]).joined(separator: " && "))
            }
            if output == fallback { tests.append(cases.map { "!\($0.term.bound(9))" }.joined(separator: " && ")) }
            let test = tests.isEmpty ? "false" : tests.map { "(\($0))" }.joined(separator: " || ")
            value["output_\(output)"] = .string("{{ \(list).filter((item, index) => \(test)) }}")
            sources[output] = ".output_\(output)"
        }
        var draft = NodeDraft(.transform, .all, config: ["value": .object(value)])
        draft.outputs = sources.map { NodeDraft.Output(.list, suffix: $0) }
        return draft
    }

    private static func newCases(_ work: inout NodeWork) throws(Untranslatable) -> (cases: [Case], fallback: Int?) {
        _ = (
            work.raw("looseTypeValidation"), work.raw("options.looseTypeValidation"),
            work.raw("options.renameFallbackOutput")
        )
        let rules = work.raw("rules.values")?.array ?? work.raw("rules.rules")?.array ?? []
        let ignoresCase = work.flag("options.ignoreCase")
        if work.flag("options.allMatchingOutputs") {
            throw Untranslatable(
                "going several ways at once has no equal in a switch; use conditions beside each other")
        }
        var cases: [Case] = []
        for (index, rule) in rules.enumerated() {
            guard var conditions = rule["conditions"]?.object else { throw Untranslatable("a rule has no condition") }
            if ignoresCase { conditions["options"] = ["caseSensitive": false] }
            let pointer = work.pointer("rules.values") + "/\(index)/conditions"
            cases.append(
                Case(term: try work.condition(.object(conditions), at: pointer, oldCombination: "all"), output: index))
        }
        let fallback: Int? =
            switch work.raw("options.fallbackOutput") {
            case .string("extra"): rules.count
            case let other?: other.int.map { Int(clamping: $0) }.flatMap { (0...100).contains($0) ? $0 : nil }
            case nil: nil
            }
        return (cases, fallback)
    }

    /// `value1`, and rules with `operation`, `value2` and `output`.
    private static func oldCases(_ work: inout NodeWork) throws(Untranslatable) -> (cases: [Case], fallback: Int?) {
        let type = try work.word("dataType", "number")
        let left = try work.term(work.raw("value1") ?? "", at: work.pointer("value1"), lenient: true)
        var cases: [Case] = []
        for (index, rule) in (work.raw("rules.rules")?.array ?? []).enumerated() {
            let pointer = work.pointer("rules.rules") + "/\(index)/value2"
            let right = try work.right(rule["value2"] ?? (type == "number" ? 0 : ""), type, at: pointer)
            let standard = type == "number" ? "smaller" : type == "dateTime" ? "after" : "equal"
            let comparison = Comparison(
                type: type, operation: rule["operation"]?.string ?? standard, ignoresCase: false)
            // Version 2 names outputs, in the order of the rules.
            let output = work.node.version >= 2 ? index : Int(clamping: rule["output"]?.int ?? 0)
            guard (0...100).contains(output) else { throw Untranslatable("a rule has no output") }
            cases.append(Case(term: try comparison.term(left: left, right: right), output: output))
        }
        let fallback = work.raw("fallbackOutput")?.int.map { Int(clamping: $0) }
        return (cases, fallback.flatMap { (0...100).contains($0) ? $0 : nil })
    }

    static func template(_ term: Term) -> JSON { .string("{{ \(term.source) }}") }
}

extension NodeWork {
    /// The list that comes in; nil where it is one item.
    var list: String? {
        guard let input = place.input, input.isList else { return nil }
        return input.source
    }
}
