/// A text to be found however its characters are written: as they are, percent-encoded (also twice, and with `+` for a space),
/// escaped as in JSON (also within JSON within JSON), or as in HTML; one after another in any mixture, as encoders differ in
/// what they leave alone.
struct SecretPattern: Sendable {
    enum Kind: Sendable {
        /// Letters count in either case: names of hosts are written in lower case.
        case text
        case hexadecimal
        /// Lines may end anywhere within it (RFC 2045, 6.8).
        case base64
    }

    private let units: [Unicode.Scalar]
    private let kind: Kind
    /// The fewest characters at the edge of a text that was cut that count as a part of the secret.
    private static let leastPart = 8

    /// - Parameter text: not empty.
    init(_ text: String, _ kind: Kind) {
        units = Array(text.unicodeScalars)
        self.kind = kind
    }

    var length: Int { units.count }

    /// Bytes that it may begin with.
    var firstBytes: Set<UInt8> {
        var bytes: Set<UInt8> = [UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "&")]
        guard let first = units.first?.utf8.first else { return [] }
        bytes.formUnion([first, first.lowerCase, first.upperCase])
        if first == UInt8(ascii: " ") { bytes.insert(UInt8(ascii: "+")) }
        return bytes
    }

    /// Where a match ends that begins there; nil for none. The text may end within it, when enough of it is there: texts are
    /// cut by whoever passes them on.
    func match(_ text: [UInt8], at start: Int) -> Int? { match(text, at: start, from: 0) }

    /// The same for the beginning of a text that was cut there: it may begin within the secret.
    func matchBeginning(_ text: [UInt8]) -> Int? {
        guard units.count > Self.leastPart else { return nil }
        return (1...units.count - Self.leastPart).lazy.compactMap { match(text, at: 0, from: $0) }.first
    }

    private func match(_ text: [UInt8], at start: Int, from first: Int) -> Int? {
        // All places where the text may have got to: few, mostly one.
        var places = [start]
        for index in first..<units.count {
            var next: [Int] = []
            for place in places {
                for end in ends(of: units[index], in: text, at: place) where !next.contains(end) { next.append(end) }
            }
            if next.isEmpty {
                let isCut = index - first >= Self.leastPart && places.contains { Self.isEnd(text, at: $0) }
                return isCut ? text.count : nil
            }
            places = next
        }
        guard var end = places.max() else { return nil }
        if kind == .base64 { while end < text.count, text[end] == UInt8(ascii: "=") { end += 1 } }
        return end
    }

    /// The end of the text, perhaps with a sign that it was cut.
    private static func isEnd(_ text: [UInt8], at place: Int) -> Bool {
        let rest = text[place...]
        return rest.isEmpty || rest.elementsEqual("…".utf8) || rest.elementsEqual("...".utf8)
    }

    /// Where the unit ends, in each way in which it may stand there.
    private func ends(of unit: Unicode.Scalar, in text: [UInt8], at place: Int) -> [Int] {
        var found: [Int] = []
        func add(_ end: Int?) { if let end { found.append(end) } }
        var start = place
        if kind == .base64 { start = Self.lineEnds(text, at: start) }
        add(literal(unit, text, start))
        guard start < text.count else { return found }
        switch text[start] {
        case UInt8(ascii: "\\"):
            var behind = start
            while behind < text.count, text[behind] == UInt8(ascii: "\\") { behind += 1 }
            add(literal(unit, text, behind))
            add(Self.escape(unit, text, behind))
        case UInt8(ascii: "&"): add(Self.entity(unit, text, start))
        case UInt8(ascii: "+") where unit == " ": found.append(start + 1)
        default: break
        }
        return found
    }

    /// Its bytes, each as it is or percent-encoded.
    private func literal(_ unit: Unicode.Scalar, _ text: [UInt8], _ start: Int) -> Int? {
        var place = start
        for byte in unit.utf8 {
            if let end = Self.percent(byte, text, place) {
                place = end
            } else {
                guard place < text.count, isSame(text[place], byte) else { return nil }
                place += 1
            }
        }
        return place
    }

    private func isSame(_ first: UInt8, _ second: UInt8) -> Bool {
        first == second || kind != .base64 && first.lowerCase == second.lowerCase
    }

    /// `%2F`, and `%252F` where an address stands within another.
    private static func percent(_ byte: UInt8, _ text: [UInt8], _ start: Int) -> Int? {
        guard start < text.count, text[start] == UInt8(ascii: "%") else { return nil }
        var place = start + 1
        while place + 3 < text.count, text[place] == UInt8(ascii: "2"), text[place + 1] == UInt8(ascii: "5") {
            place += 2
        }
        // What was taken for a repetition may be the percent sign itself.
        for begin in [place, place - 2] where begin > start {
            guard begin + 1 < text.count, let high = text[begin].hexDigit, let low = text[begin + 1].hexDigit else {
                continue
            }
            if high << 4 | low == byte { return begin + 2 }
        }
        return nil
    }

    /// What stands behind a backslash in JSON.
    private static func escape(_ scalar: Unicode.Scalar, _ text: [UInt8], _ start: Int) -> Int? {
        guard start < text.count else { return nil }
        switch (text[start], scalar) {
        case (UInt8(ascii: "n"), "\n"), (UInt8(ascii: "r"), "\r"), (UInt8(ascii: "t"), "\t"),
            (UInt8(ascii: "b"), "\u{8}"),
            (UInt8(ascii: "f"), "\u{C}"):
            return start + 1
        case (UInt8(ascii: "u"), _):
            var place = start
            for unit in String(scalar).utf16 {
                if place != start {
                    guard place < text.count, text[place] == UInt8(ascii: "\\") else { return nil }
                    while place < text.count, text[place] == UInt8(ascii: "\\") { place += 1 }
                }
                guard place + 4 < text.count, text[place] == UInt8(ascii: "u") else { return nil }
                let digits = text[place + 1...place + 4].map { UInt16($0.hexDigit ?? 0xFF) }
                guard digits.allSatisfy({ $0 < 16 }), digits.reduce(0, { $0 << 4 | $1 }) == unit else { return nil }
                place += 5
            }
            return place
        default: return nil
        }
    }

    private static let named: [Unicode.Scalar: [String]] = [
        "\"": ["&quot;"], "'": ["&apos;"], "&": ["&amp;"], "<": ["&lt;"], ">": ["&gt;"],
    ]

    /// `&quot;`, `&#34;`, `&#x22;`.
    private static func entity(_ scalar: Unicode.Scalar, _ text: [UInt8], _ start: Int) -> Int? {
        for name in named[scalar] ?? [] where text[start...].starts(with: name.utf8) { return start + name.utf8.count }
        guard start + 1 < text.count, text[start + 1] == UInt8(ascii: "#"),
            let end = text[start...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
        else { return nil }
        var digits = text[(start + 2)..<end]
        let isHexadecimal = digits.first == UInt8(ascii: "x") || digits.first == UInt8(ascii: "X")
        if isHexadecimal { digits.removeFirst() }
        let number = UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10)
        return number == scalar.value ? end + 1 : nil
    }

    /// Behind the ends of lines, also as JSON writes them.
    private static func lineEnds(_ text: [UInt8], at start: Int) -> Int {
        var place = start
        while place < text.count {
            if text[place] == 0x0D || text[place] == 0x0A {
                place += 1
            } else if text[place] == UInt8(ascii: "\\"), place + 1 < text.count,
                text[place + 1] == UInt8(ascii: "n") || text[place + 1] == UInt8(ascii: "r")
            {
                place += 2
            } else {
                break
            }
        }
        return place
    }
}

extension UInt8 {
    fileprivate var lowerCase: UInt8 { (65...90).contains(self) ? self + 32 : self }
    fileprivate var upperCase: UInt8 { (97...122).contains(self) ? self - 32 : self }
    fileprivate var hexDigit: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}
