/// Parameters laid out as libpq wants them: one block of bytes, and for each its place, length, type and format.
struct ParameterBuffer {
    private var bytes: [UInt8] = []
    private var places: [Int?] = []
    private var lengths: [Int32] = []
    private var types: [UInt32] = []

    init(_ values: [PostgresValue]) {
        for value in values {
            let place = bytes.count
            value.append(to: &bytes)
            places.append(value == .null ? nil : place)
            lengths.append(Int32(clamping: bytes.count - place))
            types.append(value.oid)
        }
        // An empty value at the end still needs an address.
        bytes.append(0)
    }

    /// Calls with count, types, values, lengths and formats, which are valid until it returns.
    func withPointers<Result>(
        _ body: (
            Int32, UnsafePointer<UInt32>, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>,
            UnsafePointer<Int32>
        ) -> Result
    ) -> Result {
        let formats = [Int32](repeating: 1, count: places.count)
        return bytes.withUnsafeBytes { block in
            let base = block.baseAddress!.assumingMemoryBound(to: CChar.self)
            let pointers = places.map { place in place.map { base + $0 } }
            return body(Int32(places.count), types, pointers, lengths, formats)
        }
    }
}
