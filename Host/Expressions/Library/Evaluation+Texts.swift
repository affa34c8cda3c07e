/// What functions of strings do.
extension Evaluation {
    /// The text's UTF-8, and what looking at it costs.
    mutating func bytes(_ text: String) throws(Fault) -> [UInt8] {
        try budget.take(bytes: text.utf8.count, at: offset)
        return Array(text.utf8)
    }

    /// The byte of a position; an error when the text does not have it.
    func byte(of position: Int64, in bytes: [UInt8]) throws(Fault) -> Int {
        if let byte = CodePoints.byte(of: position, in: bytes) { return byte }
        throw fault(.value, "\(position) is no position in a string of \(CodePoints.count(bytes)) characters")
    }

    /// -1 when it is not there.
    mutating func position(of part: String, in text: String, from start: Int64) throws(Fault) -> Int64 {
        let bytes = try bytes(text)
        let from = try byte(of: start, in: bytes)
        guard let search = TextSearch(part) else { return start }
        try budget.take(bytes: part.utf8.count, at: offset)
        return search.first(in: bytes, from: from).map { Int64(CodePoints.count(bytes[..<$0])) } ?? -1
    }

    /// The last place where the part begins, at most `limit`; -1 when there is none.
    mutating func lastPosition(of part: String, in text: String, notAfter limit: Int64?) throws(Fault) -> Int64 {
        let bytes = try bytes(text)
        let last = try limit.map { limit throws(Fault) in try byte(of: limit, in: bytes) } ?? bytes.count
        guard let search = TextSearch(part) else { return limit ?? Int64(CodePoints.count(bytes)) }
        try budget.take(bytes: part.utf8.count, at: offset)
        return search.last(in: bytes, notAfter: last).map { Int64(CodePoints.count(bytes[..<$0])) } ?? -1
    }

    /// Replaces the first `count` occurrences, or all when that is negative. An empty part is before each character and at
    /// the end.
    mutating func replace(
        _ part: String, in text: String, with other: String, count: Int64
    ) throws(Fault) -> String {
        let bytes = try bytes(text)
        let count = count < 0 ? Int.max : Int(clamping: count)
        let starts: [Int]
        if let search = TextSearch(part) {
            starts = search.starts(in: bytes, count: count)
        } else {
            let places = bytes.indices.lazy.filter { bytes[$0] & 0xC0 != 0x80 }
            starts = Array((Array(places) + [bytes.count]).prefix(count))
        }
        guard !starts.isEmpty else { return text }
        // Each costs as much as an operation does.
        try budget.take(starts.count, at: offset)
        let new = Array(other.utf8)
        let (growth, isHuge) = starts.count.multipliedReportingOverflow(by: new.count)
        try make(bytes: isHuge ? .max : bytes.count - starts.count * part.utf8.count + growth)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count - starts.count * part.utf8.count + growth)
        var end = 0
        for start in starts {
            result += bytes[end..<start]
            result += new
            end = start + part.utf8.count
        }
        result += bytes[end...]
        return String(decoding: result, as: UTF8.self)
    }

    /// At most `count` parts, the last of which is the rest; all when that is negative. An empty separator is between any
    /// two characters.
    mutating func split(_ text: String, at separator: String, count: Int64) throws(Fault) -> [Value] {
        guard count != 0 else { return [] }
        let bytes = try bytes(text)
        let most = count < 0 ? Int.max : Int(clamping: count - 1)
        let starts: [Int]
        if let search = TextSearch(separator) {
            starts = search.starts(in: bytes, count: most)
        } else {
            guard !bytes.isEmpty else { return [] }
            let places = bytes.indices.dropFirst().lazy.filter { bytes[$0] & 0xC0 != 0x80 }
            starts = Array(places.prefix(most))
        }
        try make(elements: starts.count + 1)
        var parts: [Value] = []
        parts.reserveCapacity(starts.count + 1)
        var end = 0
        for start in starts {
            parts.append(.string(String(decoding: bytes[end..<start], as: UTF8.self)))
            end = start + separator.utf8.count
        }
        parts.append(.string(String(decoding: bytes[end...], as: UTF8.self)))
        return parts
    }

    mutating func join(_ list: ListValue, with separator: String) throws(Fault) -> String {
        var size = 0
        try make(elements: list.count)
        for index in 0..<list.count {
            guard case .string(let part) = list[index] else {
                throw noOverload("join", [list[index]], hint: "it joins strings")
            }
            size += part.utf8.count + (index > 0 ? separator.utf8.count : 0)
            try budget.check(bytes: size, at: offset)
        }
        try make(bytes: size)
        var text = ""
        text.reserveCapacity(size)
        for index in 0..<list.count {
            guard case .string(let part) = list[index] else { continue }
            if index > 0 { text += separator }
            text += part
        }
        return text
    }
}
