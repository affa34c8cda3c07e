/// Bytes that are being written. Appending a byte costs a comparison and a store, where an array also checks that it is
/// not shared.
struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0
    /// Whether `base` was allocated here.
    private var isGrown = false

    /// Begins in room that somebody else frees, after the buffer is gone: short texts, which are most, need no other.
    init(in room: UnsafeMutableRawBufferPointer) {
        let room = room.bindMemory(to: UInt8.self)
        base = room.baseAddress!
        capacity = room.count
    }

    deinit {
        if isGrown { base.deallocate() }
    }

    /// Valid until the next append.
    var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        if capacity - count < bytes.count { grow(by: bytes.count) }
        (base + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(decimal number: UInt64) {
        // A 64-bit number has at most 20 digits.
        if capacity - count < 20 { grow(by: 20) }
        var digits = 1
        var bound: UInt64 = 10
        while digits < 20, number >= bound {
            digits += 1
            bound = bound.multipliedReportingOverflow(by: 10).partialValue
        }
        var rest = number
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            base[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }

    @inline(never)
    private mutating func grow(by bytes: Int) {
        capacity = Swift.max(capacity * 2, count + bytes)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        if isGrown { base.deallocate() }
        (base, isGrown) = (larger, true)
    }
}
