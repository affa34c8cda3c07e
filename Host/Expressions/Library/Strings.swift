extension Library {
    /// Questions about two strings.
    static let strings: [Overload] = [
        question("contains") { text, part in isFound(part, in: text) },
        question("startsWith") { text, part in text.utf8.starts(with: part.utf8) },
        question("endsWith") { text, part in text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8) },
    ]

    /// Answered byte by byte.
    private static func question(
        _ name: String, _ answer: @escaping @Sendable (_ text: String, _ part: String) -> Bool
    ) -> Overload {
        .receiver(name, id: "\(name)_string", [.string, .string], .bool) { text, part, evaluation throws(Fault) in
            guard case .string(let text) = text, case .string(let part) = part else {
                throw evaluation.noOverload(name, [text, part])
            }
            try evaluation.budget.take(bytes: text.utf8.count + part.utf8.count, at: evaluation.offset)
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
