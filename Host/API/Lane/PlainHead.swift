import NIOCore

/// The head of an HTTP/1.1 request (RFC 9112) that is written in the plainest way, so that anybody who reads it finds the same
/// end of the request: one `Host`, at most one `Content-Length`, nothing that changes what the connection is or how the body
/// is framed, and no character that is not common. Everything else is for the decoder to understand, or to refuse.
///
/// Places are counted in bytes from the request's first.
struct PlainHead: Equatable {
    struct Field: Equatable {
        let name: Range<Int>
        let value: Range<Int>
    }

    enum Reading: Equatable {
        case plain(PlainHead)
        /// What is there may become one.
        case unfinished
        case other
    }

    /// A longer one, in bytes or fields, is not plain.
    static let mostBytes = 8 << 10
    static let mostFields = 64

    let method: Range<Int>
    let target: Range<Int>
    let fields: [Field]
    /// Of the head, with the empty line at its end.
    let size: Int
    /// Of the body; nil when none is announced.
    let length: Int?

    /// Of the whole request.
    var total: Int { size + (length ?? 0) }

    static func read(_ bytes: Span<UInt8>) -> Reading {
        var reader = Reader()
        return reader.read(bytes)
    }
}

/// Reads from the front to the back and once; the first byte that is not plain ends it.
private struct Reader {
    private static let methods = ["GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"]
    private static let version = " HTTP/1.1\r\n"
    /// Digits of a length: more than any body may have.
    private static let mostDigits = 10

    private var fields: [PlainHead.Field] = []
    private var length: Int?
    private var hosts = 0

    mutating func read(_ bytes: Span<UInt8>) -> PlainHead.Reading {
        // Most that come here are this.
        let method = bytes.count >= 5 && bytes.holds("POST ", in: 0..<5) ? 4 : Self.method(of: bytes)
        guard let method else { return Self.mayBecomeMethod(bytes) ? .unfinished : .other }
        var place = method + 1
        guard place < bytes.count else { return .unfinished }
        guard bytes[place] == UInt8(ascii: "/") else { return .other }
        while place < bytes.count, (0x21...0x7e).contains(bytes[place]) { place += 1 }
        let target = method + 1..<place
        for byte in Self.version.utf8 {
            guard place < bytes.count else { return Self.unfinished(bytes) }
            guard bytes[place] == byte else { return .other }
            place += 1
        }
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\r") {
                guard place + 1 < bytes.count else { return Self.unfinished(bytes) }
                guard bytes[place + 1] == UInt8(ascii: "\n"), hosts == 1 else { return .other }
                return .plain(
                    PlainHead(method: 0..<method, target: target, fields: fields, size: place + 2, length: length))
            }
            switch readField(bytes, &place) {
            case true?: continue
            case false?: return .other
            case nil: return Self.unfinished(bytes)
            }
        }
        return Self.unfinished(bytes)
    }

    /// Whether the field that begins at `place` is plain; nil when it is not there to its end.
    private mutating func readField(_ bytes: Span<UInt8>, _ place: inout Int) -> Bool? {
        let start = place
        while place < bytes.count, Self.isOfName(bytes[place]) { place += 1 }
        guard place < bytes.count else { return nil }
        guard bytes[place] == UInt8(ascii: ":"), place > start else { return false }
        let name = start..<place
        place += 1
        while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
        let first = place
        while place < bytes.count, (0x20...0x7e).contains(bytes[place]) || bytes[place] == 0x09 { place += 1 }
        var last = place
        while last > first, Self.isBlank(bytes[last - 1]) { last -= 1 }
        guard place < bytes.count else { return nil }
        guard bytes[place] == UInt8(ascii: "\r") else { return false }
        guard place + 1 < bytes.count else { return nil }
        guard bytes[place + 1] == UInt8(ascii: "\n"), fields.count < PlainHead.mostFields else { return false }
        place += 2
        let field = PlainHead.Field(name: name, value: first..<last)
        fields.append(field)
        return isHarmless(field, in: bytes)
    }

    /// Whether a field leaves open neither where the request ends nor what comes behind it.
    private mutating func isHarmless(_ field: PlainHead.Field, in bytes: Span<UInt8>) -> Bool {
        func isNamed(_ name: String) -> Bool { bytes.holds(word: name, in: field.name) }
        switch field.name.count {
        case 4 where isNamed("host"):
            hosts += 1
        case 14 where isNamed("content-length"):
            guard length == nil, (1...Self.mostDigits).contains(field.value.count) else { return false }
            var number = 0
            for place in field.value {
                guard (0x30...0x39).contains(bytes[place]) else { return false }
                number = number * 10 + Int(bytes[place] & 0xf)
            }
            length = number
        case 10 where isNamed("connection"):
            return bytes.holds(word: "keep-alive", in: field.value)
        case 6 where isNamed("expect"), 7 where isNamed("upgrade") || isNamed("trailer"),
            16 where isNamed("proxy-connection"), 17 where isNamed("transfer-encoding"):
            return false
        default: break
        }
        return true
    }

    private static func method(of bytes: Span<UInt8>) -> Int? {
        for method in methods {
            let size = method.utf8.count
            guard bytes.count > size, bytes.holds(method, in: 0..<size) else { continue }
            return bytes[size] == 0x20 ? size : nil
        }
        return nil
    }

    private static func mayBecomeMethod(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count < 8 else { return false }
        for place in bytes.indices where !(0x41...0x5a).contains(bytes[place]) { return false }
        return true
    }

    private static func unfinished(_ bytes: Span<UInt8>) -> PlainHead.Reading {
        bytes.count < PlainHead.mostBytes ? .unfinished : .other
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, 0x2d, 0x5f: true
        default: false
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension Span<UInt8> {
    /// Whether this text stands there.
    func holds(_ text: String, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8.count else { return false }
        var place = range.lowerBound
        for byte in text.utf8 {
            guard self[place] == byte else { return false }
            place += 1
        }
        return true
    }

    /// The same in whatever case its letters are. `word` is in lower case.
    func holds(word: String, in range: Range<Int>) -> Bool {
        guard range.count == word.utf8.count else { return false }
        var place = range.lowerBound
        for byte in word.utf8 {
            let found = self[place]
            guard ((0x41...0x5a).contains(found) ? found | 0x20 : found) == byte else { return false }
            place += 1
        }
        return true
    }
}
