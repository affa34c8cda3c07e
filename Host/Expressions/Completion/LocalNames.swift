/// The variables that are known at the end of an unfinished expression, from the macros whose parentheses are still open.
extension PartTypes {
    /// Macros of two variables with three values or more.
    private static let pairs: Set = [
        "all", "exists", "exists_one", "existsOne", "transformList", "transformMap", "transformMapEntry",
    ]
    private static let singles: Set = ["all", "exists", "exists_one", "existsOne", "filter", "map", "sortBy"]

    mutating func enter(_ row: TokenRow, in source: [UInt8]) {
        for opening in row.unclosed.suffix(limits.nesting) where row.isSymbol(.openParenthesis, at: opening) {
            guard let function = row.name(at: opening - 1), row.isSymbol(.dot, at: opening - 2),
                let start = row.start(ofValueEndingAt: opening - 3)
            else { continue }
            if row.name(at: start) == "cel", start == opening - 3, function == "bind" {
                bind(row, opening + 1, in: source)
                continue
            }
            let variables = Self.arrow(row, opening + 1) ?? Self.leading(row, opening + 1, of: function)
            guard !variables.isEmpty else { continue }
            let range = type(of: source[row.range(start, through: opening - 3)])
            if function.hasPrefix("opt") {
                guard case .optional(let inner) = range else { continue }
                locals.append((variables[0], inner))
            } else if let (first, second) = range.elements(isPair: variables.count > 1) {
                locals += zip(variables, [first, second]).map { ($0, $1) }
            }
        }
    }

    /// `x =>` or `(x, i) =>`; the variables in the order of CEL's macros, in which the position comes first.
    private static func arrow(_ row: TokenRow, _ place: Int) -> [String]? {
        var (place, names): (Int, [String]) = (place, [])
        let isListed = row.isSymbol(.openParenthesis, at: place)
        if isListed { place += 1 }
        while let name = row.name(at: place) {
            names.append(name)
            place += 1
            guard isListed, row.isSymbol(.comma, at: place) else { break }
            place += 1
        }
        if isListed, row.isSymbol(.closeParenthesis, at: place) { place += 1 }
        return row.isSymbol(.arrow, at: place) ? names.reversed() : nil
    }

    /// The names with commas behind them that a macro takes first.
    private static func leading(_ row: TokenRow, _ place: Int, of function: String) -> [String] {
        guard let first = row.name(at: place), row.isSymbol(.comma, at: place + 1) else { return [] }
        if pairs.contains(function), let second = row.name(at: place + 2), row.isSymbol(.comma, at: place + 3) {
            return [first, second]
        }
        return singles.contains(function) || ["optMap", "optFlatMap"].contains(function) ? [first] : []
    }

    /// `cel.bind(name, value, `
    private mutating func bind(_ row: TokenRow, _ place: Int, in source: [UInt8]) {
        guard let name = row.name(at: place), row.isSymbol(.comma, at: place + 1) else { return }
        var depth = 0
        for end in place + 2..<max(place + 2, row.tokens.count) {
            guard case .symbol(let symbol) = row.tokens[end].kind else { continue }
            switch symbol {
            case .openParenthesis, .openBracket, .openBrace: depth += 1
            case .closeParenthesis, .closeBracket, .closeBrace: depth -= 1
            case .comma where depth == 0 && end > place + 2:
                locals.append((name, type(of: source[row.range(place + 2, through: end - 1)])))
                return
            default: break
            }
        }
    }
}
