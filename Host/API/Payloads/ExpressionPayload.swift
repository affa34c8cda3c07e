import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

extension ExpressionError {
    /// - Parameter text: the string that holds the expression.
    func json(in text: String) -> JSON {
        let range = range(in: text)
        return [
            "code": .string(code.rawValue), "message": .string(message), "hint": hint.map(JSON.string) ?? .null,
            "line": .int(Int64(line)), "column": .int(Int64(column)), "offset": .int(Int64(range.lowerBound)),
            "end": .int(Int64(range.upperBound)), "pointer": .string(pointer),
        ]
    }
}

extension Problem {
    /// An error that is about a whole text.
    func json(in text: String, at pointer: String) -> JSON {
        [
            "code": .string(code), "message": .string(message), "hint": hint.map(JSON.string) ?? .null, "line": 1,
            "column": 1, "offset": 0, "end": .int(Int64(text.unicodeScalars.count)), "pointer": .string(pointer),
        ]
    }
}

extension Completion {
    var json: JSON {
        [
            "from": .int(Int64(range.lowerBound)), "to": .int(Int64(range.upperBound)),
            "items": .array(items.map { .object($0.json) }), "incomplete": .bool(isCut),
        ]
    }
}

extension CompletionItem {
    /// `label` and `kind`; the others where there is something to tell.
    fileprivate var json: JSONObject {
        var object: JSONObject = ["label": .string(label), "kind": .string(kind.rawValue)]
        object["type"] = type.map { .string($0) }
        object["signature"] = signature.map { .string($0) }
        object["about"] = about.map { .string($0) }
        object["insert"] = insert.map { .string($0) }
        return object
    }
}

extension JSON {
    /// What the type is called for people who write expressions.
    var expressionType: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .array: "list"
        case .object: "object"
        }
    }
}
