/// What stands in a match's place: text with `\0` for the whole match, `\1` … `\9` for a group and `\\` for a backslash.
package struct Replacement: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String)
        /// 0 is the whole match.
        case group(Int)
    }

    let pieces: [Piece]

    /// Text that is taken as it stands.
    package init(literal text: String) { pieces = [.text(text)] }

    /// Refuses references to groups that the expression does not have, and other letters after a backslash.
    package init(_ template: String, for pattern: Pattern) throws(PatternError) {
        var pieces: [Piece] = []
        var text = String.UnicodeScalarView()
        var rest = template.unicodeScalars[...]
        var offset = 0
        while let scalar = rest.popFirst() {
            let start = offset
            offset += UTF8.width(scalar)
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            guard let next = rest.popFirst() else {
                throw PatternError("the replacement ends with a single backslash; write `\\\\`", offset: start)
            }
            offset += UTF8.width(next)
            if next == "\\" {
                text.append(next)
            } else if ("0"..."9").contains(next) {
                let group = Int(next.value - 48)
                guard group <= pattern.groupCount else {
                    throw PatternError(
                        "the replacement names group \(group); the expression has \(pattern.groupCount)", offset: start)
                }
                if !text.isEmpty { pieces.append(.text(String(text))) }
                text = String.UnicodeScalarView()
                pieces.append(.group(group))
            } else {
                throw PatternError(
                    "in a replacement a digit or a backslash follows a backslash, not `\(next)`", offset: start)
            }
        }
        if !text.isEmpty { pieces.append(.text(String(text))) }
        self.pieces = pieces
    }
}

extension Pattern {
    /// The text with the first `count` matches replaced. Refused when it would have more than `limit` bytes.
    package func replacing(
        in text: String, with replacement: Replacement, count: Int = .max, limit: Int
    ) throws(PatternError) -> String {
        let matches = try matches(in: text, count: count)
        guard !matches.isEmpty else { return text }
        let bytes = text.utf8.count
        var size = bytes
        for match in matches {
            size -= match.range.count
            for piece in replacement.pieces { size += piece.size(in: match) }
            // A text that is removed later may still make room.
            guard size - (bytes - match.range.upperBound) <= limit else { throw Self.tooLong(limit) }
        }
        guard size <= limit else { throw Self.tooLong(limit) }
        var result = ""
        result.reserveCapacity(size)
        var end = text.utf8.startIndex
        var offset = 0
        for match in matches {
            let start = text.utf8.index(end, offsetBy: match.range.lowerBound - offset)
            result += text[end..<start]
            for piece in replacement.pieces {
                switch piece {
                case .text(let literal): result += literal
                case .group(let number):
                    guard let range = match.span(number) else { continue }
                    result += text[bytes: range]
                }
            }
            end = text.utf8.index(start, offsetBy: match.range.count)
            offset = match.range.upperBound
        }
        result += text[end...]
        return result
    }

    private static func tooLong(_ limit: Int) -> PatternError {
        PatternError("the text would have more than \(limit) bytes after replacing")
    }
}

extension Replacement.Piece {
    fileprivate func size(in match: PatternMatch) -> Int {
        switch self {
        case .text(let text): text.utf8.count
        case .group(let number): match.span(number)?.count ?? 0
        }
    }
}

extension PatternMatch {
    /// The range of a group, 0 for the whole match.
    fileprivate func span(_ number: Int) -> Range<Int>? { number == 0 ? range : groups[number - 1] }
}
