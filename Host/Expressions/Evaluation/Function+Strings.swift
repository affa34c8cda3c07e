import PatchbayCore
import PatchbayJSON

extension Function {
    static let contains = onStrings("contains") { text, part in isFound(part, in: text) }
    static let startsWith = onStrings("startsWith") { text, part in text.utf8.starts(with: part.utf8) }
    static let endsWith = onStrings("endsWith") { text, part in
        text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8)
    }

    /// A question about two strings, answered byte by byte.
    private static func onStrings(
        _ name: String, _ answer: @escaping @Sendable (_ text: String, _ part: String) -> Bool
    ) -> Function {
        Function(name: name, style: .method, arity: 2) { arguments, budget, offset throws(Fault) in
            guard case .string(let text) = arguments[0], case .string(let part) = arguments[1] else {
                let isList = if case .list = arguments[0] { true } else { false }
                let hint =
                    isList && name == "contains" ? "write x in list" : "it takes strings: \"text\".\(name)(\"part\")"
                throw mismatch(name, arguments, hint: hint, at: offset)
            }
            try budget.take(bytes: text.utf8.count + part.utf8.count, at: offset)
            return .bool(answer(text, part))
        }
    }

    /// Knuth, Morris and Pratt's search: in time that grows with the sum of the lengths, not with their product.
    private static func isFound(_ part: String, in text: String) -> Bool {
        let part = Array(part.utf8)
        guard !part.isEmpty else { return true }
        // How much of the part's beginning also ends what was matched so far.
        var borders = [0]
        borders.reserveCapacity(part.count)
        var matched = 0
        func grow(_ matched: Int, by byte: UInt8) -> Int {
            var matched = matched
            while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
            return part[matched] == byte ? matched + 1 : 0
        }
        for byte in part.dropFirst() {
            matched = grow(matched, by: byte)
            borders.append(matched)
        }
        matched = 0
        for byte in text.utf8 {
            matched = grow(matched, by: byte)
            if matched == part.count { return true }
        }
        return false
    }
}
