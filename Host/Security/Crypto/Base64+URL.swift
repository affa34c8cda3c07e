extension Base64 {
    /// Of the alphabet that fits into URLs, without padding (RFC 4648, 5; RFC 7515, 2).
    static func urlText(_ bytes: [UInt8]) -> String {
        String(
            decoding: text(bytes).utf8.compactMap { character -> UInt8? in
                switch character {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                case UInt8(ascii: "="): nil
                default: character
                }
            }, as: UTF8.self)
    }

    /// Nil unless the text is the one way to write its bytes.
    static func urlBytes(_ text: some StringProtocol) -> [UInt8]? {
        var characters: [UInt8] = []
        for character in text.utf8 {
            switch character {
            case UInt8(ascii: "-"): characters.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): characters.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: characters.append(character)
            }
        }
        characters += [UInt8](repeating: UInt8(ascii: "="), count: (4 - characters.count % 4) % 4)
        return bytes(String(decoding: characters, as: UTF8.self))
    }
}
