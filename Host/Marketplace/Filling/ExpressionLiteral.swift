import PatchbayJSON

/// A value as an expression writes it.
enum ExpressionLiteral {
    /// JSON's own spelling is nearly CEL's: a number beyond `Int64` bears a `u`, and negative ones stand in brackets, so that
    /// they can follow a sign.
    static func text(_ value: JSON) -> String {
        switch value {
        case .object(let object):
            "{" + object.map { JSON.string($0.name).text + ": " + text($0.value) }.joined(separator: ", ") + "}"
        case .array(let list): "[" + list.map(text).joined(separator: ", ") + "]"
        case .uint: value.text + "u"
        case .int(let number) where number < 0: "(\(number))"
        case .double(let number) where number < 0: "(\(value.text))"
        default: value.text
        }
    }

    /// The value such that nothing in it is read as an expression.
    static func inert(_ value: JSON) -> JSON {
        switch value {
        case .string(let text) where text.contains("{{"): .string("{{ \(Self.text(value)) }}")
        case .array(let list): .array(list.map(inert))
        case .object(let object): .object(object.reduce(into: JSONObject()) { $0[$1.name] = inert($1.value) })
        default: value
        }
    }
}
