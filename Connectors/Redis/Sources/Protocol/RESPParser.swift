/// Reads replies from bytes as they come: RESP2 and RESP3
/// (https://redis.io/docs/latest/develop/reference/protocol-spec/).
struct RESPParser {
    /// What is no reply; the connection is then of no use any more.
    struct Malformed: Error, Equatable {
        var message: String
    }

    private var buffer: [UInt8] = []
    private var position = 0
    /// Bytes of one reply.
    let largest: Int
    private static let deepest = 32

    init(largest: Int = 32 << 20) { self.largest = largest }

    mutating func add(_ bytes: [UInt8]) {
        buffer += bytes
    }

    /// The next whole reply; nil when more has to come.
    mutating func next() throws(Malformed) -> RESPValue? {
        position = 0
        guard let value = try value(0) else {
            guard buffer.count <= largest else {
                throw Malformed(message: "the reply is longer than \(largest) bytes")
            }
            return nil
        }
        buffer.removeFirst(position)
        return value
    }

    private mutating func value(_ depth: Int) throws(Malformed) -> RESPValue? {
        guard depth < Self.deepest else { throw Malformed(message: "the reply is nested too deeply") }
        guard let line = line() else { return nil }
        guard let kind = line.first else { throw Malformed(message: "the reply has an empty line") }
        let rest = line.dropFirst()
        switch kind {
        case UInt8(ascii: "+"): return .text(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "-"): return .failure(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: ":"): return .number(try number(rest))
        case UInt8(ascii: "_"): return .null
        case UInt8(ascii: "#"): return .bool(rest.first == UInt8(ascii: "t"))
        case UInt8(ascii: ","):
            guard let double = Double(String(decoding: rest, as: UTF8.self)) else {
                throw Malformed(message: "a number is none")
            }
            return .double(double)
        // Large numbers stay texts.
        case UInt8(ascii: "("): return .text(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "$"): return try bulk(rest).map(RESPValue.bytes) ?? (isNull(rest) ? .null : nil)
        case UInt8(ascii: "!"): return try bulk(rest).map { .failure(String(decoding: $0, as: UTF8.self)) }
        // Behind a word for its format.
        case UInt8(ascii: "="): return try bulk(rest).map { .bytes(Array($0.dropFirst(4))) }
        case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"):
            if isNull(rest) { return .null }
            return try elements(try count(rest), depth).map(RESPValue.array)
        case UInt8(ascii: "%"):
            guard let all = try elements(try count(rest) * 2, depth) else { return nil }
            return .map(stride(from: 0, to: all.count, by: 2).map { .init(key: all[$0], value: all[$0 + 1]) })
        // Attributes stand before the value that they are of.
        case UInt8(ascii: "|"):
            guard try elements(try count(rest) * 2, depth) != nil else { return nil }
            return try value(depth)
        default: throw Malformed(message: "the reply begins with the byte \(kind)")
        }
    }

    private func isNull(_ rest: ArraySlice<UInt8>) -> Bool { rest.elementsEqual("-1".utf8) }

    private mutating func elements(_ count: Int, _ depth: Int) throws(Malformed) -> [RESPValue]? {
        var elements: [RESPValue] = []
        for _ in 0..<count {
            guard let element = try value(depth + 1) else { return nil }
            elements.append(element)
        }
        return elements
    }

    /// Nil when more has to come, and for null.
    private mutating func bulk(_ rest: ArraySlice<UInt8>) throws(Malformed) -> [UInt8]? {
        if isNull(rest) { return nil }
        let size = try count(rest)
        guard buffer.count - position >= size + 2 else { return nil }
        defer { position += size + 2 }
        return Array(buffer[position..<position + size])
    }

    private mutating func line() -> ArraySlice<UInt8>? {
        var end = position
        while end + 1 < buffer.count {
            if buffer[end] == 0x0D, buffer[end + 1] == 0x0A {
                defer { position = end + 2 }
                return buffer[position..<end]
            }
            end += 1
        }
        return nil
    }

    private func number(_ rest: ArraySlice<UInt8>) throws(Malformed) -> Int64 {
        guard let number = Int64(String(decoding: rest, as: UTF8.self)) else {
            throw Malformed(message: "a number is none")
        }
        return number
    }

    private func count(_ rest: ArraySlice<UInt8>) throws(Malformed) -> Int {
        let number = try number(rest)
        guard (0...Int64(largest)).contains(number) else {
            throw Malformed(message: "the reply is longer than \(largest) bytes")
        }
        return Int(number)
    }
}
