/// How much an expression may cost. Each excess is an error of its own, never a crash or a wait.
package struct ExpressionLimits: Sendable {
    /// Bytes of one string with its templates.
    package var source: Int
    /// Levels of brackets, operators and members inside one another.
    package var nesting: Int
    /// Operations, and elements or 64-byte pieces of text looked at, in one evaluation of a whole value. A few
    /// milliseconds.
    package var steps: Int
    /// Bytes of the result as JSON, about.
    package var result: Int
    /// Arrays and objects of the result inside one another; below what the JSON parser takes, so that it can be read
    /// again as a part of something.
    package var depth: Int

    package init(
        source: Int = 64 << 10, nesting: Int = 200, steps: Int = 1_000_000, result: Int = 16 << 20, depth: Int = 500
    ) {
        self.source = source
        self.nesting = nesting
        self.steps = steps
        self.result = result
        self.depth = depth
    }

    package static let standard = ExpressionLimits()
}
