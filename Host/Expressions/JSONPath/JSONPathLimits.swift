/// How much evaluating a query may cost. Each excess is an error.
package struct JSONPathLimits: Sendable {
    /// Values that are looked at, all segments and filters together; long texts and comparisons of containers count as
    /// several. Half a million take some 50 milliseconds.
    package var visits: Int
    /// Values that are selected, by the whole query or by one inside a filter.
    package var results: Int

    package init(visits: Int = 500_000, results: Int = 100_000) {
        self.visits = visits
        self.results = results
    }

    /// Bytes of a query.
    static let source = 64 << 10
    /// Filters, parentheses and arguments inside one another.
    static let nesting = 64
}
