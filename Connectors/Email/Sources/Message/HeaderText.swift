import ConnectorSDK

/// Text as headers can hold it: ASCII as it is, anything else as encoded words (RFC 2047).
enum HeaderText {
    /// Text without structure, such as a subject.
    static func unstructured(_ text: String) -> String {
        isPlain(text) && !text.contains("=?") ? text : words(text)
    }

    /// A name before an address.
    static func phrase(_ text: String) -> String {
        guard isPlain(text), !text.contains("=?") else { return words(text) }
        let isAtoms = text.utf8.allSatisfy { byte in
            byte == 0x20 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
        guard !isAtoms else { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }

    /// Words of at most 75 characters, each with whole characters, a line each.
    private static func words(_ text: String) -> String {
        var words: [String] = []
        var bytes: [UInt8] = []
        for character in text {
            let next = Array(String(character).utf8)
            if bytes.count + next.count > 45, !bytes.isEmpty {
                words.append("=?UTF-8?B?\(Bytes(bytes).base64)?=")
                bytes = []
            }
            bytes += next
        }
        words.append("=?UTF-8?B?\(Bytes(bytes).base64)?=")
        return words.joined(separator: "\r\n ")
    }

    /// A parameter's value, such as a file's name: quoted, or in the extended form (RFC 2231).
    static func parameter(_ name: String, _ value: String) -> String {
        guard !isPlain(value) else {
            return "\(name)=\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "\(name)*=UTF-8''\(percentEncoded(value))"
    }
}
