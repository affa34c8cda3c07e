import PatchbayCore

/// Turns an expression of n8n into one of ours. What cannot be said exactly is refused with its reason; where the two
/// languages differ at the edges only, a remark says so.
struct ExpressionTranslator {
    let place: ReadingPlace
    var locals: [String: Meaning] = [:]
    /// Where the result means the same for most values only.
    var remarks: [String] = []
    /// Whether members that are missing give null.
    private var isLenient = false

    init(place: ReadingPlace) { self.place = place }

    /// The translation of a whole source.
    mutating func translate(_ source: String) throws(Untranslatable) -> Term {
        let script: ScriptExpression
        do {
            script = try ScriptParser.parse(source)
        } catch {
            throw Untranslatable(error.message)
        }
        return try term(script)
    }

    mutating func remark(_ text: String) {
        if !remarks.contains(text) { remarks.append(text) }
    }

    // MARK: Values

    mutating func term(_ script: ScriptExpression) throws(Untranslatable) -> Term {
        try settled(try meaning(script), script)
    }

    /// As `term`, with null where a member is missing.
    mutating func lenient(_ script: ScriptExpression) throws(Untranslatable) -> Term {
        let before = isLenient
        isLenient = true
        defer { isLenient = before }
        return try term(script)
    }

    private func settled(_ meaning: Meaning, _ script: ScriptExpression) throws(Untranslatable) -> Term {
        switch meaning {
        case .term(let term): return term.settled
        case .shape(let shape): return Term(shape.whole, .map)
        case .item(let items): return Term("{\"json\": \(items.whole)}", .map)
        case .items(let list): return Term("\(list.bound(10)).map(each => {\"json\": each})", .list)
        case .node(let name):
            throw Untranslatable("the node \(name.quoted) itself is no value; write what of it is meant")
        case .input: throw Untranslatable("$input itself is no value")
        case .name(let name): throw Untranslatable("`\(name)` has no equal by itself")
        }
    }

    mutating func meaning(_ script: ScriptExpression) throws(Untranslatable) -> Meaning {
        switch script {
        case .text(let text): return .term(.text(text))
        case .number(let digits): return .term(try Self.number(digits))
        case .bool(let value): return .term(Term(value ? "true" : "false", .bool))
        case .null: return .term(Term("null", .null))
        case .pattern: throw Untranslatable("a regular expression by itself has no equal")
        case .template(let texts, let values): return .term(try template(texts, values))
        case .name(let name): return try self.name(name)
        case .member(let base, let name, let isOptional): return try member(of: base, name, isOptional: isOptional)
        case .element(let base, let index, let isOptional): return try element(of: base, index, isOptional: isOptional)
        case .call(let callee, let arguments): return try call(callee, arguments)
        case .making(let type, let arguments): return .term(try making(type, arguments))
        case .unary(let sign, let value): return .term(try unary(sign, value))
        case .binary(let sign, let left, let right): return .term(try binary(sign, left, right))
        case .conditional(let condition, let yes, let no):
            let (condition, yes, no) = (try truth(condition), try term(yes), try term(no))
            return .term(
                Term(
                    "\(condition.bound(2)) ? \(yes.bound(2)) : \(no.bound(1))",
                    yes.kind == no.kind ? yes.kind : .unknown,
                    power: 1))
        case .list(let elements):
            var parts: [String] = []
            for element in elements { parts.append(try term(element).source) }
            return .term(Term("[\(parts.joined(separator: ", "))]", .list))
        case .object(let members):
            var parts: [String] = []
            for member in members { parts.append("\(Term.quoted(member.name)): \(try term(member.value).source)") }
            return .term(Term("{\(parts.joined(separator: ", "))}", .map))
        case .arrow: throw Untranslatable("an arrow function can only be what map, filter and the like take")
        }
    }

    static func number(_ digits: String) throws(Untranslatable) -> Term {
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") { return Term(digits, .whole) }
        let lowered = digits.lowercased()
        guard lowered.allSatisfy({ ("0"..."9").contains($0) || $0 == "." || $0 == "e" }),
            let value = Double(lowered.hasPrefix(".") ? "0" + lowered : lowered)
        else { throw Untranslatable("\(digits) is no number that has an equal") }
        if Int64(lowered) != nil { return Term(lowered, .whole) }
        return Term("\(value)", .fraction)
    }

    private mutating func template(
        _ texts: [String], _ values: [ScriptExpression]
    ) throws(Untranslatable) -> Term {
        var parts: [String] = []
        for (index, text) in texts.enumerated() {
            if !text.isEmpty { parts.append(Term.quoted(text)) }
            if index < values.count { parts.append(asText(try term(values[index])).bound(6)) }
        }
        guard parts.count > 1 else { return Term(parts.first ?? "\"\"", .text) }
        return Term(parts.joined(separator: " + "), .text, power: 6)
    }

    /// As JavaScript writes it in a text.
    func asText(_ term: Term) -> Term {
        term.kind == .text ? term : .function("string", [term], .text)
    }

    // MARK: Members

    private mutating func member(
        of base: ScriptExpression, _ name: String, isOptional: Bool
    ) throws(Untranslatable) -> Meaning {
        switch try meaning(base) {
        case .term(let term):
            if name == "length" {
                let counted = term.settled
                return .term(
                    counted.kind == .text || counted.kind == .list
                        ? .function("size", [counted], .whole) : Term("\(counted.bound(10)).length", .whole))
            }
            if term.kind == .moment, let part = try momentPart(name, of: term) { return .term(part) }
            return .term(term.member(name, isOptional: isOptional || isLenient))
        case .shape(let shape): return try member(name, of: shape, isOptional: isOptional || isLenient)
        case .node(let node): return try member(name, ofNode: node)
        case .input: return try member(name, ofInput: ())
        case .item(let items):
            switch name {
            case "json": return value(of: items)
            case "binary": throw Untranslatable("files (binary data) have no equal")
            case "pairedItem", "index": throw Untranslatable("`\(name)` of an item has no equal")
            default: return try member(name, in: value(of: items), isOptional: isOptional)
            }
        case .items(let list):
            guard name == "length" else { throw Untranslatable("`\(name)` of a list of items has no equal") }
            return .term(.function("size", [list], .whole))
        case .name(let root): return try member(name, ofName: root)
        }
    }

    private func member(_ name: String, in meaning: Meaning, isOptional: Bool) throws(Untranslatable) -> Meaning {
        switch meaning {
        case .shape(let shape): return try member(name, of: shape, isOptional: isOptional)
        case .term(let term): return .term(term.member(name, isOptional: isOptional))
        default: throw Untranslatable("`\(name)` has no equal here")
        }
    }

    private func member(_ name: String, of shape: Shape, isOptional: Bool) throws(Untranslatable) -> Meaning {
        switch shape[name] {
        case .source(let source): return .term(Term(source))
        case .shape(let inner): return .shape(inner)
        case nil:
            guard let rest = shape.rest else {
                throw Untranslatable("\(shape.subject) has no \(name.quoted) here")
            }
            return .term(Term(rest).member(name, isOptional: isOptional))
        }
    }

    private mutating func element(
        of base: ScriptExpression, _ index: ScriptExpression, isOptional: Bool
    ) throws(Untranslatable) -> Meaning {
        if case .text(let name) = index { return try member(of: base, name, isOptional: isOptional) }
        switch try meaning(base) {
        case .term(let term): return .term(term.element(try self.term(index), isOptional: isOptional || isLenient))
        case .shape(let shape): return .term(Term(shape.whole, .map).element(try self.term(index)))
        case .items(let list): return .item(Items(list.element(try self.term(index)).source))
        case .name("$node"): throw Untranslatable("the name of a node must be written out")
        default: throw Untranslatable("an element of this has no equal")
        }
    }

    /// The value of an item.
    func value(of items: Items) -> Meaning {
        items.shape.map(Meaning.shape) ?? .term(Term(items.source))
    }
}
