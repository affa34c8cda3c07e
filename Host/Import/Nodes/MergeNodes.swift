import PatchbayCore
import PatchbayJSON

/// Merge, versions 1 to 3.
enum MergeNodes {
    static func merge(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let inputs = work.inputs.sorted { $0.key < $1.key }.map(\.value)
        _ = (work.raw("numberInputs"), work.raw("options"))
        var mode = try work.word("mode", "append")
        if mode == "combine" {
            mode = try work.word(
                work.node.version >= 3 ? "combineBy" : "combinationMode",
                work.node.version >= 3 ? "combineByFields" : "mergeByFields")
        }
        guard inputs.count > 1 else { return ValueNodes.pass(&work) }
        switch mode {
        case "append": return append(inputs)
        case "mergeByIndex", "mergeByPosition", "combineByPosition":
            guard inputs.contains(where: \.isList) else { return try beside(inputs) }
            let standard = work.node.version < 2 ? try work.word("join", "left") : "inner"
            let join = work.flag("options.includeUnpaired") ? "outer" : standard
            return try joined(inputs, Self.byPosition, ["join": .string(join)])
        case "mergeByFields", "combineByFields", "mergeByKey", "keepKeyMatches", "removeKeyMatches":
            return try byFields(inputs, mode, &work)
        case "multiplex", "combineAll":
            guard inputs.allSatisfy({ !$0.isList }) else {
                throw Untranslatable("every item of one way with every item of the other has no equal")
            }
            return try beside(inputs)
        case "chooseBranch", "wait", "passThrough": return try chosen(&work)
        default: throw Untranslatable("merging by \(mode.quoted) has no equal; code or a query does it")
        }
    }

    /// All items behind each other; a way that was not taken gives none.
    private static func append(_ inputs: [Items]) -> NodeDraft {
        let parts = inputs.map { items in
            guard let presence = items.presence else { return items.list }
            return "(\(presence) ? \(items.list) : [])"
        }
        return NodeDraft(
            .transform, .all, config: ["value": .string("{{ \(parts.joined(separator: " + ")) }}")], gives: .init(.list)
        )
    }

    // MARK: Lists beside each other

    private static let byPosition = """
        const [a, b] = input.lists;
        const count = {inner: Math.min(a.length, b.length), left: a.length, outer: Math.max(a.length, b.length)}[input.join];
        return Array.from({length: count}, (_, n) => ({...a[n], ...b[n]}));
        """

    private static let byFields = """
        const at = (item, path) => path.split('.').reduce((value, part) => value?.[part], item);
        const key = (item, side) => JSON.stringify(input.fields.map(pair => at(item, pair[side]) ?? null));
        const [a, b] = input.lists;
        const right = new Map();
        for (const item of b) right.set(key(item, 1), [...(right.get(key(item, 1)) ?? []), item]);
        const keys = new Set(a.map(item => key(item, 0)));
        const both = a.flatMap(item => (right.get(key(item, 0)) ?? []).map(other =>
          input.from === 'input1' ? item : input.from === 'input2' ? other : {...item, ...other}));
        const left = a.filter(item => !right.has(key(item, 0)));
        const rest = b.filter(item => !keys.has(key(item, 1)));
        return {
          keepMatches: both, keepNonMatches: [...left, ...rest], keepEverything: [...both, ...left, ...rest],
          enrichInput1: a.flatMap(item => (right.get(key(item, 0)) ?? [{}]).map(other => ({...item, ...other}))),
          enrichInput2: [...both, ...rest], removeKeyMatches: left,
        }[input.join];
        """

    private static func byFields(
        _ inputs: [Items], _ mode: String, _ work: inout NodeWork
    ) throws(Untranslatable) -> NodeDraft {
        var pairs: [JSON] = []
        if let names = work.raw("fieldsToMatchString")?.string, !names.isEmpty {
            pairs = names.split(separator: ",").map { [.string($0.trimmed), .string($0.trimmed)] }
        }
        for pair in work.raw("mergeByFields.values")?.array ?? [] {
            pairs.append([pair["field1"] ?? "", pair["field2"] ?? pair["field1"] ?? ""])
        }
        if let first = work.raw("propertyName1"), let second = work.raw("propertyName2") { pairs = [[first, second]] }
        _ = (work.raw("advanced"), work.raw("overwrite"))
        guard !pairs.isEmpty, !pairs.contains(where: { $0[0]?.string?.hasPrefix("=") ?? true }) else {
            throw Untranslatable("the fields to merge by are not written out")
        }
        let joins = [
            "mergeByKey": "enrichInput1", "keepKeyMatches": "keepMatches", "removeKeyMatches": "removeKeyMatches",
        ]
        let chosen = try work.word("joinMode", "keepMatches")
        let source = try work.word("outputDataFrom", "both")
        let (join, from) = (joins[mode] ?? chosen, mode == "keepKeyMatches" ? "input1" : source)
        return try joined(
            inputs, byFields, ["fields": .array(pairs), "join": .string(join), "from": .string(from)])
    }

    private static func joined(
        _ inputs: [Items], _ code: String, _ more: JSONObject
    ) throws(Untranslatable) -> NodeDraft {
        guard inputs.count == 2 else { throw Untranslatable("more than two lists are not merged so") }
        var input: JSONObject = ["lists": .array(inputs.map { .string("{{ \($0.list) }}") })]
        for member in more { input[member.name] = member.value }
        return .action(
            "javascript/execute", ["code": .string(NodeWork.literal(code)), "input": .object(input)], credential: nil,
            gives: .init(.list, suffix: ".result"), scope: .all)
    }

    private static func beside(_ inputs: [Items]) throws(Untranslatable) -> NodeDraft {
        guard inputs.allSatisfy({ !$0.isList }) else {
            throw Untranslatable("laying lists beside each other has no equal; use a loop over one of them")
        }
        return NodeDraft(
            .aggregate, .all,
            config: ["as": "merge", "values": .array(inputs.map { .string("{{ \($0.whole) }}") })])
    }

    private static func chosen(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        _ = work.raw("chooseBranchMode")
        let word = try work.word("output", "input1")
        if word == "empty" { return NodeDraft(.set, .all, config: ["values": [:]]) }
        let useData = work.raw("useDataOfInput")
        let number =
            useData?.int.map { Int(clamping: $0) } ?? useData?.string.flatMap { Int($0) }
            ?? Int(word.drop { !$0.isNumber }) ?? 1
        guard let items = work.inputs[number - 1] else {
            throw Untranslatable("the way that is chosen is not connected")
        }
        return NodeDraft(
            .transform, .all, config: ["value": .string("{{ \(items.isList ? items.source : items.whole) }}")],
            gives: .init(items.isList ? .list : .value))
    }
}
