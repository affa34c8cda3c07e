/// How a regular expression is to be read, beside what its own flags (`(?i)`, `(?s)`) say.
package struct PatternOptions: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Letters match in either case.
    package static let ignoresCase = PatternOptions(rawValue: 1)
    /// `.` matches a line feed too.
    package static let dotMatchesNewline = PatternOptions(rawValue: 2)
    /// Of matches that begin at one place the longest counts, not the one that alternatives prefer.
    package static let longestMatch = PatternOptions(rawValue: 4)
}
