import PatchbayJSON

/// How far a value is looked into before the check gives up, which counts as a violation.
package struct ValidationLimits: Sendable {
    /// Violations that are listed; further ones are dropped.
    package var violations: Int
    /// Schemas inside one another on the way to one value. Each takes about 500 bytes of the thread's stack.
    package var depth: Int
    /// Applications of a schema to a value, and comparable work. Schemas that name the same schema several times can
    /// ask for a number that doubles with each level of the value. However high this is, a check takes no more than
    /// 100,000 steps and 100 for each value inside the value.
    package var steps: Int

    package init(violations: Int = 100, depth: Int = 1_500, steps: Int = 5_000_000) {
        self.violations = violations
        self.depth = depth
        self.steps = steps
    }

    /// Whatever the size of the value.
    static let freeSteps = 100_000

    func steps(forValues count: Int) -> Int {
        min(steps, Self.freeSteps + count * 100)
    }
}

extension JSON {
    /// This value and all inside it, counted up to a limit.
    func valueCount(upTo limit: Int) -> Int {
        var count = 0
        var waiting = [self]
        while let value = waiting.popLast(), count < limit {
            count += 1
            switch value {
            case .array(let elements): waiting += elements
            case .object(let members): waiting += members.map(\.value)
            default: break
            }
        }
        return count
    }
}
