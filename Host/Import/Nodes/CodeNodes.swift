import PatchbayCore
import PatchbayJSON

/// Code, Function and Function Item: JavaScript, by the `javascript` connector, with what n8n's code expects around it.
enum CodeNodes {
    /// What code may name that is not there: what, and why.
    private static let refused: [(word: String, reason: String)] = [
        ("require(", "modules cannot be loaded"), ("this.helpers", "n8n's helpers are not there"),
        ("$helpers", "n8n's helpers are not there"),
        ("$getWorkflowStaticData", "a workflow keeps nothing between runs"),
        ("getWorkflowStaticData", "a workflow keeps nothing between runs"), ("$binary", "files have no equal"),
        (".binary", "files have no equal"), ("$env", "the code cannot read env; pass it in its input"),
        ("DateTime", "Luxon is not there"), ("$now", "Luxon is not there"), ("$today", "Luxon is not there"),
        ("$jmespath", "JMESPath is not there"), ("$evaluateExpression", "expressions are not there"),
        ("$vars", "variables have no equal"), ("$prevNode", "which node came before is not known"),
        ("fetch(", "there is no network"), ("Buffer", "Node.js is not there"), ("process.", "Node.js is not there"),
        ("$runIndex", "there is no run index"), ("$execution.resume", "a run is resumed by an event"),
        ("setTimeout", "timers are not there"), ("$secrets", "secrets are reached by credentials only"),
    ]

    static func code(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        guard try work.word("language", "javaScript") == "javaScript" else {
            throw Untranslatable("Python has no equal; write it in JavaScript")
        }
        let isOld = work.node.shortType != "code"
        let isEach = try isOld ? work.node.shortType == "functionItem" : work.word("mode") == "runOnceForEachItem"
        _ = work.raw("notice")
        guard let code = work.raw(isOld ? "functionCode" : "jsCode")?.string, !code.isEmpty else {
            throw Untranslatable("there is no code")
        }
        for each in refused where code.contains(each.word) {
            throw Untranslatable("the code uses `\(each.word)`: \(each.reason)")
        }
        var input = JSONObject()
        if let items = work.place.input {
            input["items"] =
                isEach
                ? .array([.string("{{ \(work.place.current?.whole ?? "null") }}")]) : .string("{{ \(items.list) }}")
        } else {
            input["items"] = []
        }
        let nodes = try nodes(in: code, &work)
        if !nodes.isEmpty { input["nodes"] = .object(nodes) }
        if code.contains("$workflow") {
            input["workflow"] = ["id": "{{ workflow.id }}", "name": "{{ workflow.name }}"]
        }
        if code.contains("$execution") { input["execution"] = ["id": "{{ run.id }}"] }
        let whole = prelude(isEach: isEach, input) + code + ending
        let isOne = isEach || CodeShape(code).givesOne
        return .action(
            "javascript/execute", ["code": .string(NodeWork.literal(whole)), "input": .object(input)], credential: nil,
            gives: .init(isOne ? .value : .list, suffix: isOne ? ".result[0]" : ".result"),
            scope: isEach ? .item : .all)
    }

    private static func prelude(isEach: Bool, _ input: JSONObject) -> String {
        var lines = [
            "const wrap = list => (list ?? []).map((json, index) => ({json, pairedItem: {item: index}}));",
            "const rows = all => ({all: () => all, first: () => all[0], last: () => all[all.length - 1], item: all[0]});",
            "const items = wrap(input.items);", "const $input = rows(items);", "const $json = items[0]?.json;",
        ]
        if isEach { lines.append("let item = items[0].json;") }
        if input["nodes"] != nil {
            lines += [
                "const $ = name => rows(wrap(input.nodes[name]));",
                "const $node = Object.fromEntries(Object.keys(input.nodes).map(n => [n, {json: input.nodes[n][0]}]));",
            ]
            lines.append("const $items = name => name ? $(name).all() : items;")
        }
        if input["workflow"] != nil { lines.append("const $workflow = input.workflow;") }
        if input["execution"] != nil { lines.append("const $execution = input.execution;") }
        return lines.joined(separator: "\n") + "\nconst given = await (async () => {\n"
    }

    private static let ending = """

        })();
        const list = Array.isArray(given) ? given : given == null ? [] : [given];
        return list.map(each => each && typeof each === 'object' && 'json' in each ? each.json : each);
        """

    /// The nodes that the code names, each with all its items.
    private static func nodes(in code: String, _ work: inout NodeWork) throws(Untranslatable) -> JSONObject {
        var nodes = JSONObject()
        for opening in ["$(", "$node[", "$items("] {
            var rest = code[...]
            while let found = rest.firstRange(of: opening) {
                rest = rest[found.upperBound...]
                guard let quote = rest.first, "\"'`".contains(quote) else {
                    if opening == "$items(", rest.first == ")" { continue }
                    if opening != "$(" { throw Untranslatable("the code computes the name of a node") }
                    continue
                }
                let name = String(rest.dropFirst().prefix { $0 != quote })
                guard let items = work.place.nodes[name] else {
                    throw Untranslatable("the code reads \(name.quoted), which does not run before it")
                }
                nodes[name] = .string("{{ \(items.list) }}")
            }
        }
        if code.contains("$node."), nodes.isEmpty { throw Untranslatable("the code names nodes as members of $node") }
        return nodes
    }
}
