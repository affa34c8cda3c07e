import ConnectorSDK

/// Puts together what a server says from the bytes that come: lines, which may hold literals of any content (RFC 3501 §4.3).
struct IMAPReader {
    /// Bytes of all that answers one command.
    private let most: Int
    private var buffer: [UInt8] = []
    private var taken = 0

    private static let longestLine = 1 << 20

    init(most: Int) { self.most = most }

    /// What comes now answers another command.
    mutating func startAnswer() { taken = 0 }

    mutating func take(_ bytes: [UInt8]) { buffer += bytes }

    /// The next response; nil as long as there is not all of it.
    mutating func next() throws(ConnectorError) -> IMAPResponse? {
        var parts: [IMAPResponse.Part] = []
        var start = 0
        while true {
            guard taken + buffer.count <= most else {
                throw ConnectorError(.upstream, "The server's answer has more than \(most) bytes.", effect: .none)
            }
            guard let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) else {
                guard buffer.count - start <= Self.longestLine else {
                    throw ConnectorError(.upstream, "The server's answer has a line without end.", effect: .none)
                }
                return nil
            }
            var line = buffer[start..<end]
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            guard let count = Self.literal(at: line, isFirst: parts.isEmpty) else {
                parts.append(.text(Array(line)))
                taken += end + 1
                buffer.removeFirst(end + 1)
                return IMAPResponse(parts)
            }
            guard count <= most else {
                throw ConnectorError(.upstream, "The server's answer has more than \(most) bytes.", effect: .none)
            }
            guard buffer.count - (end + 1) >= count else { return nil }
            parts.append(.text(Array(line[..<(line.lastIndex(of: UInt8(ascii: "{")) ?? line.endIndex)])))
            parts.append(.literal(Array(buffer[(end + 1)..<(end + 1 + count)])))
            start = end + 1 + count
        }
    }

    /// How many bytes follow a line that ends with `{123}`; nil when none do, as with words for people.
    private static func literal(at line: ArraySlice<UInt8>, isFirst: Bool) -> Int? {
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        if isFirst, IMAPResponse([.text(Array(line))]).status != nil { return nil }
        let digits = line[line.index(after: open)..<line.index(before: line.endIndex)]
        guard !digits.isEmpty, digits.count <= 10 else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
