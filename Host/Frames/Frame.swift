/// A frame to be sent: sixteen bytes that say what it is, then numbers and slices in the order of its kind. All numbers are
/// little-endian.
package struct Frame: Sendable {
    package let kind: FrameKind
    package private(set) var bytes: [UInt8]

    /// Bytes before the first number or slice.
    package static let headSize = 16
    /// The flag of a frame whose rest is in sealed memory.
    static let isApart: UInt16 = 1

    package init(_ kind: FrameKind, id: UInt64 = 0, word: UInt32 = 0, room: Int = 64) {
        self.kind = kind
        bytes = []
        bytes.reserveCapacity(Self.headSize + room)
        append(UInt32(kind.rawValue))
        append(word)
        append(id)
    }

    package mutating func add(_ number: Int64) { append(UInt64(bitPattern: number)) }

    package mutating func add(_ slice: UnsafeBufferPointer<UInt8>) {
        append(UInt32(truncatingIfNeeded: slice.count))
        bytes.append(contentsOf: slice)
    }

    package mutating func add(_ slice: [UInt8]) { slice.withUnsafeBufferPointer { add($0) } }

    package mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add($0) }
    }

    private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// What stands before a frame's numbers and slices.
package struct FrameHead: Sendable {
    package let kind: FrameKind
    package let word: UInt32
    package let id: UInt64
    let isApart: Bool

    /// `word` as the number that the ABI takes or gives.
    package var status: Int32 { Int32(bitPattern: word) }

    init(_ bytes: UnsafeRawBufferPointer) throws(FrameProblem) {
        guard bytes.count >= Frame.headSize else { throw .tooShort }
        let number = UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self))
        guard let kind = FrameKind(rawValue: number) else { throw .unknownKind(number) }
        self.kind = kind
        let flags = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        guard flags & ~Frame.isApart == 0 else { throw .malformed(kind) }
        isApart = flags == Frame.isApart
        word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        id = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
}

/// How a frame breaks the rules, or why none comes any more.
package enum FrameProblem: Error, Equatable, Sendable, CustomStringConvertible {
    case tooShort
    case tooLong
    case unknownKind(UInt16)
    case malformed(FrameKind)
    /// Its memory is missing, not sealed, or too large.
    case badMemory
    /// Memory or a descriptor came with a frame that has none.
    case strayDescriptor
    /// One that this side sends, or that does not fit the moment.
    case unexpected(FrameKind)
    case receiving(Int32)
    /// Nobody has done anything wrong: the time was over.
    case nothingCame

    package var description: String {
        switch self {
        case .tooShort: "a frame of less than \(Frame.headSize) bytes"
        case .tooLong: "a frame of more than \(FrameProtocol.longestInline) bytes"
        case .unknownKind(let number): "a frame of the unknown kind \(number)"
        case .malformed(let kind): "a malformed frame (\(kind))"
        case .badMemory: "a large frame whose memory is missing, can be changed, or is too large"
        case .strayDescriptor: "a descriptor that nobody asked for"
        case .unexpected(let kind): "a frame out of turn (\(kind))"
        case .nothingCame: "no frame in time"
        case .receiving(let number): "error \(number) when a frame was received"
        }
    }
}
