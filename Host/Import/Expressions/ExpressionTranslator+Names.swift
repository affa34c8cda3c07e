import PatchbayCore

extension ExpressionTranslator {
    private static let namespaces: Set = [
        "Math", "JSON", "Object", "Array", "Number", "String", "Boolean", "Date", "DateTime", "$env", "$workflow",
        "$execution", "$node", "$vars", "$parameter", "$secrets", "Duration", "encodeURIComponent", "encodeURI",
        "decodeURIComponent", "parseInt", "parseFloat", "isNaN", "$if", "$ifEmpty", "$min", "$max", "$items", "$item",
        "$",
        "$jmespath", "$fromAI", "$evaluateExpression",
    ]

    /// What n8n knows by these names, and why nothing here is the same.
    private static let refused: [String: String] = [
        "$binary": "files (binary data) have no equal",
        "$runIndex": "a node runs once here, so that there is no run index",
        "$prevNode": "which node came before is not known here", "$nodeVersion": "nodes have no version here",
        "$nodeId": "has no equal", "$webhookId": "has no equal", "$self": "has no equal", "$data": "has no equal",
        "$mode": "has no equal", "$resumeWebhookUrl": "a waiting run is resumed by an event, not by an address",
        "$response": "pages of answers are read by the connector itself", "$request": "has no equal",
        "$pageCount": "pages of answers are read by the connector itself", "$getWorkflowStaticData": "has no equal",
        "Infinity": "has no equal", "NaN": "has no equal", "window": "has no equal", "process": "has no equal",
    ]

    func name(_ name: String) throws(Untranslatable) -> Meaning {
        if let local = locals[name] { return local }
        if Self.namespaces.contains(name) { return .name(name) }
        switch name {
        case "$json", "$data":
            guard let current = place.current else { throw Untranslatable("nothing comes into this node") }
            return value(of: current)
        case "$input": return .input
        case "items": return .items(try allItems())
        case "item":
            guard let current = place.current else { throw Untranslatable("nothing comes into this node") }
            return .item(current)
        case "$now": return .term(Term("now()", .moment))
        case "$today": return .term(Term("timestamp(now().format(\"YYYY-MM-DD\") + \"T00:00:00Z\")", .moment))
        case "$itemIndex", "$position": return .term(position)
        case "$executionId": return .term(Term("run.id", .text))
        default:
            if let reason = Self.refused[name] { throw Untranslatable("`\(name)`: \(reason)") }
            throw Untranslatable("`\(name)` is not known")
        }
    }

    private var position: Term {
        guard let input = place.input, input.isList, let position = place.positions[input.lineage] else {
            return Term("0", .whole)
        }
        return Term(position, .whole)
    }

    func allItems() throws(Untranslatable) -> Term {
        guard let input = place.input else { throw Untranslatable("nothing comes into this node") }
        return Term(input.list, .list)
    }

    // MARK: Nodes

    private func items(of node: String) throws(Untranslatable) -> Items {
        if let items = place.nodes[node] { return items }
        if let reason = place.unreadable[node] { throw Untranslatable(reason) }
        throw Untranslatable(
            place.ids[node] == nil
                ? "there is no node \(node.quoted)" : "the node \(node.quoted) does not run before this one")
    }

    /// The item of another node that belongs to the one at hand.
    func paired(_ node: String) throws(Untranslatable) -> Items {
        let items = try items(of: node)
        guard items.isList else { return items }
        if let position = place.positions[items.lineage] { return Items("\(items.source)[\(position)]") }
        throw Untranslatable(
            "\(node.quoted) gives several items, and which of them belongs to this one is not known here; write .first() "
                + "or .all() in n8n")
    }

    func first(_ node: String) throws(Untranslatable) -> Items {
        let items = try items(of: node)
        return items.isList ? Items("\(items.source)[0]") : items
    }

    func all(_ node: String) throws(Untranslatable) -> Term { Term(try items(of: node).list, .list) }

    func member(_ name: String, ofNode node: String) throws(Untranslatable) -> Meaning {
        switch name {
        case "json", "data": return value(of: try paired(node))
        case "item": return .item(try paired(node))
        case "binary": throw Untranslatable("files (binary data) have no equal")
        case "parameter", "params", "context":
            throw Untranslatable(
                "the \(name == "context" ? "context" : "parameters") of another node cannot be read here")
        case "isExecuted":
            guard let id = place.ids[node] else { throw Untranslatable("there is no node \(node.quoted)") }
            return .term(Term("has(steps.\(id).output)", .bool))
        default: throw Untranslatable("`\(name)` of a node has no equal")
        }
    }

    func member(_ name: String, ofInput: Void) throws(Untranslatable) -> Meaning {
        switch name {
        case "item":
            guard let current = place.current else { throw Untranslatable("nothing comes into this node") }
            return .item(current)
        case "json":
            guard let current = place.current else { throw Untranslatable("nothing comes into this node") }
            return value(of: current)
        default: throw Untranslatable("`$input.\(name)` has no equal")
        }
    }

    // MARK: Other roots

    func member(_ name: String, ofName root: String) throws(Untranslatable) -> Meaning {
        switch (root, name) {
        case ("$node", _): return .node(name)
        case ("$item()", "$node"): return .name("$node")
        case ("$env", _): return .term(Term("env").member(name).with(.text))
        case ("$workflow", "id"), ("$workflow", "name"): return .term(Term("workflow.\(name)", .text))
        case ("$workflow", "active"): return .term(Term("true", .bool))
        case ("$execution", "id"): return .term(Term("run.id", .text))
        case ("$execution", "mode"): return .term(Term("trigger.kind", .text))
        case ("$execution", _):
            throw Untranslatable("`$execution.\(name)`: a waiting run is resumed by an event, not by an address")
        case ("$vars", _): throw Untranslatable("`$vars`: variables of an instance have no equal; use env")
        case ("$secrets", _): throw Untranslatable("`$secrets`: secrets are reached by credentials only")
        case ("$parameter", _): throw Untranslatable("`$parameter`: a node cannot read its own parameters here")
        case ("Math", "PI"): return .term(Term("3.141592653589793", .fraction))
        default: return .name("\(root).\(name)")
        }
    }
}

extension Term {
    func with(_ kind: Kind) -> Term {
        var term = self
        term.kind = kind
        return term
    }
}
