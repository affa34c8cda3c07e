/// A label of a host's name with letters beyond ASCII, and whether IDNA 2008 allows it (RFC 5891, 5892, 5893). Whether
/// it is in Unicode's normal form C is not looked at.
struct InternationalLabel {
    let scalars: [Unicode.Scalar]

    init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    /// What an `xn--` label stands for; nil when that is no allowed label, or is written in another way.
    init?(encoded label: ArraySlice<UInt8>) {
        let text = label.dropFirst(4)
        guard let decoded = Punycode.decode(text), decoded.contains(where: { !$0.isASCII }) else { return nil }
        scalars = decoded
        let canonical = Punycode.encode(decoded)?.map { $0.isASCIILetter ? $0 | 0x20 : $0 }
        guard isAllowed, canonical == text.map({ $0.isASCIILetter ? $0 | 0x20 : $0 }) else { return nil }
    }

    /// With the `xn--`; nil when it is far too long.
    var encodedLength: Int? { Punycode.encode(scalars).map { $0.count + 4 } }

    var isAllowed: Bool {
        guard let first = scalars.first, first != "-", scalars.last != "-" else { return false }
        if scalars.count >= 4, scalars[2] == "-", scalars[3] == "-" { return false }
        switch first.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return false
        default: break
        }
        return scalars.indices.allSatisfy { isAllowed(at: $0) }
    }

    private func isAllowed(at index: Int) -> Bool {
        let scalar = scalars[index]
        switch scalar.value {
        case 0xB7: return before(index) == "l" && after(index) == "l"
        case 0x375: return after(index).map(Scripts.isGreek) ?? false
        case 0x5F3, 0x5F4: return before(index).map(Scripts.isHebrew) ?? false
        case 0x30FB: return scalars.contains(where: Scripts.isJapanese)
        case 0x660...0x669: return !scalars.contains { 0x6F0...0x6F9 ~= $0.value }
        case 0x6F0...0x6F9: return !scalars.contains { 0x660...0x669 ~= $0.value }
        case 0x200C, 0x200D:
            if before(index)?.properties.canonicalCombiningClass == .virama { return true }
            return scalar.value == 0x200C && joins(around: index)
        default: return scalar.isAllowedInHostnames
        }
    }

    private func before(_ index: Int) -> Unicode.Scalar? { index > 0 ? scalars[index - 1] : nil }
    private func after(_ index: Int) -> Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

    /// Whether letters on both sides would be joined in writing, marks between them aside.
    private func joins(around index: Int) -> Bool {
        let isMark = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .nonspacingMark }
        guard let before = scalars[..<index].last(where: { !isMark($0) }),
            let after = scalars[(index + 1)...].first(where: { !isMark($0) })
        else { return false }
        return Scripts.joinsToTheLeft(before) && Scripts.joinsToTheRight(after)
    }

    // MARK: Direction

    var hasRightToLeft: Bool {
        scalars.contains { [.rightToLeft, .arabicNumber].contains(Scripts.direction($0)) }
    }

    /// The rule of RFC 5893, 2.
    var keepsItsDirection: Bool {
        let directions = scalars.map(Scripts.direction)
        guard let first = directions.first, let last = directions.last(where: { $0 != .mark }) else { return false }
        switch first {
        case .leftToRight:
            return !directions.contains(.rightToLeft) && !directions.contains(.arabicNumber)
                && [.leftToRight, .number].contains(last)
        case .rightToLeft:
            return !directions.contains(.leftToRight) && [.rightToLeft, .number, .arabicNumber].contains(last)
                && !(directions.contains(.number) && directions.contains(.arabicNumber))
        default: return false
        }
    }
}

extension Unicode.Scalar {
    /// What RFC 5892, 2 and 3 derive for it without looking at its neighbours.
    fileprivate var isAllowedInHostnames: Bool {
        switch value {
        case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007: return true
        case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        case 0x2D, 0x30...0x39, 0x61...0x7A: return true
        case 0...0x7F: return false
        // Single parts of Korean syllables.
        case 0x1100...0x11FF, 0xA960...0xA97F, 0xD7B0...0xD7FF: return false
        default: break
        }
        let properties = properties
        if properties.changesWhenNFKCCaseFolded || properties.isDefaultIgnorableCodePoint || properties.isWhitespace {
            return false
        }
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .decimalNumber, .modifierLetter, .nonspacingMark,
            .spacingMark:
            return true
        default: return false
        }
    }
}
