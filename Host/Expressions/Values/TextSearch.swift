/// Finds a text in others, byte by byte: in time that grows with the sum of the lengths, not with their product (Knuth,
/// Morris and Pratt).
struct TextSearch {
    /// Not empty.
    private let part: [UInt8]
    /// How much of the part's beginning also ends what was matched so far.
    private let borders: [Int]

    /// Nil for an empty text, which is everywhere.
    init?(_ text: String) {
        let part = Array(text.utf8)
        guard !part.isEmpty else { return nil }
        var borders = [0]
        borders.reserveCapacity(part.count)
        var matched = 0
        for byte in part.dropFirst() {
            while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
            if part[matched] == byte { matched += 1 }
            borders.append(matched)
        }
        self.part = part
        self.borders = borders
    }

    /// Bytes of what is looked for.
    var count: Int { part.count }

    /// Calls `body` with the start of each occurrence, from left to right, until it answers false. With overlaps, an
    /// occurrence may begin inside the one before.
    func forEach(in text: [UInt8], from start: Int = 0, withOverlaps: Bool = false, _ body: (Int) -> Bool) {
        var matched = 0
        var index = start
        while index < text.count {
            let byte = text[index]
            while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
            if part[matched] == byte { matched += 1 }
            index += 1
            guard matched == part.count else { continue }
            guard body(index - part.count) else { return }
            matched = withOverlaps ? borders[matched - 1] : 0
        }
    }

    /// The starts of at most so many occurrences that do not overlap.
    func starts(in text: [UInt8], count: Int = .max) -> [Int] {
        var starts: [Int] = []
        guard count > 0 else { return starts }
        forEach(in: text) { start in
            starts.append(start)
            return starts.count < count
        }
        return starts
    }

    func first(in text: [UInt8], from start: Int = 0) -> Int? {
        var first: Int?
        forEach(in: text, from: start) { start in
            first = start
            return false
        }
        return first
    }

    /// The last occurrence that begins at that byte or before.
    func last(in text: [UInt8], notAfter limit: Int) -> Int? {
        var last: Int?
        forEach(in: text, withOverlaps: true) { start in
            guard start <= limit else { return false }
            last = start
            return true
        }
        return last
    }
}

/// Positions by code point in bytes of UTF-8.
enum CodePoints {
    static func count(_ bytes: some Sequence<UInt8>) -> Int {
        var count = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The byte at which the code point of that number begins; the end for the number after the last; nil beyond.
    static func byte(of position: Int64, in bytes: [UInt8]) -> Int? {
        guard position >= 0, position <= bytes.count else { return nil }
        var rest = position
        for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
            if rest == 0 { return index }
            rest -= 1
        }
        return rest == 0 ? bytes.count : nil
    }
}
