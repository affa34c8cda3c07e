/// What Unicode knows about letters and the standard library does not tell, as far as names of hosts need it. Blocks
/// stand for scripts, and the default of a block for the direction of its letters.
enum Scripts {
    enum Direction {
        case leftToRight, rightToLeft, number, arabicNumber, mark, neutral
    }

    static func isGreek(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x370...0x3FF, 0x1F00...0x1FFF: true
        default: false
        }
    }

    static func isHebrew(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x591...0x5F4, 0xFB1D...0xFB4F: true
        default: false
        }
    }

    /// Hiragana, Katakana or Han, of which the middle dot between words is none.
    static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3005, 0x3007, 0x3021...0x3029, 0x3038...0x303B, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA,
            0x30FD...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF:
            true
        default: false
        }
    }

    static func direction(_ scalar: Unicode.Scalar) -> Direction {
        switch scalar.value {
        case 0x30...0x39, 0x6F0...0x6F9: return .number
        case 0x600...0x605, 0x660...0x669, 0x66B, 0x66C, 0x6DD, 0x8E2, 0x10D30...0x10D39, 0x10E60...0x10E7E:
            return .arabicNumber
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return .mark
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spacingMark,
            .decimalNumber, .letterNumber:
            break
        default: return .neutral
        }
        switch scalar.value {
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
            return .rightToLeft
        default: return .leftToRight
        }
    }

    /// Whether the letter joins the one that is written after it, to its left.
    static func joinsToTheLeft(_ scalar: Unicode.Scalar) -> Bool {
        guard joinsToTheRight(scalar) else { return false }
        switch scalar.value {
        case 0x622...0x625, 0x627, 0x629, 0x62F...0x632, 0x648, 0x671...0x673, 0x675...0x677, 0x688...0x699, 0x6C0,
            0x6C3...0x6CB, 0x6CD, 0x6CF, 0x6D2, 0x6D3, 0x6D5, 0x6EE, 0x6EF, 0x710, 0x715...0x719, 0x71E, 0x728, 0x72A,
            0x72C, 0x72F, 0x74D:
            return false
        default: return true
        }
    }

    /// Whether the letter joins the one that is written before it, to its right: in Arabic, Syriac, N'Ko and Mongolian.
    static func joinsToTheRight(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x621, 0x674, 0x6D5: scalar.value == 0x6D5
        case 0x620...0x64A, 0x66E...0x66F, 0x671...0x6D3, 0x6EE...0x6EF, 0x6FA...0x6FC, 0x6FF, 0x710...0x72F,
            0x74D...0x77F, 0x7CA...0x7EA, 0x8A0...0x8C9, 0x1820...0x1878:
            true
        default: false
        }
    }
}
