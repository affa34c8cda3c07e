import PatchbayCore

/// An escape that stands for many letters, in RE2's syntax.
struct ECMAScriptSet {
    /// Inside brackets.
    var inClass: String

    /// As an expression of its own; without letters it matches nothing.
    var alone: String { inClass.isEmpty ? "[^\\x{0}-\\x{10FFFF}]" : "[\(inClass)]" }

    /// Reads one when it is there; the backslash is read already.
    init?(_ parser: inout ECMAScriptParser) throws(PatternRefusal) {
        guard let letter = parser.peek() else { return nil }
        switch letter {
        case "d": inClass = "0-9"
        case "D": inClass = "\\x{0}-/:-\\x{10FFFF}"
        case "w": inClass = "0-9A-Za-z_"
        case "W": inClass = "\\x{0}-/:-@\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{10FFFF}"
        case "s": inClass = Self.space
        case "S": inClass = Self.noSpace
        case "p", "P":
            parser.position += 1
            inClass = try Self.property(&parser, isNegated: letter == "P")
            return
        default: return nil
        }
        parser.position += 1
    }

    /// White space and line ends of ECMA-262, 12.2 and 12.3.
    private static let space =
        "\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"
    private static let noSpace =
        "\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}"
        + "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10FFFF}"

    /// `{L}`, `{Letter}`, `{gc=L}`, `{Script=Greek}`.
    private static func property(
        _ parser: inout ECMAScriptParser, isNegated: Bool
    ) throws(PatternRefusal) -> String {
        guard parser.next(is: "{") else { throw parser.failure("\\p is followed by a property: \\p{Letter}") }
        var text = ""
        while let scalar = parser.peek(), scalar != "}" {
            text.unicodeScalars.append(scalar)
            parser.position += 1
        }
        guard parser.next(is: "}") else { throw parser.failure("a \"}\" is missing") }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch parts.count == 2 ? parts[0] : "" {
        case "", "gc", "General_Category":
            if let ranges = category(parts[parts.count - 1], isNegated: isNegated) { return ranges }
        case "sc", "Script", "scx", "Script_Extensions":
            guard isWord(parts[1]) else { break }
            if parts[0].hasSuffix("x") || parts[0].hasSuffix("s") { parser.hinder("asks for \(parts[0])") }
            // Which scripts there are, the engine knows.
            return "\(isNegated ? "\\P" : "\\p"){\(parts[1])}"
        default: break
        }
        throw parser.failure("\(text.quoted) is no property of letters that is known")
    }

    private static func category(_ name: String, isNegated: Bool) -> String? {
        switch name {
        case "Any": return isNegated ? "" : "\\x{0}-\\x{10FFFF}"
        case "ASCII": return isNegated ? "\\x{80}-\\x{10FFFF}" : "\\x{0}-\\x{7f}"
        default: break
        }
        let short = categories.first { $0.value.contains(name) }?.key ?? name
        guard categories[short] != nil else { return nil }
        return "\(isNegated ? "\\P" : "\\p"){\(short)}"
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0.isASCIILetter || $0 == UInt8(ascii: "_") }
    }

    /// The short names, as the engine has them, with the long ones of Unicode's PropertyValueAliases. Left out are
    /// unassigned letters and those that belong to no category but a group of them, which the engine does not know.
    private static let categories: [String: [String]] = [
        "L": ["Letter"], "Lu": ["Uppercase_Letter"], "Ll": ["Lowercase_Letter"], "Lt": ["Titlecase_Letter"],
        "Lm": ["Modifier_Letter"], "Lo": ["Other_Letter"], "M": ["Mark", "Combining_Mark"], "Mn": ["Nonspacing_Mark"],
        "Mc": ["Spacing_Mark"], "Me": ["Enclosing_Mark"], "N": ["Number"], "Nd": ["Decimal_Number", "digit"],
        "Nl": ["Letter_Number"], "No": ["Other_Number"], "P": ["Punctuation", "punct"],
        "Pc": ["Connector_Punctuation"], "Pd": ["Dash_Punctuation"], "Ps": ["Open_Punctuation"],
        "Pe": ["Close_Punctuation"], "Pi": ["Initial_Punctuation"], "Pf": ["Final_Punctuation"],
        "Po": ["Other_Punctuation"], "S": ["Symbol"], "Sm": ["Math_Symbol"], "Sc": ["Currency_Symbol"],
        "Sk": ["Modifier_Symbol"], "So": ["Other_Symbol"], "Z": ["Separator"], "Zs": ["Space_Separator"],
        "Zl": ["Line_Separator"], "Zp": ["Paragraph_Separator"], "Cc": ["Control", "cntrl"], "Cf": ["Format"],
        "Co": ["Private_Use"],
    ]
}
