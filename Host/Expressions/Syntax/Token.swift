import PatchbayCore

/// A word of the language and where it stands.
struct Token {
    enum Kind: Equatable {
        case end
        case identifier(String)
        /// A member's name in backquotes: `` a.`content-type` ``.
        case quotedName(String)
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(Symbol)
    }

    enum Symbol: String {
        case equal = "==", notEqual = "!=", lessOrEqual = "<=", greaterOrEqual = ">=", and = "&&", or = "||"
        case less = "<", greater = ">", plus = "+", minus = "-", times = "*", divide = "/", modulo = "%", not = "!"
        case question = "?", colon = ":", comma = ",", dot = "."
        case openParenthesis = "(", closeParenthesis = ")", openBracket = "[", closeBracket = "]"
        case openBrace = "{", closeBrace = "}"
        /// Only in the dialect of templates.
        case arrow = "=>"
    }

    var kind: Kind
    /// In bytes of the text.
    var range: Range<Int>

    /// As messages show it.
    var shown: String {
        switch kind {
        case .end: "the end of the text"
        case .identifier(let name): name.quoted
        case .quotedName(let name): "`\(name)`"
        case .int(let number), .uint(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): "the string \(text.shortened(to: 60).quoted)"
        case .bytes: "bytes"
        case .symbol(let symbol): symbol.rawValue.quoted
        }
    }
}
