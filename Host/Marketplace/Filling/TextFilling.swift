import PatchbayExpressions
import PatchbayJSON

/// Puts values into texts in the place of `{{ parameters.<name> }}`.
struct TextFilling {
    let values: JSONObject

    /// A text that is one parameter and nothing else becomes its value; in a text with more the value is text; in a larger
    /// expression it is a literal. What a value holds is never read as an expression. Parameters without a value stay.
    /// Texts that are no templates stay as they are, what is wrong with them is the planner's to say.
    func fill(_ text: String) -> JSON {
        guard text.contains("{{"), text.contains("parameters"),
            let uses = try? Template.uses(of: "parameters", in: text), !uses.isEmpty
        else { return .string(text) }
        let source = Array(text.utf8)
        if let only = uses.first, only.isAlone, only.block == 0..<source.count, let value = values[only.name] {
            return ExpressionLiteral.inert(value)
        }
        var filled: [UInt8] = []
        var position = 0
        for use in uses {
            guard let value = values[use.name] else { continue }
            let plain = use.isAlone ? Self.plain(value) : nil
            let range = plain == nil ? use.range : use.block
            filled += source[position..<range.lowerBound]
            filled += Array((plain ?? ExpressionLiteral.text(value)).utf8)
            position = range.upperBound
        }
        filled += source[position...]
        return .string(String(decoding: filled, as: UTF8.self))
    }

    /// The value as text that means itself wherever it stands; nil when it must stay inside the braces.
    private static func plain(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text.utf8.contains { $0 == 0x7B || $0 == 0x5C } ? nil : text
        case .array, .object: nil
        default: value.text
        }
    }

    /// All texts of a value, however deep; names of members stay.
    func fill(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): fill(text)
        case .array(let list): .array(list.map { fill($0) })
        case .object(let object): .object(object.reduce(into: JSONObject()) { $0[$1.name] = fill($1.value) })
        default: value
        }
    }

    /// The names that a value's texts read.
    static func names(in value: JSON, of root: String) -> Set<String> {
        switch value {
        case .string(let text) where text.contains("{{") && text.contains(root):
            Set(((try? Template.uses(of: root, in: text)) ?? []).map(\.name))
        case .array(let list): list.reduce(into: []) { $0.formUnion(names(in: $1, of: root)) }
        case .object(let object): object.reduce(into: []) { $0.formUnion(names(in: $1.value, of: root)) }
        default: []
        }
    }
}
