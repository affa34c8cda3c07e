import PatchbayCore
import PatchbayJSON

/// The conditions of n8n's If, Filter and Switch, old and new, as one expression.
extension NodeWork {
    /// `conditions` of version 2: `{combinator, options, conditions: [{leftValue, rightValue, operator}]}`; of version 1:
    /// `{string: [{value1, operation, value2}], number: …}` with the word how to combine.
    mutating func condition(
        _ json: JSON, at pointer: String, oldCombination: String
    ) throws(Untranslatable) -> Term {
        guard json["conditions"] != nil || json["combinator"] != nil else {
            return try oldCondition(json, at: pointer, isAny: ["any", "or", "OR"].contains(oldCombination))
        }
        let ignoresCase = json["options"]?["caseSensitive"]?.bool == false
        var terms: [Term] = []
        for (index, each) in (json["conditions"]?.array ?? []).enumerated() {
            let place = "\(pointer)/conditions/\(index)"
            let comparison = Comparison(
                type: each["operator"]?["type"]?.string ?? "string",
                operation: each["operator"]?["operation"]?.string ?? "equals", ignoresCase: ignoresCase)
            terms.append(
                try comparison.term(
                    left: try term(each["leftValue"] ?? .null, at: place + "/leftValue", lenient: true),
                    right: try right(each["rightValue"] ?? .null, comparison.type, at: place + "/rightValue")))
        }
        return try combined(terms, isAny: json["combinator"]?.string == "or")
    }

    private mutating func oldCondition(
        _ json: JSON, at pointer: String, isAny: Bool
    ) throws(Untranslatable) -> Term {
        var terms: [Term] = []
        let standards = ["string": "equal", "number": "smaller", "boolean": "equal", "dateTime": "after"]
        for group in json.object ?? [:] {
            guard let standard = standards[group.name] else {
                throw Untranslatable("conditions on \(group.name.quoted) have no equal")
            }
            for (index, each) in (group.value.array ?? []).enumerated() {
                let place = "\(pointer)/\(group.name)/\(index)"
                let comparison = Comparison(
                    type: group.name, operation: each["operation"]?.string ?? standard, ignoresCase: false)
                let standardValue: JSON = group.name == "boolean" ? false : group.name == "number" ? 0 : ""
                terms.append(
                    try comparison.term(
                        left: try term(each["value1"] ?? standardValue, at: place + "/value1", lenient: true),
                        right: try right(each["value2"] ?? standardValue, group.name, at: place + "/value2")))
            }
        }
        return try combined(terms, isAny: isAny)
    }

    private func combined(_ terms: [Term], isAny: Bool) throws(Untranslatable) -> Term {
        guard let first = terms.first else { throw Untranslatable("there is no condition") }
        guard terms.count > 1 else { return first }
        let power = isAny ? 2 : 3
        return Term(terms.map { $0.bound(power + 1) }.joined(separator: isAny ? " || " : " && "), .bool, power: power)
    }

    /// A fixed number may be written as a text.
    mutating func right(_ json: JSON, _ type: String, at pointer: String) throws(Untranslatable) -> Term {
        if type == "number", let text = json.string, !ScriptTemplate.isTemplate(text) {
            let digits = text.trimmed
            let term = try ExpressionTranslator.number(digits.hasPrefix("-") ? String(digits.dropFirst()) : digits)
            return digits.hasPrefix("-") ? Term("-\(term.source)", term.kind, power: 9) : term
        }
        return try term(json, at: pointer)
    }
}

/// One comparison of n8n.
struct Comparison {
    let type: String
    let operation: String
    let ignoresCase: Bool

    func term(left: Term, right: Term) throws(Untranslatable) -> Term {
        if ["exists", "notExists", "empty", "notEmpty", "isEmpty", "isNotEmpty", "true", "false"].contains(operation) {
            return alone(left)
        }
        let (first, second) = (folded(left), folded(right))
        switch operation {
        case "equals", "equal": return compared(moment(first), "==", moment(second))
        case "notEquals", "notEqual": return compared(moment(first), "!=", moment(second))
        case "gt", "larger", "after": return compared(moment(first), ">", moment(second))
        case "lt", "smaller", "before": return compared(moment(first), "<", moment(second))
        case "gte", "largerEqual", "afterOrEquals": return compared(moment(first), ">=", moment(second))
        case "lte", "smallerEqual", "beforeOrEquals": return compared(moment(first), "<=", moment(second))
        case "contains", "notContains":
            let test =
                type == "array"
                ? Term("\(second.bound(5)) in \(first.bound(5))", .bool, power: 4)
                : first.calling("contains", [second], .bool)
            return operation == "contains" ? test : negated(test)
        case "startsWith", "endsWith": return first.calling(operation, [second], .bool)
        case "notStartsWith", "notEndsWith":
            return negated(first.calling(operation == "notStartsWith" ? "startsWith" : "endsWith", [second], .bool))
        case "regex": return try matching(left, right)
        case "notRegex": return negated(try matching(left, right))
        case "lengthEquals", "lengthNotEquals", "lengthGt", "lengthLt", "lengthGte", "lengthLte":
            let signs = ["Equals": "==", "NotEquals": "!=", "Gt": ">", "Lt": "<", "Gte": ">=", "Lte": "<="]
            return compared(
                .function("size", [left], .whole), signs[String(operation.dropFirst(6))] ?? "==", right)
        default: throw Untranslatable("the comparison \(operation.quoted) has no equal")
        }
    }

    private func alone(_ left: Term) -> Term {
        switch operation {
        case "exists": compared(left, "!=", Term("null", .null))
        case "notExists": compared(left, "==", Term("null", .null))
        case "empty", "isEmpty": Term("\(left.bound(5)) in [null, \"\", [], {}]", .bool, power: 4)
        case "notEmpty", "isNotEmpty": Term("!(\(left.bound(5)) in [null, \"\", [], {}])", .bool, power: 9)
        case "true": left.kind == .bool ? left : compared(left, "==", Term("true", .bool))
        default: left.kind == .bool ? negated(left) : compared(left, "==", Term("false", .bool))
        }
    }

    private func compared(_ left: Term, _ sign: String, _ right: Term) -> Term {
        Term("\(left.bound(5)) \(sign) \(right.bound(5))", .bool, power: 4)
    }

    private func negated(_ term: Term) -> Term { Term("!\(term.bound(9))", .bool, power: 9) }

    private func folded(_ term: Term) -> Term {
        guard ignoresCase, type == "string", term.kind == .text || term.kind == .unknown else { return term }
        return term.calling("lowerAscii", [], .text)
    }

    private func moment(_ term: Term) -> Term {
        guard type == "dateTime", term.kind != .moment else { return term }
        return .function("timestamp", [term], .moment)
    }

    /// A pattern may be written with slashes.
    private func matching(_ left: Term, _ right: Term) throws(Untranslatable) -> Term {
        var pattern = right
        if right.kind == .text, right.power == 10, right.source.hasPrefix("\"/"),
            case .string(let text)? = try? JSON(parsing: Array(right.source.utf8)), let end = text.lastIndex(of: "/"),
            end > text.startIndex
        {
            let flags = text[text.index(after: end)...].filter { "ims".contains($0) }
            let source = text[text.index(after: text.startIndex)..<end]
            pattern = .text(flags.isEmpty ? String(source) : "(?\(flags))" + source)
        }
        return left.calling("matches", [pattern], .bool)
    }
}
