/// URI templates of any level (RFC 6570, 2).
enum URITemplateFormat {
    static func isTemplate(_ text: String) -> Bool {
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{":
                guard let end = rest.firstIndex(of: "}"), isExpression(rest[..<end]) else { return false }
                rest = rest[(end + 1)...]
            case "%":
                guard takesHexDigits(&rest) else { return false }
            default:
                guard isLiteral(scalar) else { return false }
            }
        }
        return true
    }

    private static func isExpression(_ expression: ArraySlice<Unicode.Scalar>) -> Bool {
        var list = expression
        if let first = list.first, "+#./;?&=,!@|".unicodeScalars.contains(first) {
            // The last five are kept for later operators.
            guard "+#./;?&".unicodeScalars.contains(first) else { return false }
            list.removeFirst()
        }
        return list.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(isVariable)
    }

    private static func isVariable(_ variable: ArraySlice<Unicode.Scalar>) -> Bool {
        var name = variable
        if name.last == "*" {
            name.removeLast()
        } else if let colon = name.firstIndex(of: ":") {
            let length = name[(colon + 1)...]
            name = name[..<colon]
            guard 1...4 ~= length.count, length.first != "0", length.allSatisfy({ isDigit($0) }) else { return false }
        }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            var rest = part
            guard !rest.isEmpty else { return false }
            while let scalar = rest.popFirst() {
                if scalar == "%" {
                    guard takesHexDigits(&rest) else { return false }
                } else {
                    guard scalar.isASCII, UInt8(scalar.value).isASCIILetter || isDigit(scalar) || scalar == "_" else {
                        return false
                    }
                }
            }
            return true
        }
    }

    private static func isLiteral(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x20, 0x7F: false
        case _ where scalar.isASCII: !"\"<>\\^`{|}".unicodeScalars.contains(scalar)
        default: scalar.isAllowedInIRIs || scalar.isPrivateUse
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        "0" <= scalar && scalar <= "9"
    }

    private static func takesHexDigits(_ rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
        for _ in 0..<2 {
            guard let digit = rest.popFirst(), digit.isASCII, UInt8(digit.value).isASCIIHexDigit else { return false }
        }
        return true
    }
}
