import CPatchbay
import PatchbayJSON

extension pb_bytes {
    /// The bytes where they are; valid as long as the slice is.
    var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: data, count: Int(clamping: size)) }

    var string: String { String(decoding: buffer, as: UTF8.self) }

    /// Bytes that live until the process ends.
    static func immortal(_ bytes: [UInt8]) -> pb_bytes {
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        copy.initialize(from: bytes, count: bytes.count)
        return pb_bytes(data: UnsafePointer(copy), size: UInt64(bytes.count))
    }
}

/// Lends several texts at once as slices, for the time of `body`.
func withSlices<Result>(_ texts: [[UInt8]], _ body: ([pb_bytes]) throws -> Result) rethrows -> Result {
    var slices: [pb_bytes] = []
    slices.reserveCapacity(texts.count)
    func lend(_ index: Int) throws -> Result {
        guard index < texts.count else { return try body(slices) }
        return try texts[index].withUnsafeBufferPointer { buffer in
            slices.append(pb_bytes(data: buffer.baseAddress, size: UInt64(buffer.count)))
            return try lend(index + 1)
        }
    }
    return try lend(0)
}

/// Reads a struct that begins with its writer's `size`: what lies past it is zero, as the ABI's second rule says.
func readSized<Struct: BitwiseCopyable>(_ pointer: UnsafePointer<Struct>, into whole: inout Struct) {
    let size = UnsafeRawPointer(pointer).loadUnaligned(as: UInt32.self)
    withUnsafeMutableBytes(of: &whole) { target in
        let count = min(target.count, Int(size))
        target.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: count))
    }
}
