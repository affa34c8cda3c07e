/// Reads one text. Containers that are still open stand on a stack of their own, so the nesting of the input never
/// becomes nesting of calls.
struct Parser: ~Copyable {
    /// A container that is still open.
    struct Frame {
        var isObject: Bool
        /// Where its values and names begin on their stacks.
        var values: Int
        var names: Int
    }

    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    /// The next byte to read.
    var cursor: UnsafePointer<UInt8>
    /// Text of a string with escapes; kept between strings.
    var scratch: [UInt8] = []

    private let depthLimit: Int
    private var values: Stack<JSON>
    private var names: Stack<String>
    private var frames: Stack<Frame>

    /// Bytes that a parser is lent to begin in.
    static var room: Int { 1_024 }

    /// The bytes and the room, which is aligned to 16, must outlive the parser.
    init(_ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int, in room: UnsafeMutableRawBufferPointer) {
        values = Stack(in: .init(rebasing: room[..<576]))
        names = Stack(in: .init(rebasing: room[576..<832]))
        frames = Stack(in: .init(rebasing: room[832..<Self.room]))
        // An empty buffer may have no address; then nothing is ever read through this one.
        start = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)!
        end = start + bytes.count
        cursor = start
        self.depthLimit = depthLimit
    }

    /// The value of the whole text.
    mutating func document() throws(JSONError) -> JSON {
        if end - cursor >= 3, cursor[0] == 0xEF, cursor[1] == 0xBB, cursor[2] == 0xBF {
            throw failure("found a byte-order mark, expected a value")
        }
        let value = try value()
        skipSpace()
        if cursor < end { throw failure("found \(found()) after the value, expected the end of the text") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSON {
        while true {
            if let complete = try begin() {
                values.push(complete)
                if try !closeContainers() { return values.pop() }
            }
        }
    }

    /// Reads a scalar or an empty container, or opens a container and answers nil: then its first value comes next.
    private mutating func begin() throws(JSONError) -> JSON? {
        skipSpace()
        guard cursor < end else { throw failure("found the end of the text, expected a value") }
        switch cursor.pointee {
        case UInt8(ascii: "\""):
            cursor += 1
            return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number()
        case UInt8(ascii: "{"):
            try open(isObject: true)
            skipSpace()
            if next(is: UInt8(ascii: "}")) {
                frames.pop()
                return .object(JSONObject())
            }
            try name(orElse: "a name or \"}\"")
            return nil
        case UInt8(ascii: "["):
            try open(isObject: false)
            skipSpace()
            if next(is: UInt8(ascii: "]")) {
                frames.pop()
                return .array([])
            }
            return nil
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default:
            throw failure("found \(found()), expected a value")
        }
    }

    /// After a complete value: closes as many containers as end here. False when the outermost value is complete.
    private mutating func closeContainers() throws(JSONError) -> Bool {
        while let frame = frames.last {
            skipSpace()
            let byte = cursor < end ? cursor.pointee : 0
            if byte == UInt8(ascii: ",") {
                cursor += 1
                if frame.isObject {
                    skipSpace()
                    try name(orElse: "a name")
                }
                return true
            }
            guard byte == (frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw failure("found \(found()), expected \",\" or \(frame.isObject ? "\"}\"" : "\"]\"")")
            }
            cursor += 1
            frames.pop()
            let taken = values.take(from: frame.values)
            if frame.isObject {
                let object = JSONObject(moving: names.take(from: frame.names), taken)
                values.push(.object(object))
            } else {
                let array = [JSON](unsafeUninitializedCapacity: taken.count) { buffer, count in
                    count = buffer.moveInitialize(fromContentsOf: taken)
                }
                values.push(.array(array))
            }
        }
        return false
    }

    private mutating func open(isObject: Bool) throws(JSONError) {
        if frames.count >= depthLimit {
            throw failure("arrays and objects are nested more than \(depthLimit) deep, which is the limit")
        }
        cursor += 1
        frames.push(Frame(isObject: isObject, values: values.count, names: names.count))
    }

    /// A member's name with its colon.
    private mutating func name(orElse expected: String) throws(JSONError) {
        guard next(is: UInt8(ascii: "\"")) else { throw failure("found \(found()), expected \(expected)") }
        names.push(try string())
        skipSpace()
        guard next(is: UInt8(ascii: ":")) else { throw failure("found \(found()), expected \":\"") }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard cursor + offset < end, cursor[offset] == word.utf8Start[offset] else {
                cursor += offset
                throw failure("found \(found()) in a word, expected \"\(word)\"")
            }
        }
        cursor += word.utf8CodeUnitCount
    }

    /// Reads the byte when it is the next one.
    @inline(__always)
    mutating func next(is byte: UInt8) -> Bool {
        guard cursor < end, cursor.pointee == byte else { return false }
        cursor += 1
        return true
    }

    @inline(__always)
    private mutating func skipSpace() {
        while cursor < end {
            switch cursor.pointee {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): cursor += 1
            default: return
            }
        }
    }
}
