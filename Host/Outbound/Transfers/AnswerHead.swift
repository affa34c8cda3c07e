/// Gathers the header lines of an answer as they come in.
struct AnswerHead {
    /// Bytes of all lines, interim answers included.
    private(set) var size = 0
    private(set) var fields: [HTTPField] = []

    /// Takes a line as it came, with its line end. A status line begins a new answer: after an interim one (1xx), only
    /// the last one's headers count.
    mutating func take(_ line: some Collection<UInt8>) {
        size += line.count
        let end = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        var line = ArraySlice(Array(line))
        while let last = line.last, end.contains(last) { line.removeLast() }
        if line.starts(with: "HTTP/".utf8) {
            fields = []
        } else if let first = line.first, Self.isBlank(first), !fields.isEmpty {
            // A folded line (RFC 9112, 5.2) goes on with the one before.
            fields[fields.count - 1].value += " " + Self.text(line)
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            fields.append(
                HTTPField(name: Self.text(line[..<colon]).lowercased(), value: Self.text(line[(colon + 1)...])))
        }
    }

    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Control characters become spaces, so that a value always fits one line.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(decoding: bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
