import PatchbayCore
import PatchbayJSON

/// One node of n8n while it is translated: its parameters, what has been taken of them, and what came of its expressions.
struct NodeWork {
    let node: N8NNode
    /// What its expressions may read, for one item.
    let place: ReadingPlace
    /// For nodes with several inputs, what comes into each.
    let inputs: [Int: Items]
    /// The workflow's settings in n8n.
    let settings: JSONObject
    /// What its other nodes of models and tools are.
    let attached: [N8NNode]
    private(set) var expressions: [ImportReport.Expression] = []
    private(set) var reasons: [String] = []
    private(set) var credentials: [ImportReport.Credential] = []
    private var taken: Set<String> = []

    init(
        _ node: N8NNode, place: ReadingPlace, inputs: [Int: Items] = [:], settings: JSONObject = [:],
        attached: [N8NNode] = []
    ) {
        (self.node, self.place, self.inputs) = (node, place, inputs)
        (self.settings, self.attached) = (settings, attached)
    }

    mutating func approximate(_ reason: String) {
        if !reasons.contains(reason) { reasons.append(reason) }
    }

    /// What came of a node that this one takes in.
    mutating func adopt(
        expressions: [ImportReport.Expression] = [], reasons: [String] = [], credentials: [ImportReport.Credential] = []
    ) {
        self.expressions += expressions
        self.reasons += reasons
        self.credentials += credentials
    }

    // MARK: Parameters

    /// What stands at a path such as `options.timeout`. A resource locator (`__rl`) is what it points to.
    mutating func raw(_ path: String) -> JSON? {
        taken.insert(path)
        return found(path)
    }

    private func found(_ path: String) -> JSON? {
        var value: JSON? = .object(node.parameters)
        for part in path.split(separator: ".") {
            guard let inner = value else { return nil }
            value = inner[String(part)] ?? Int(part).flatMap { inner[$0] }
        }
        if let found = value, found["__rl"]?.bool == true { value = found["value"] }
        if let found = value, found.isNull { return nil }
        return value
    }

    /// A word that chooses what the node does; an expression cannot.
    mutating func word(_ path: String, _ standard: String = "") throws(Untranslatable) -> String {
        guard let text = raw(path)?.string else { return standard }
        guard !ScriptTemplate.isTemplate(text) else {
            throw Untranslatable("the parameter \(path.quoted) is an expression, and decides what the node does")
        }
        return text
    }

    mutating func flag(_ path: String, _ standard: Bool = false) -> Bool { raw(path)?.bool ?? standard }

    /// A value for a config or an input, with every expression in it translated. Nil: absent, or an empty text.
    mutating func value(_ path: String) throws(Untranslatable) -> JSON? {
        guard let json = raw(path), json != "" else { return nil }
        return try translated(json, at: pointer(path))
    }

    /// The first of these that is there.
    mutating func value(anyOf paths: String...) throws(Untranslatable) -> JSON? {
        for path in paths { if let value = try value(path) { return value } }
        return nil
    }

    func pointer(_ path: String) -> String {
        node.pointer + "/parameters/" + path.split(separator: ".").joined(separator: "/")
    }

    mutating func required(_ path: String) throws(Untranslatable) -> JSON {
        guard let value = try value(path) else { throw Untranslatable("the parameter \(path.quoted) is empty") }
        return value
    }

    /// Texts of a list, or of a text with commas.
    mutating func texts(_ path: String) throws(Untranslatable) -> JSON? {
        guard let json = raw(path), json != "" else { return nil }
        if case .array = json { return try translated(json, at: pointer(path)) }
        guard let text = json.string else { return try translated(json, at: pointer(path)) }
        if !ScriptTemplate.isTemplate(text) {
            let parts = text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
            return .array(parts.map { .string(Self.literal($0)) })
        }
        let term = try self.term(json, at: pointer(path))
        if term.kind == .list { return .string("{{ \(term.source) }}") }
        return .string("{{ \(asText(term)).split(\",\").map(each => each.trim()) }}")
    }

    private func asText(_ term: Term) -> String { term.kind == .text ? term.bound(10) : "string(\(term.source))" }

    // MARK: Expressions

    /// A value with all its texts as templates of ours.
    mutating func translated(_ json: JSON, at pointer: String) throws(Untranslatable) -> JSON {
        switch json {
        case .string(let text): return .string(try template(text, at: pointer))
        case .array(let list):
            var result: [JSON] = []
            for (index, element) in list.enumerated() {
                result.append(try translated(element, at: "\(pointer)/\(index)"))
            }
            return .array(result)
        case .object(let object):
            var result = JSONObject()
            for member in object {
                result[try name(member.name)] = try translated(member.value, at: "\(pointer)/\(member.name)")
            }
            return .object(result)
        default: return json
        }
    }

    /// A name of a member, which n8n may have marked as an expression.
    func name(_ name: String) throws(Untranslatable) -> String {
        guard ScriptTemplate.isTemplate(name) else { return name }
        guard !name.contains("{{") else { throw Untranslatable("a member's name cannot be an expression here") }
        return String(name.dropFirst())
    }

    mutating func template(_ text: String, at pointer: String) throws(Untranslatable) -> String {
        guard ScriptTemplate.isTemplate(text) else { return Self.literal(text) }
        let template = ScriptTemplate(text)
        if let single = template.single {
            return "{{ \(try expression(single, at: pointer).settled.source) }}"
        }
        var result = ""
        for part in template.parts {
            switch part {
            case .text(let text): result += Self.literal(text)
            case .expression(let source):
                if result.hasSuffix("\\") { result += "\\" }
                result += "{{ \(try expression(source, at: pointer).settled.source) }}"
            }
        }
        return result
    }

    /// A value as a part of a larger expression.
    mutating func term(_ json: JSON, at pointer: String, lenient: Bool = false) throws(Untranslatable) -> Term {
        switch json {
        case .string(let text):
            guard ScriptTemplate.isTemplate(text) else { return .text(text) }
            let template = ScriptTemplate(text)
            if let single = template.single {
                return try expression(single, at: pointer, lenient: lenient).settled
            }
            var parts: [String] = []
            for part in template.parts {
                switch part {
                case .text(let text): parts.append(Term.quoted(text))
                case .expression(let source):
                    let term = try expression(source, at: pointer).settled
                    parts.append(term.kind == .text ? term.bound(6) : "string(\(term.source))")
                }
            }
            return Term(parts.isEmpty ? "\"\"" : parts.joined(separator: " + "), .text, power: parts.count > 1 ? 6 : 10)
        case .bool(let value): return Term(value ? "true" : "false", .bool)
        case .null: return Term("null", .null)
        case .array: return Term(json.text, .list)
        case .object: return Term(json.text, .map)
        default:
            let text = json.text
            guard text.hasPrefix("-") else { return try ExpressionTranslator.number(text) }
            let number = try ExpressionTranslator.number(String(text.dropFirst()))
            return Term("-\(number.source)", number.kind, power: 9)
        }
    }

    private mutating func expression(
        _ source: String, at pointer: String, lenient: Bool = false
    ) throws(Untranslatable) -> Term {
        var translator = ExpressionTranslator(place: place)
        let shown = source.trimmed
        do {
            let term = lenient ? try translator.lenient(source: source) : try translator.translate(source)
            expressions.append(
                ImportReport.Expression(
                    node: node.name, pointer: pointer, source: shown,
                    verdict: translator.remarks.isEmpty ? .translated : .approximated, result: term.source,
                    reason: translator.remarks.isEmpty ? nil : translator.remarks.joined(separator: "; ")))
            return term
        } catch {
            expressions.append(
                ImportReport.Expression(
                    node: node.name, pointer: pointer, source: shown, verdict: .untranslated, reason: error.reason))
            throw Untranslatable("the expression {{ \(shown.prefix(200)) }} is not translated: \(error.reason)")
        }
    }

    /// Text that is none of our templates, however it looks.
    static func literal(_ text: String) -> String { text.replacing("{{", with: "\\{{") }

    // MARK: Credentials

    /// The name of the node's credential, to be made for the connector under the same name.
    mutating func credential(for connector: String, besides: Set<String> = []) -> String? {
        guard let first = node.credentials.first(where: { !besides.contains($0.type) }) else { return nil }
        let name = Self.credentialName(first.name)
        credentials.append(ImportReport.Credential(name: name, type: first.type, connector: connector))
        return name
    }

    /// The name where the connector needs one: the node's, or one to be chosen.
    mutating func neededCredential(for connector: String) -> String {
        if let name = credential(for: connector) { return name }
        credentials.append(ImportReport.Credential(name: connector, type: "none", connector: connector))
        return connector
    }

    static func credentialName(_ name: String) -> String {
        let kept = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" }
        let trimmed = String(kept.prefix(80)).split(separator: "-").joined(separator: "-")
        return trimmed.isEmpty ? "imported" : trimmed
    }

    // MARK: What is left

    /// Parameters that say something and that nothing took.
    var leftovers: [String] { Self.leftovers(.object(node.parameters), "", taken) }

    private static func leftovers(_ json: JSON, _ path: String, _ taken: Set<String>) -> [String] {
        guard !taken.contains(path), !json.saysNothing else { return [] }
        guard path.isEmpty || taken.contains(where: { $0.hasPrefix(path + ".") }) || path == "options",
            case .object(let object) = json
        else { return [path] }
        return object.flatMap { leftovers($0.value, path.isEmpty ? $0.name : "\(path).\($0.name)", taken) }
    }

    /// Says of every expression that was not met what became of it: nothing, for `reason`.
    mutating func recordRest(_ verdict: ImportReport.Verdict, _ reason: String) {
        let known = Set(expressions.map(\.pointer))
        var rest: [(String, String)] = []
        Self.collect(.object(node.parameters), node.pointer + "/parameters", 0, into: &rest)
        for (pointer, text) in rest where !known.contains(pointer) {
            for case .expression(let source) in ScriptTemplate(text).parts {
                var translator = ExpressionTranslator(place: place)
                let term = try? translator.translate(source)
                expressions.append(
                    ImportReport.Expression(
                        node: node.name, pointer: pointer, source: source.trimmed, verdict: verdict,
                        result: term?.source, reason: reason))
            }
        }
    }

    private static func collect(_ json: JSON, _ pointer: String, _ depth: Int, into list: inout [(String, String)]) {
        guard depth < 64 else { return }
        switch json {
        case .string(let text) where ScriptTemplate.isTemplate(text): list.append((pointer, text))
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                collect(element, "\(pointer)/\(index)", depth + 1, into: &list)
            }
        case .object(let object):
            for member in object { collect(member.value, "\(pointer)/\(member.name)", depth + 1, into: &list) }
        default: break
        }
    }
}

extension ExpressionTranslator {
    mutating func lenient(source: String) throws(Untranslatable) -> Term {
        let script: ScriptExpression
        do {
            script = try ScriptParser.parse(source)
        } catch {
            throw Untranslatable(error.message)
        }
        return try lenient(script)
    }
}

extension JSON {
    /// Empty, or off.
    var saysNothing: Bool {
        switch self {
        case .null, .bool(false): true
        case .string(let text): text.isEmpty || text == "="
        case .array(let list): list.allSatisfy(\.saysNothing)
        case .object(let object): object.allSatisfy { $0.name == "__rl" || $0.name == "mode" || $0.value.saysNothing }
        default: false
        }
    }
}

extension StringProtocol {
    var trimmed: String {
        var rest = Substring(self)
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
