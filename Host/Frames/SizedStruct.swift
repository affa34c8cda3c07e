package import CPatchbay

/// Reads structs of the other side as the ABI's second rule says: each begins with its writer's `size`, and what lies past
/// that reads as zero.
package enum SizedStruct {
    /// Nil without a struct, or when its writer knew less than the first release: `least` bytes.
    package static func read<Struct: BitwiseCopyable>(
        _ pointer: UnsafePointer<Struct>?, zero: Struct, least: Int = MemoryLayout<Struct>.size
    ) -> Struct? {
        guard let pointer else { return nil }
        // The rest may lie beyond what the writer owns, so nothing but the size is read at first.
        let size = Int(UnsafeRawPointer(pointer).loadUnaligned(as: UInt32.self))
        guard size >= least else { return nil }
        var whole = zero
        withUnsafeMutableBytes(of: &whole) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: min(size, target.count)))
        }
        return whole
    }
}

extension pb_bytes {
    /// The bytes where they are; nil when the slice contradicts itself.
    package var buffer: UnsafeBufferPointer<UInt8>? {
        guard size > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        guard let data, let count = Int(exactly: size) else { return nil }
        return UnsafeBufferPointer(start: data, count: count)
    }

    /// A copy as text, cut after `limit` bytes, but not inside a character; empty when the slice contradicts itself.
    package func text(atMost limit: Int = .max) -> String {
        guard let buffer else { return "" }
        guard buffer.count > limit else { return String(decoding: buffer, as: UTF8.self) }
        var end = limit
        while end > 0, buffer[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: buffer[..<end], as: UTF8.self)
    }
}
