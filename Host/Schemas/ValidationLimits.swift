/// How far a value is looked into before the check gives up, which counts as a violation.
package struct ValidationLimits: Sendable {
    /// Violations that are listed; further ones are dropped.
    package var violations: Int
    /// Schemas inside one another on the way to one value. Each takes about 500 bytes of the thread's stack.
    package var depth: Int
    /// Applications of a schema to a value. Schemas that name the same schema several times can ask for a number that
    /// doubles with each level of the value.
    package var steps: Int

    package init(violations: Int = 100, depth: Int = 1_500, steps: Int = 5_000_000) {
        self.violations = violations
        self.depth = depth
        self.steps = steps
    }
}
