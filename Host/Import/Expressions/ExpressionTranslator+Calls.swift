import PatchbayCore

extension ExpressionTranslator {
    mutating func call(
        _ callee: ScriptExpression, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Meaning {
        switch callee {
        case .name(let name) where locals[name] == nil: return try function(name, arguments)
        case .member(let base, let name, let isOptional):
            return try method(name, of: base, arguments, isOptional: isOptional)
        default: throw Untranslatable("only functions and methods that have names can be called")
        }
    }

    private mutating func function(
        _ name: String, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Meaning {
        switch name {
        case "$":
            guard case .text(let node)? = arguments.first, arguments.count == 1 else {
                throw Untranslatable("the name of a node must be written out")
            }
            return .node(node)
        case "$items":
            guard let first = arguments.first else { return .items(try allItems()) }
            guard case .text(let node) = first else { throw Untranslatable("the name of a node must be written out") }
            return .items(try all(node))
        case "$item": return .name("$item()")
        case "$jmespath", "$fromAI", "$evaluateExpression":
            throw Untranslatable("`\(name)` has no equal in expressions")
        case "encodeURIComponent", "encodeURI", "decodeURIComponent":
            throw Untranslatable("`\(name)` has no equal; the http connector's `query` encodes by itself")
        default: return .term(try plainFunction(name, arguments))
        }
    }

    private mutating func plainFunction(
        _ name: String, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Term {
        switch (name, arguments.count) {
        case ("parseInt", 1), ("parseInt", 2):
            remark("parseInt takes whole numbers only here, and fails for other texts")
            return .function("int", [try term(arguments[0])], .whole)
        case ("parseFloat", 1), ("Number", 1): return .function("double", [try term(arguments[0])], .fraction)
        case ("String", 1): return asText(try term(arguments[0]))
        case ("Boolean", 1): return try truth(arguments[0])
        case ("isNaN", 1): return .function("math.isNaN", [fraction(try term(arguments[0]))], .bool)
        case ("Date", 0): return .function("string", [Term("now()")], .text)
        case ("$if", 3):
            let condition = try truth(arguments[0])
            return Term(
                "\(condition.bound(2)) ? \(try term(arguments[1]).bound(2)) : \(try term(arguments[2]).bound(1))",
                power: 1)
        case ("$ifEmpty", 2):
            return Term(
                "cel.bind(value, \(try lenient(arguments[0]).source), value in [null, \"\", [], {}] ? "
                    + "\(try term(arguments[1]).bound(2)) : value)")
        case ("$min", _), ("$max", _): return try extreme(name == "$min" ? "min" : "max", arguments)
        default: throw Untranslatable("the function `\(name)` has no equal")
        }
    }

    func extreme(_ name: String, _ terms: [Term]) -> Term {
        .function(name == "min" ? "math.least" : "math.greatest", terms, .number)
    }

    mutating func extreme(_ name: String, _ arguments: [ScriptExpression]) throws(Untranslatable) -> Term {
        var terms: [Term] = []
        for argument in arguments { terms.append(try term(argument)) }
        guard !terms.isEmpty else { throw Untranslatable("`\(name)` of nothing has no equal") }
        return extreme(name, terms)
    }

    // MARK: Methods

    private mutating func method(
        _ name: String, of base: ScriptExpression, _ arguments: [ScriptExpression], isOptional: Bool
    ) throws(Untranslatable) -> Meaning {
        switch try meaning(base) {
        case .node(let node):
            switch name {
            case "first": return .item(try first(node))
            case "last": return .item(try last(node))
            case "all": return .items(try all(node))
            case "item", "itemMatching": return .item(try paired(node))
            default: throw Untranslatable("`\(name)` of a node has no equal")
            }
        case .input:
            switch name {
            case "first":
                guard let input = place.input else { throw Untranslatable("nothing comes into this node") }
                return .item(input.isList ? Items("\(input.source)[0]") : input)
            case "last":
                guard let input = place.input else { throw Untranslatable("nothing comes into this node") }
                return .item(input.isList ? Items("\(input.source)[size(\(input.source)) - 1]") : input)
            case "all": return .items(try allItems())
            default: throw Untranslatable("`$input.\(name)` has no equal")
            }
        case .items(let list):
            if let arrow = arguments.first, case .arrow = arrow {
                return try gone(through: list, name, arrow, areItems: true)
            }
            switch name {
            case "at", "first", "last": throw Untranslatable("`\(name)` of a list of items has no equal")
            case "slice": return .items(try listMethod("slice", list, arguments))
            default: throw Untranslatable("`\(name)` of a list of items has no equal")
            }
        case .name(let root): return try method(name, ofName: root, arguments)
        case .shape(let shape): return try method(name, of: Term(shape.whole, .map), arguments)
        case .item(let items):
            throw Untranslatable("`\(name)` of an item has no equal; \(items.source) is what it holds")
        case .term(let term):
            if term.isOptional || isOptional, name != "toString" || !arguments.isEmpty {
                return try method(name, ofOptional: term, arguments)
            }
            return try method(name, of: term, arguments)
        }
    }

    private func last(_ node: String) throws(Untranslatable) -> Items {
        let all = try all(node)
        return Items("\(all.bound(10))[size(\(all.source)) - 1]")
    }

    /// `a?.b()`: null where there is no `a`.
    private mutating func method(
        _ name: String, ofOptional term: Term, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Meaning {
        let value = term.settled
        guard case .term(let result) = try method(name, of: Term("value", value.kind), arguments) else {
            throw Untranslatable("`?.\(name)` has no equal")
        }
        return .term(
            Term("cel.bind(value, \(value.source), value == null ? null : \(result.settled.bound(2)))", result.kind))
    }

    private mutating func method(
        _ name: String, ofName root: String, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Meaning {
        switch (root, name, arguments.count) {
        case ("JSON", "stringify", 1...3): return .term(.function("json", [try term(arguments[0])], .text))
        case ("JSON", "parse", 1): return .term(.function("parseJSON", [try term(arguments[0])]))
        case ("Object", "keys", 1):
            return .term(Term("\(try term(arguments[0]).bound(10)).map(key => key)", .list))
        case ("Object", "values", 1):
            let map = try term(arguments[0])
            return .term(Term("\(map.bound(10)).map(key => \(map.bound(10))[key])", .list))
        case ("Array", "isArray", 1):
            return .term(Term("type(\(try lenient(arguments[0]).source)) == list", .bool, power: 4))
        case ("Number", "isInteger", 1):
            return .term(Term("type(\(try lenient(arguments[0]).source)) == int", .bool, power: 4))
        case ("Number", "parseFloat", 1): return .term(.function("double", [try term(arguments[0])], .fraction))
        case ("Number", "parseInt", 1...2): return .term(try plainFunction("parseInt", arguments))
        case ("Date", "now", 0): return .term(Term("int(now()) * 1000", .whole, power: 7))
        case ("DateTime", _, _): return .term(try dateTime(name, arguments))
        case ("Math", _, _): return .term(try mathematics(name, arguments))
        default: throw Untranslatable("`\(root).\(name)` has no equal")
        }
    }

    private mutating func mathematics(
        _ name: String, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Term {
        if name == "min" || name == "max" { return try extreme(name, arguments) }
        guard arguments.count == 1 else { throw Untranslatable("`Math.\(name)` has no equal") }
        let value = try term(arguments[0])
        switch name {
        case "round", "floor", "ceil", "trunc":
            if value.kind == .whole { return value }
            return .function("int", [.function("math.\(name)", [fraction(value)])], .whole)
        case "abs", "sign": return .function("math.\(name)", [value], value.kind == .unknown ? .number : value.kind)
        case "sqrt": return .function("math.sqrt", [fraction(value)], .fraction)
        default: throw Untranslatable("`Math.\(name)` has no equal")
        }
    }

    // MARK: Lists and arrows

    /// Names that an arrow's variable must not take.
    private static let taken: Set = [
        "item", "index", "trigger", "steps", "input", "run", "workflow", "env", "credentials", "loops", "value", "key",
        "each",
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace",
        "return", "var", "void", "while", "in", "now", "json", "size", "string", "int", "double", "type", "list", "map",
    ]

    mutating func gone(
        through list: Term, _ name: String, _ arrow: ScriptExpression, areItems: Bool
    ) throws(Untranslatable) -> Meaning {
        guard case .arrow(let parameters, let body) = arrow, (1...2).contains(parameters.count) else {
            throw Untranslatable("`\(name)` takes an arrow function with one or two variables here")
        }
        let before = locals
        defer { locals = before }
        var variables: [String] = []
        for (place, parameter) in parameters.enumerated() {
            var variable = parameter.replacing("$", with: "_")
            if Self.taken.contains(variable) || !Term.isName(variable) { variable += "_" }
            variables.append(variable)
            locals[parameter] =
                place == 1
                ? .term(Term(variable, .whole)) : areItems ? .item(Items(variable)) : .term(Term(variable))
        }
        let head = variables.count == 1 ? variables[0] : "(\(variables.joined(separator: ", ")))"
        let words = [
            "map": "map", "filter": "filter", "every": "every", "some": "some", "find": "find", "flatMap": "flatMap",
        ]
        guard let word = words[name] else { throw Untranslatable("`\(name)` has no equal in expressions") }
        let isTest = ["filter", "every", "some", "find"].contains(name)
        let inner = isTest ? try truth(body) : try term(body)
        let result = "\(list.settled.bound(10)).\(word)(\(head) => \(inner.bound(1)))"
        switch name {
        case "map", "flatMap": return .term(Term(result, .list))
        case "filter": return areItems ? .items(Term(result, .list)) : .term(Term(result, .list))
        case "find":
            remark("find fails here when it finds nothing")
            return areItems ? .item(Items(result)) : .term(Term(result))
        default: return .term(Term(result, .bool))
        }
    }
}
