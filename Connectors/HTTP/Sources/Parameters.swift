import ConnectorSDK
import PatchbayJSON

/// Names with values, in their order, for queries and forms. A value is a text, a number or a truth value; a list of these
/// repeats its name, and null leaves it out.
struct Parameters: FieldValue {
    var pairs: [(String, String)] = []

    static var schema: JSON {
        [
            "type": "object",
            "additionalProperties": [
                "anyOf": [
                    ["type": ["string", "number", "boolean", "null"]],
                    ["type": "array", "items": ["type": ["string", "number", "boolean"]]],
                ]
            ],
        ]
    }

    static func read(_ json: JSON?) throws(FieldProblems) -> Parameters {
        guard let object = json?.object else { throw FieldProblems("needs an object of names and values") }
        var parameters = Parameters()
        for (name, value) in object.map({ ($0.name, $0.value) }) {
            for part in value.array ?? [value] where !value.isNull {
                guard let text = text(of: part) else {
                    throw FieldProblems(
                        "has `\(name)`, which is no text, number or truth value, nor a list of these but \(part.kind)")
                }
                parameters.pairs.append((name, text))
            }
        }
        return parameters
    }

    var json: JSON? {
        var object = JSONObject()
        for (name, value) in pairs {
            switch object[name] {
            case nil: object[name] = .string(value)
            case .array(let values): object[name] = .array(values + [.string(value)])
            case let first?: object[name] = [first, .string(value)]
            }
        }
        return .object(object)
    }

    private static func text(of value: JSON) -> String? {
        switch value {
        case .string(let text): text
        case .bool, .int, .uint, .double: value.text
        case .null, .array, .object: nil
        }
    }
}
