package import CPatchbay

/// A failure as a frame's members, in the order of `pb_error`.
extension Frame {
    package mutating func add(_ error: pb_error) {
        for number in [error.code, error.retry, error.effect, error.http_status] { add(Int64(number)) }
        add(error.retry_after_ms)
        for slice in [error.vendor_code, error.message, error.detail, error.pointer] {
            let buffer = slice.buffer ?? UnsafeBufferPointer(start: nil, count: 0)
            // Readers keep less of each.
            add(UnsafeBufferPointer(rebasing: buffer.prefix(Self.longestWord)))
        }
    }

    private static let longestWord = 128 << 10
}

extension FrameReader {
    /// Its slices are valid as long as the frame.
    package mutating func failure() throws(FrameProblem) -> pb_error {
        var error = pb_error()
        error.size = UInt32(MemoryLayout<pb_error>.size)
        error.code = Int32(truncatingIfNeeded: try number())
        error.retry = Int32(truncatingIfNeeded: try number())
        error.effect = Int32(truncatingIfNeeded: try number())
        error.http_status = Int32(truncatingIfNeeded: try number())
        error.retry_after_ms = try number()
        error.vendor_code = try slice()
        error.message = try slice()
        error.detail = try slice()
        error.pointer = try slice()
        return error
    }
}
