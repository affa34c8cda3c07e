import ConnectorSDK
import PatchbayJSON

/// One text, or several.
enum Texts: FieldValue {
    case one(String)
    case several([String])

    static var schema: JSON {
        [
            "anyOf": [
                ["type": "string", "minLength": 1],
                ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1, "maxItems": 2048],
            ]
        ]
    }

    static func read(_ json: JSON?) throws(FieldProblems) -> Texts {
        let texts: Texts
        switch json {
        case .string(let text)?: texts = .one(text)
        case .array?: texts = .several(try [String].read(json))
        default: throw FieldProblems("is \(json?.kind ?? "missing"), needs a text or an array of texts")
        }
        guard (1...2048).contains(texts.all.count) else {
            throw FieldProblems("has \(texts.all.count) texts, needs 1 to 2048")
        }
        if texts.all.contains("") { throw FieldProblems("has an empty text, of which there is no embedding") }
        return texts
    }

    var json: JSON? {
        switch self {
        case .one(let text): .string(text)
        case .several(let texts): texts.json
        }
    }

    var all: [String] {
        switch self {
        case .one(let text): [text]
        case .several(let texts): texts
        }
    }
}
