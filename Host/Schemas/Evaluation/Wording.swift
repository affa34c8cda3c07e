import PatchbayJSON

extension JSON {
    /// The kind of value in a message: "a string", "an integer", "null".
    var phrase: String {
        ValueKinds(of: self).subtracting(kind == "integer" ? .number : .integer).phrase
    }
}

extension [String] {
    /// "a, b or c".
    func joinedForReading(by word: String) -> String {
        guard count > 1 else { return first ?? "" }
        return "\(dropLast().joined(separator: ", ")) \(word) \(self[count - 1])"
    }
}

extension String {
    /// The text in which `%41` stands for a byte; nil when that is no UTF-8, or a percent sign is followed by less.
    init?(percentDecoding text: some Sequence<UInt8>) {
        var bytes: [UInt8] = []
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let decoded = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        self.init(validating: bytes, as: UTF8.self)
    }
}
