import PatchbayExpressions
import PatchbayJSON

/// What expressions cost, from the scope of a run to the JSON of the result; compiled ones are compiled once.
enum ExpressionsMeasurement {
    private static let rounds = 9

    static func run() throws {
        let scope = Scope(trigger: ["kind": "webhook", "body": payload])
        try evaluate(choice, "expression, small: a choice by a field", 100_000, budget: 0.5, in: scope)
        try evaluate("{{ trigger.payload.priority }}", "expression, a field", 100_000, budget: 0.2, in: scope)
        try evaluate(
            "{{ trigger.payload.items.filter(i, i.active).map(i, i.name) }}",
            "expression, filter and map over ten items",
            10_000, budget: 3, in: scope)
        try report("expression, small: compiling", 10_000, budget: 20) { _ = try Template(choice, names: names) }
    }

    private static let choice = "{{ trigger.payload.priority == \"high\" ? \"urgent\" : \"normal\" }}"
    private static let names = KnownNames(steps: [])

    private static let payload: JSON = [
        "id": 4_711, "priority": "high", "user": ["name": "Ada", "email": "ada@example.com"],
        "items": .array(
            (0..<10).map { ["id": .int($0), "name": .string("item number \($0)"), "active": .bool($0 % 2 == 0)] }),
    ]

    private static func evaluate(
        _ text: String, _ title: String, _ count: Int, budget: Double, in scope: Scope
    ) throws {
        let template = try Template(text, names: names)
        try report(title, count, budget: budget) { _ = try template.evaluate(in: scope) }
    }

    /// The median of some rounds, each of so many times the work.
    private static func report(_ title: String, _ count: Int, budget: Double, _ work: () throws -> Void) throws {
        var figures: [Double] = []
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            for _ in 0..<count { try work() }
            figures.append((ContinuousClock.now - start).microseconds / Double(count))
        }
        figures.sort()
        Bench.report(
            title, "\(figures[rounds / 2].rounded(to: 3)) µs (least \(figures[0].rounded(to: 3)))",
            budget: "\(budget.rounded(to: 1)) µs")
    }
}
