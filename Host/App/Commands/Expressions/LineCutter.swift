/// Cuts bytes that arrive in pieces into lines.
struct LineCutter {
    enum Line: Equatable {
        /// Without the line feed.
        case bytes([UInt8])
        /// It had more than `longest` bytes, and they are gone.
        case tooLong
    }

    let longest: Int
    private var rest: [UInt8] = []
    private var isTooLong = false

    init(longest: Int) { self.longest = longest }

    /// The lines that these bytes complete.
    mutating func add(_ bytes: ArraySlice<UInt8>) -> [Line] {
        var lines: [Line] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            keep(bytes[start..<end])
            lines.append(take())
            start = end + 1
        }
        keep(bytes[start...])
        return lines
    }

    /// The last line, when nothing ended it.
    mutating func end() -> [Line] { rest.isEmpty && !isTooLong ? [] : [take()] }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        guard !isTooLong else { return }
        if rest.count + bytes.count > longest {
            isTooLong = true
            rest = []
        } else {
            rest += bytes
        }
    }

    private mutating func take() -> Line {
        defer { (rest, isTooLong) = ([], false) }
        return isTooLong ? .tooLong : .bytes(rest)
    }
}
