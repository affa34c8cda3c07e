import PatchbayCore

/// Reads a regular expression and writes it in RE2's syntax. Only whether a text matches is ever asked, so that groups
/// need not be kept, and greed makes no difference.
struct ECMAScriptParser {
    private let scalars: [Unicode.Scalar]
    var position = 0
    /// The first thing that is right and cannot be matched in linear time.
    private(set) var obstacle: String?
    /// Look-aheads directly behind a `^` at the very start.
    private var leading: [ECMAScriptPattern.Condition] = []
    private var groupCount = 0
    private var groupNames: Set<String> = []
    private var largestReference = 0
    private var namedReferences: [String] = []

    /// Groups inside one another.
    private static let depthLimit = 200
    /// RE2 repeats up to that.
    private static let repetitionLimit = 1_000
    /// What is written several times because of more repetitions.
    private static let copyLimit = 20

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    mutating func pattern() throws(PatternRefusal) -> [ECMAScriptPattern.Condition] {
        let expression = try disjunction(depth: 0)
        guard position == scalars.count else { throw failure("there is no \"(\" for this \")\"") }
        if largestReference > groupCount { throw failure("\\\(largestReference) refers to a group that is not there") }
        if let name = namedReferences.first(where: { !groupNames.contains($0) }) {
            throw failure("\\k<\(name)> refers to a group that is not there")
        }
        return [.init(expression: expression)] + leading
    }

    // MARK: Structure

    private mutating func disjunction(depth: Int) throws(PatternRefusal) -> String {
        guard depth <= Self.depthLimit else { throw failure("groups are nested too deep") }
        var alternatives = [try alternative(depth: depth, isFirst: true)]
        while next(is: "|") { alternatives.append(try alternative(depth: depth, isFirst: false)) }
        if depth == 0, alternatives.count > 1, !leading.isEmpty {
            hinder("uses look-ahead")
            leading = []
        }
        return alternatives.joined(separator: "|")
    }

    private mutating func alternative(depth: Int, isFirst: Bool) throws(PatternRefusal) -> String {
        var written = ""
        var isStart = depth == 0 && isFirst
        while let scalar = peek(), scalar != "|", scalar != ")" {
            if scalar == "^" {
                position += 1
                written += "\\A"
                continue
            }
            if isStart, !written.isEmpty, try leadingCondition() { continue }
            isStart = false
            written += try term(depth: depth)
        }
        return written
    }

    private mutating func leadingCondition() throws(PatternRefusal) -> Bool {
        guard let isNegated = lookAhead() else { return false }
        let inner = try group(depth: 1)
        leading.append(.init(expression: "\\A" + inner, isNegated: isNegated))
        if let quantifier = try quantifier(), quantifier.least == 0 { leading.removeLast() }
        return true
    }

    /// Whether a look-ahead begins here, and is negated; its opening is read then.
    private mutating func lookAhead() -> Bool? {
        guard peek() == "(", peek(1) == "?", let kind = peek(2), kind == "=" || kind == "!" else { return nil }
        position += 3
        return kind == "!"
    }

    private mutating func term(depth: Int) throws(PatternRefusal) -> String {
        if let assertion = try assertion(depth: depth) { return assertion }
        let atom = try atom(depth: depth)
        guard let quantifier = try quantifier() else { return atom }
        return repeated(atom, quantifier)
    }

    private mutating func assertion(depth: Int) throws(PatternRefusal) -> String? {
        if next(is: "$") { return try unrepeated("\\z") }
        if peek() == "\\", let letter = peek(1), letter == "b" || letter == "B" {
            position += 2
            return try unrepeated(letter == "b" ? "\\b" : "\\B")
        }
        if lookAhead() != nil {
            _ = try group(depth: depth + 1)
            _ = try quantifier()
            hinder("uses look-ahead other than at its start")
            return ""
        }
        if peek() == "(", peek(1) == "?", peek(2) == "<", let kind = peek(3), kind == "=" || kind == "!" {
            position += 4
            _ = try group(depth: depth + 1)
            hinder("uses look-behind")
            return try unrepeated("")
        }
        return nil
    }

    private mutating func unrepeated(_ written: String) throws(PatternRefusal) -> String {
        let start = position
        if try quantifier() != nil {
            position = start
            throw failure("there is nothing to repeat")
        }
        return written
    }

    private mutating func atom(depth: Int) throws(PatternRefusal) -> String {
        let scalar = scalars[position]
        switch scalar {
        case ".":
            position += 1
            return "[^\\n\\r\\x{2028}\\x{2029}]"
        case "(":
            position += 1
            try openGroup()
            return try group(depth: depth + 1)
        case "[":
            position += 1
            return try characterClass()
        case "\\":
            position += 1
            return try escape()
        case "*", "+", "?": throw failure("there is nothing to repeat")
        default:
            if scalar == "{", try quantifier() != nil { throw failure("there is nothing to repeat") }
            position += 1
            return Self.literal(scalar.value)
        }
    }

    /// What stands behind the opening of a group, with its end.
    private mutating func group(depth: Int) throws(PatternRefusal) -> String {
        let inner = try disjunction(depth: max(depth, 1))
        guard next(is: ")") else { throw failure("a \")\" is missing") }
        return "(?:\(inner))"
    }

    private mutating func openGroup() throws(PatternRefusal) {
        guard next(is: "?") else {
            groupCount += 1
            return
        }
        if next(is: ":") { return }
        guard next(is: "<") else { throw failure("\"(?\" is followed by none of : = ! <") }
        groupCount += 1
        let name = try groupName()
        if !groupNames.insert(name).inserted { throw failure("two groups are named \(name.quoted)") }
    }

    private mutating func groupName() throws(PatternRefusal) -> String {
        var name = ""
        while let scalar = peek(), scalar != ">" {
            let isLetter = scalar.properties.isIDStart || scalar == "$" || scalar == "_"
            guard isLetter || !name.isEmpty && scalar.properties.isIDContinue else {
                throw failure("the name of a group has letters, digits, _ and $ only")
            }
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard next(is: ">"), !name.isEmpty else { throw failure("the name of a group is missing, or its \">\"") }
        return name
    }

    // MARK: Repetition

    private struct Quantifier {
        var least: Int
        var most: Int?
    }

    private mutating func quantifier() throws(PatternRefusal) -> Quantifier? {
        let start = position
        guard let scalar = peek() else { return nil }
        var found: Quantifier?
        switch scalar {
        case "*": found = Quantifier(least: 0, most: nil)
        case "+": found = Quantifier(least: 1, most: nil)
        case "?": found = Quantifier(least: 0, most: 1)
        case "{":
            position += 1
            if let least = number() {
                let isOpen = next(is: ",")
                let most = isOpen ? number() : least
                if peek() == "}" { found = Quantifier(least: least, most: most) }
            }
        default: break
        }
        guard let found else {
            // A brace that opens no count stands for itself.
            position = start
            return nil
        }
        position += 1
        _ = next(is: "?")
        if let most = found.most, most < found.least { throw failure("the counts of a repetition are in no order") }
        return found
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = peek(), "0" <= scalar, scalar <= "9" {
            value = min((value ?? 0) * 10 + Int(scalar.value - 48), 1_000_000_000)
            position += 1
        }
        return value
    }

    private mutating func repeated(_ atom: String, _ quantifier: Quantifier) -> String {
        switch (quantifier.least, quantifier.most) {
        case (0, nil): return atom + "*"
        case (1, nil): return atom + "+"
        case (0, 1): return atom + "?"
        case (let least, let most):
            let optional = most.map { $0 - least } ?? 0
            let limit = Self.repetitionLimit
            if max(least, most ?? 0) <= limit {
                return atom + (most == least ? "{\(least)}" : "{\(least),\(most.map(String.init) ?? "")}")
            }
            guard least / limit + optional / limit <= Self.copyLimit else {
                hinder("repeats something more than \(Self.copyLimit * limit) times")
                return atom
            }
            var written = ""
            for start in stride(from: 0, to: least, by: limit) { written += atom + "{\(min(limit, least - start))}" }
            for start in stride(from: 0, to: optional, by: limit) {
                written += atom + "{0,\(min(limit, optional - start))}"
            }
            return written + (most == nil ? atom + "*" : "")
        }
    }

    // MARK: Letters

    private mutating func escape() throws(PatternRefusal) -> String {
        if let scalar = peek(), "1" <= scalar, scalar <= "9" {
            largestReference = max(largestReference, number() ?? 0)
            hinder("refers back to a group")
            return ""
        }
        if next(is: "k") {
            guard next(is: "<") else { throw failure("\\k is followed by the name of a group: \\k<name>") }
            namedReferences.append(try groupName())
            hinder("refers back to a group")
            return ""
        }
        if let set = try ECMAScriptSet(&self) { return set.alone }
        return Self.literal(try letter())
    }

    private mutating func characterClass() throws(PatternRefusal) -> String {
        let isNegated = next(is: "^")
        var written = ""
        while !next(is: "]") {
            guard position < scalars.count else { throw failure("a \"]\" is missing") }
            if let set = try classSet() {
                written += set.inClass
                continue
            }
            let low = try classLetter()
            guard peek() == "-", let after = peek(1), after != "]" else {
                written += Self.range(low, low)
                continue
            }
            position += 1
            if let set = try classSet() {
                // The hyphen stands for itself then.
                written += Self.range(low, low) + Self.range(45, 45) + set.inClass
                continue
            }
            let high = try classLetter()
            guard low <= high else { throw failure("the ends of a range are in no order") }
            written += Self.range(low, high)
        }
        switch (written.isEmpty, isNegated) {
        case (true, false): return Self.nothing
        case (true, true): return Self.anything
        default: return "[\(isNegated ? "^" : "")\(written)]"
        }
    }

    private mutating func classSet() throws(PatternRefusal) -> ECMAScriptSet? {
        guard peek() == "\\" else { return nil }
        position += 1
        if let set = try ECMAScriptSet(&self) { return set }
        position -= 1
        return nil
    }

    private mutating func classLetter() throws(PatternRefusal) -> UInt32 {
        guard let scalar = peek() else { throw failure("a \"]\" is missing") }
        position += 1
        guard scalar == "\\" else { return scalar.value }
        if next(is: "b") { return 8 }
        return try letter()
    }

    /// The letter that an escape stands for; its backslash is read already.
    private mutating func letter() throws(PatternRefusal) -> UInt32 {
        guard let scalar = peek() else { throw failure("a backslash ends the expression") }
        position += 1
        switch scalar {
        case "t": return 9
        case "n": return 10
        case "v": return 11
        case "f": return 12
        case "r": return 13
        case "0":
            if let digit = peek(), "0" <= digit, digit <= "9" { throw failure("\\0 is followed by a digit") }
            return 0
        case "c":
            guard let control = peek(), control.isASCII, UInt8(control.value).isASCIILetter else {
                throw failure("\\c is followed by a letter from A to Z")
            }
            position += 1
            return control.value & 31
        case "x": return try hexadecimal(digits: 2)
        case "u": return try unicodeEscape()
        default:
            guard !scalar.isASCII || !(UInt8(scalar.value).isASCIILetter || UInt8(scalar.value).isASCIIDigit) else {
                throw failure("\\\(scalar) is no escape")
            }
            return scalar.value
        }
    }

    private mutating func unicodeEscape() throws(PatternRefusal) -> UInt32 {
        if next(is: "{") {
            var value: UInt32 = 0
            let start = position
            while let digit = peek()?.hexadecimalValue, value <= 0x10FFFF {
                value = value * 16 + digit
                position += 1
            }
            guard position > start, next(is: "}"), value <= 0x10FFFF else {
                throw failure("\\u{…} holds a number of at most 10FFFF")
            }
            return value
        }
        let first = try hexadecimal(digits: 4)
        guard 0xD800...0xDBFF ~= first, peek() == "\\", peek(1) == "u", peek(2) != "{" else { return first }
        let start = position
        position += 2
        let second = try hexadecimal(digits: 4)
        guard 0xDC00...0xDFFF ~= second else {
            position = start
            return first
        }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    private mutating func hexadecimal(digits: Int) throws(PatternRefusal) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek()?.hexadecimalValue else {
                throw failure("\\\(digits == 2 ? "x" : "u") is followed by \(digits) hexadecimal digits")
            }
            value = value * 16 + digit
            position += 1
        }
        return value
    }

    // MARK: Writing

    private static let nothing = "[^\\x{0}-\\x{10FFFF}]"
    private static let anything = "[\\x{0}-\\x{10FFFF}]"

    private static func literal(_ value: UInt32) -> String {
        // Half a character matches no text.
        0xD800...0xDFFF ~= value ? nothing : "\\x{\(String(value, radix: 16))}"
    }

    private static func range(_ low: UInt32, _ high: UInt32) -> String {
        let low = 0xD800...0xDFFF ~= low ? 0xE000 : low
        let high = 0xD800...0xDFFF ~= high ? 0xD7FF : high
        if low > high { return "" }
        let first = "\\x{\(String(low, radix: 16))}"
        return low == high ? first : "\(first)-\\x{\(String(high, radix: 16))}"
    }

    // MARK: Reading

    func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    mutating func next(is scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        position += 1
        return true
    }

    func failure(_ message: String) -> PatternRefusal {
        PatternRefusal("is no regular expression of ECMAScript: \(message), at character \(position + 1)")
    }

    mutating func hinder(_ what: String) {
        obstacle = obstacle ?? "\(what), which cannot be matched in linear time; say it in another way"
    }
}

extension Unicode.Scalar {
    fileprivate var hexadecimalValue: UInt32? {
        switch self {
        case "0"..."9": value - 48
        case "a"..."f": value - 87
        case "A"..."F": value - 55
        default: nil
        }
    }
}
