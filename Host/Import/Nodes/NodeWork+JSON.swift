import PatchbayCore
import PatchbayJSON

/// Parameters that are JSON as text, with expressions in it: `{"id": {{ $json.id }}, "name": "{{ $json.name }}"}`.
extension NodeWork {
    private static let opening = "\u{E000}"
    private static let closing = "\u{E001}"

    mutating func json(_ path: String) throws(Untranslatable) -> JSON? {
        guard let json = raw(path), json != "" else { return nil }
        guard let text = json.string else { return try translated(json, at: pointer(path)) }
        guard ScriptTemplate.isTemplate(text) else {
            guard let fixed = try? JSON(parsing: Array(text.utf8)) else {
                throw Untranslatable("the parameter \(path.quoted) is no JSON")
            }
            return Self.escaped(fixed)
        }
        let template = ScriptTemplate(text)
        if let single = template.single {
            return .string("{{ \(try value(ofJSON: single, at: pointer(path)).source) }}")
        }
        return try filled(template, path)
    }

    static func escaped(_ json: JSON) -> JSON {
        switch json {
        case .string(let text): return .string(literal(text))
        case .array(let list): return .array(list.map(escaped))
        case .object(let object):
            var result = JSONObject()
            for member in object { result[member.name] = escaped(member.value) }
            return .object(result)
        default: return json
        }
    }

    /// What an expression gives whose value is put into JSON: of `JSON.stringify(x)` that is x.
    private mutating func value(ofJSON source: String, at pointer: String) throws(Untranslatable) -> Term {
        var inner = source.trimmed
        for (before, after) in [("JSON.stringify(", ")"), ("", ".toJsonString()")]
        where inner.hasPrefix(before) && inner.hasSuffix(after) && inner.count > before.count + after.count {
            let candidate = String(inner.dropFirst(before.count).dropLast(after.count))
            if (try? ScriptParser.parse(candidate)) != nil {
                inner = candidate
                break
            }
        }
        let term = try term(.string("={{\(inner)}}"), at: pointer)
        return term
    }

    /// Puts marks in the places of the expressions, reads the JSON, and puts translations in the places of the marks.
    private mutating func filled(_ template: ScriptTemplate, _ path: String) throws(Untranslatable) -> JSON {
        var text = ""
        var sources: [(source: String, isInText: Bool)] = []
        var isInText = false
        for part in template.parts {
            switch part {
            case .text(let plain):
                var isEscaped = false
                for character in plain {
                    if character == "\"", !isEscaped { isInText.toggle() }
                    isEscaped = character == "\\" && !isEscaped
                }
                text += plain
            case .expression(let source):
                let mark = "\(Self.opening)\(sources.count)\(Self.closing)"
                text += isInText ? mark : "\"\(mark)\""
                sources.append((source, isInText))
            }
        }
        guard let parsed = try? JSON(parsing: Array(text.utf8)) else {
            throw Untranslatable("what stands around the expressions of \(path.quoted) is no JSON")
        }
        var terms: [(term: Term, isInText: Bool)] = []
        for each in sources {
            let term =
                each.isInText
                ? try self.term(.string("={{\(each.source)}}"), at: pointer(path))
                : try value(ofJSON: each.source, at: pointer(path))
            if !each.isInText, term.kind == .unknown {
                approximate("a text that stands in \(path) without quotation marks is not read as JSON here")
            }
            terms.append((term, each.isInText))
        }
        return try Self.replaced(parsed, terms)
    }

    private static func replaced(
        _ json: JSON, _ terms: [(term: Term, isInText: Bool)]
    ) throws(Untranslatable) -> JSON {
        switch json {
        case .string(let text): return .string(try replaced(text, terms))
        case .array(let list):
            var result: [JSON] = []
            for element in list { result.append(try replaced(element, terms)) }
            return .array(result)
        case .object(let object):
            var result = JSONObject()
            for member in object {
                guard !member.name.contains(opening) else {
                    throw Untranslatable("a member's name cannot be an expression here")
                }
                result[member.name] = try replaced(member.value, terms)
            }
            return .object(result)
        default: return json
        }
    }

    private static func replaced(
        _ text: String, _ terms: [(term: Term, isInText: Bool)]
    ) throws(Untranslatable) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: Character(opening)) {
            let before = rest[..<start]
            guard let end = rest[start...].firstIndex(of: Character(closing)),
                let number = Int(rest[rest.index(after: start)..<end]), number < terms.count
            else { throw Untranslatable("the text holds characters of private use") }
            result += literal(String(before))
            if result.hasSuffix("\\") { result += "\\" }
            let (term, isInText) = terms[number]
            let isWhole = before.isEmpty && result.isEmpty && rest.index(after: end) == rest.endIndex
            let source = isWhole && isInText && term.kind != .text ? "string(\(term.source))" : term.source
            result += "{{ \(source) }}"
            rest = rest[rest.index(after: end)...]
        }
        return result + literal(String(rest))
    }
}
