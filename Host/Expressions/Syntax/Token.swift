import PatchbayCore

/// A word of the language and where it stands.
struct Token {
    enum Kind: Equatable {
        case end
        case identifier(String)
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case symbol(Symbol)
    }

    /// Longer ones first where one begins another.
    enum Symbol: String, CaseIterable {
        case equal = "==", notEqual = "!=", lessOrEqual = "<=", greaterOrEqual = ">=", and = "&&", or = "||"
        case less = "<", greater = ">", plus = "+", minus = "-", times = "*", divide = "/", modulo = "%", not = "!"
        case question = "?", colon = ":", comma = ",", dot = "."
        case openParenthesis = "(", closeParenthesis = ")", openBracket = "[", closeBracket = "]"
        case openBrace = "{", closeBrace = "}"
    }

    var kind: Kind
    /// In bytes of the text.
    var range: Range<Int>

    /// As messages show it.
    var shown: String {
        switch kind {
        case .end: "the end of the text"
        case .identifier(let name): name.quoted
        case .int(let number), .uint(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): "the string \(text.quoted)"
        case .symbol(let symbol): symbol.rawValue.quoted
        }
    }
}
