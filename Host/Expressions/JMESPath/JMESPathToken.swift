import PatchbayCore
import PatchbayJSON

/// A word of the language and where it begins.
struct JMESPathToken {
    enum Kind: Equatable {
        case name(String)
        case quotedName(String)
        case variable(String)
        case number(Int)
        case literal(JSON)
        case dot, star, comma, colon, current, not, and, or, pipe, ampersand
        /// Of `let`.
        case assign
        case equal, unequal, less, lessOrEqual, greater, greaterOrEqual
        case openParenthesis, closeParenthesis, openBrace, closeBrace, openBracket, closeBracket
        /// `[]`
        case flatten
        /// `[?`
        case filter
        case end
    }

    var kind: Kind
    var offset: Int
}

extension JMESPathToken.Kind {
    /// How strongly it holds on to what stands before it; 0 when it cannot follow a value.
    var power: Int {
        switch self {
        case .pipe: 1
        case .or: 2
        case .and: 3
        case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual: 5
        case .flatten: 9
        case .star: 20
        case .filter: 21
        case .dot: 40
        case .not: 45
        case .openBrace: 50
        case .openBracket: 55
        case .openParenthesis: 60
        default: 0
        }
    }

    var isComparison: Bool { power == 5 }

    /// What follows a projection with less power ends it.
    static let projectionEnd = 10

    /// For messages.
    var name: String {
        switch self {
        case .name(let name), .quotedName(let name): name.quoted
        case .variable(let name): "\"$\(name)\""
        case .number(let number): "\"\(number)\""
        case .literal: "a literal"
        case .dot: "\".\""
        case .star: "\"*\""
        case .comma: "\",\""
        case .colon: "\":\""
        case .current: "\"@\""
        case .not: "\"!\""
        case .and: "\"&&\""
        case .or: "\"||\""
        case .pipe: "\"|\""
        case .ampersand: "\"&\""
        case .assign: "\"=\""
        case .equal: "\"==\""
        case .unequal: "\"!=\""
        case .less: "\"<\""
        case .lessOrEqual: "\"<=\""
        case .greater: "\">\""
        case .greaterOrEqual: "\">=\""
        case .openParenthesis: "\"(\""
        case .closeParenthesis: "\")\""
        case .openBrace: "\"{\""
        case .closeBrace: "\"}\""
        case .openBracket: "\"[\""
        case .closeBracket: "\"]\""
        case .flatten: "\"[]\""
        case .filter: "\"[?\""
        case .end: "the end"
        }
    }
}
