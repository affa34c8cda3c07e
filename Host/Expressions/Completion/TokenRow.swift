/// Tokens of an unfinished expression, with which brackets belong together.
struct TokenRow {
    let tokens: [Token]
    /// Where the opening bracket of each closing one stands; nil of everything else.
    private let openings: [Int?]
    /// Where brackets stand that nothing closes, the outermost first.
    let unclosed: [Int]

    init(_ tokens: [Token]) {
        self.tokens = tokens
        var openings: [Int?] = Array(repeating: nil, count: tokens.count)
        var unclosed: [Int] = []
        var counts: [Token.Symbol: Int] = [:]
        for (place, token) in tokens.enumerated() {
            guard case .symbol(let symbol) = token.kind else { continue }
            switch symbol {
            case .openParenthesis, .openBracket, .openBrace:
                unclosed.append(place)
                counts[symbol, default: 0] += 1
            case .closeParenthesis, .closeBracket, .closeBrace:
                guard let opening = symbol.opening, counts[opening, default: 0] > 0 else { continue }
                // A bracket that was forgotten is closed by those around it.
                while let last = unclosed.popLast(), case .symbol(let found) = tokens[last].kind {
                    counts[found, default: 0] -= 1
                    guard found != opening else {
                        openings[place] = last
                        break
                    }
                }
            default: break
            }
        }
        self.openings = openings
        self.unclosed = unclosed
    }

    func isSymbol(_ symbol: Token.Symbol, at place: Int) -> Bool {
        tokens.indices.contains(place) && tokens[place].kind == .symbol(symbol)
    }

    /// A name, of a variable, a member or a function.
    func name(at place: Int) -> String? {
        guard tokens.indices.contains(place) else { return nil }
        switch tokens[place].kind {
        case .identifier(let name), .quotedName(let name): return name
        default: return nil
        }
    }

    /// Whether a value may end here.
    func endsValue(at place: Int) -> Bool {
        guard tokens.indices.contains(place) else { return false }
        switch tokens[place].kind {
        case .identifier(let name): return name != "in"
        case .quotedName, .int, .uint, .double, .string, .bytes: return true
        case .symbol(let symbol): return symbol.opening != nil
        case .end: return false
        }
    }

    /// Where the value begins whose members, indices and calls end at a place: of `1 + a.b[c].d(e)` at `a`. Nil when none
    /// ends there.
    func start(ofValueEndingAt last: Int) -> Int? {
        var place = last
        while endsValue(at: place) {
            if let opening = openings[place] {
                let isCall = isSymbol(.openParenthesis, at: opening) && name(at: opening - 1) != nil
                let isIndex = isSymbol(.openBracket, at: opening) && endsValue(at: opening - 1)
                guard isCall || isIndex else { return opening }
                place = opening - 1
                if isIndex { continue }
            }
            guard name(at: place) != nil else { return isSymbol(.closeBrace, at: place) ? nil : place }
            let isOptional = isSymbol(.question, at: place - 1) && isSymbol(.dot, at: place - 2)
            let dot = isOptional ? place - 2 : place - 1
            guard isSymbol(.dot, at: dot) else { return place }
            guard endsValue(at: dot - 1) else { return dot }
            place = dot - 1
        }
        return nil
    }

    /// The bytes from one token to another.
    func range(_ first: Int, through last: Int) -> Range<Int> {
        tokens[first].range.lowerBound..<tokens[last].range.upperBound
    }
}

extension Token.Symbol {
    fileprivate var opening: Token.Symbol? {
        switch self {
        case .closeParenthesis: .openParenthesis
        case .closeBracket: .openBracket
        case .closeBrace: .openBrace
        default: nil
        }
    }
}
