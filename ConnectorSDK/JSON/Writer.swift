/// Writes one value. Containers that are not finished stand on a stack of their own, so that no depth of a value can
/// exhaust the thread's stack.
struct Writer: ~Copyable {
    /// A container of which some elements may be written.
    private enum Open {
        case array([JSON], next: Int)
        case object(JSONObject, next: Int)
    }

    private(set) var output: ByteBuffer
    private let indented: Bool
    private var depth = 0

    /// Bytes that a writer is lent to begin in.
    static var room: Int { 1_024 }

    /// The room must outlive the writer.
    init(indented: Bool, in room: UnsafeMutableRawBufferPointer) {
        output = ByteBuffer(in: room)
        self.indented = indented
    }

    mutating func write(_ root: JSON) {
        guard var innermost = begin(root) else { return }
        // Those around the innermost, which most often there are none of.
        var around: [Open] = []
        while true {
            let inner: Open?
            switch innermost {
            case .array(let elements, let next):
                let found = writeElements(of: elements, from: next)
                if let found { around.append(.array(elements, next: found.rest)) }
                inner = found?.inner
            case .object(let members, let next):
                let found = writeMembers(of: members, from: next)
                if let found { around.append(.object(members, next: found.rest)) }
                inner = found?.inner
            }
            guard let next = inner ?? around.popLast() else { return }
            innermost = next
        }
    }

    /// Writes until the end, or until an element is itself a container: then answers that, and where to go on after it.
    private mutating func writeElements(of elements: [JSON], from first: Int) -> (inner: Open, rest: Int)? {
        for position in first..<elements.count {
            separate(isFirst: position == 0)
            if let inner = begin(elements[position]) { return (inner, position + 1) }
        }
        end(with: UInt8(ascii: "]"))
        return nil
    }

    private mutating func writeMembers(of members: JSONObject, from first: Int) -> (inner: Open, rest: Int)? {
        for position in first..<members.count {
            let member = members[position]
            separate(isFirst: position == 0)
            write(member.name)
            output.append(UInt8(ascii: ":"))
            if indented { output.append(UInt8(ascii: " ")) }
            if let inner = begin(member.value) { return (inner, position + 1) }
        }
        end(with: UInt8(ascii: "}"))
        return nil
    }

    /// Writes a scalar or an empty container whole; of any other container only the bracket, and answers it.
    private mutating func begin(_ value: JSON) -> Open? {
        switch value {
        case .null: output.append("null")
        case .bool(true): output.append("true")
        case .bool(false): output.append("false")
        case .int(let whole):
            if whole < 0 { output.append(UInt8(ascii: "-")) }
            output.append(decimal: whole.magnitude)
        case .uint(let whole): output.append(decimal: whole)
        case .double(let double): write(double)
        case .string(let string): write(string)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            if !elements.isEmpty {
                depth += 1
                return .array(elements, next: 0)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            if !members.isEmpty {
                depth += 1
                return .object(members, next: 0)
            }
            output.append(UInt8(ascii: "}"))
        }
        return nil
    }

    private mutating func separate(isFirst: Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        if indented { breakLine() }
    }

    private mutating func end(with bracket: UInt8) {
        depth -= 1
        if indented { breakLine() }
        output.append(bracket)
    }

    private mutating func breakLine() {
        output.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { output.append("  ") }
    }

    /// Swift describes a double in the fewest digits that read back the same, with ".0" or an exponent on a whole one;
    /// for all finite ones that is JSON's own grammar.
    private mutating func write(_ double: Double) {
        guard double.isFinite else { return output.append("null") }
        var digits = double.description
        digits.withUTF8 { output.append($0) }
    }

    private mutating func write(_ string: String) {
        output.append(UInt8(ascii: "\""))
        if string.utf8.withContiguousStorageIfAvailable({ writeEscaping($0) }) == nil {
            Array(string.utf8).withUnsafeBufferPointer { writeEscaping($0) }
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaping(_ bytes: UnsafeBufferPointer<UInt8>) {
        var plain = 0
        while true {
            let stop = bytes.firstEscaped(from: plain).place
            output.append(UnsafeBufferPointer(rebasing: bytes[plain..<stop]))
            guard stop < bytes.count else { return }
            writeEscape(of: bytes[stop])
            plain = stop + 1
        }
    }

    private mutating func writeEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): output.append("\\\"")
        case UInt8(ascii: "\\"): output.append("\\\\")
        case 0x08: output.append("\\b")
        case 0x0C: output.append("\\f")
        case 0x0A: output.append("\\n")
        case 0x0D: output.append("\\r")
        case 0x09: output.append("\\t")
        default:
            output.append(byte < 0x10 ? "\\u000" : "\\u001")
            output.append("0123456789abcdef".utf8.dropFirst(Int(byte & 0x0F)).first!)
        }
    }
}
