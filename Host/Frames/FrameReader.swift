package import CPatchbay

/// Reads the numbers and slices of a frame, which may be anybody's: nothing is taken for granted.
package struct FrameReader {
    private let kind: FrameKind
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    package init(_ kind: FrameKind, _ bytes: UnsafeRawBufferPointer) {
        self.kind = kind
        self.bytes = bytes
    }

    package mutating func number() throws(FrameProblem) -> Int64 {
        guard bytes.count - place >= 8 else { throw .malformed(kind) }
        defer { place += 8 }
        return Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
    }

    /// A slice where it is: valid as long as the frame.
    package mutating func slice() throws(FrameProblem) -> pb_bytes {
        guard bytes.count - place >= 4 else { throw .malformed(kind) }
        let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
        guard bytes.count - place - 4 >= count else { throw .malformed(kind) }
        defer { place += 4 + count }
        let start = bytes.baseAddress.map { $0 + place + 4 }
        return pb_bytes(data: start?.assumingMemoryBound(to: UInt8.self), size: UInt64(count))
    }

    package mutating func text(atMost limit: Int) throws(FrameProblem) -> String { try slice().text(atMost: limit) }

    /// Everything that the frame holds, to be read later.
    package var copy: [UInt8] { Array(bytes) }

    /// After the last member.
    package func end() throws(FrameProblem) {
        guard place == bytes.count else { throw .malformed(kind) }
    }
}
