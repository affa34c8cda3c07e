import CRE2

/// Where a regular expression matched: ranges in bytes of the text's UTF-8. They begin and end between characters (Unicode
/// scalars) as long as the expression has no `\C`.
package struct PatternMatch: Sendable, Hashable {
    package var range: Range<Int>
    /// Of each group, the first capturing one at index 0; nil for one that took no part.
    package var groups: [Range<Int>?]

    package init(range: Range<Int>, groups: [Range<Int>?]) {
        self.range = range
        self.groups = groups
    }

    init(_ spans: [cre2_span]) {
        range = spans[0].range ?? 0..<0
        groups = spans.dropFirst().map(\.range)
    }
}

extension cre2_span {
    /// Nil for SIZE_MAX, which Swift sees as -1.
    fileprivate var range: Range<Int>? { start < 0 ? nil : start..<end }
}

extension String {
    /// The text at a range of bytes of its UTF-8, as a ``PatternMatch`` tells it.
    package subscript(bytes range: Range<Int>) -> Substring {
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return self[start..<utf8.index(start, offsetBy: range.count)]
    }
}
