import PatchbayCore
import PatchbayJSON

@testable import PatchbayEngine

/// Looks whether a run's journal is one that could have been written without any trouble.
struct JournalCheck {
    private static let ends: Set<JournalEntry.Kind> = [.runCompleted, .runFailed, .runCancelled]

    let record: RunRecord
    let plan: Plan
    let entries: [JournalEntry]
    private(set) var problems: [String] = []

    init(_ record: RunRecord, _ plan: Plan, _ entries: [JournalEntry]) {
        (self.record, self.plan, self.entries) = (record, plan, entries)
    }

    /// Everything that holds for each ended run, whatever its workflow.
    mutating func run() {
        guard entries.map(\.sequence) == Array(1...max(entries.count, 1)) else {
            return tell("its entries are \(entries.map(\.sequence))")
        }
        if entries.first?.kind != .runStarted { tell("it begins with \(entries[0].kind.rawValue)") }
        if entries.count(where: { Self.ends.contains($0.kind) }) != 1
            || !Self.ends.contains(entries[entries.count - 1].kind)
        {
            tell("it does not end once: \(entries.map(\.kind.rawValue))")
        }
        checkFold()
        let settled = checkOrder()
        if record.status == .completed { checkWholeness(settled) }
    }

    /// Folding leads to what is on record, twice the same, and no prefix is an end.
    private mutating func checkFold() {
        let whole = RunState(of: record, plan: plan, entries: entries)
        let twice = RunState(of: record, plan: plan, entries: entries.flatMap { [$0, $0] })
        let before = RunState(of: record, plan: plan, entries: entries.dropLast())
        if whole.status != record.status || twice.status != record.status || before.status.isTerminal {
            tell("its fold is \(whole.status), \(twice.status), and \(before.status) before the end")
        }
    }

    /// Each step is settled once, begins behind those it waits for, and says nothing afterwards.
    private mutating func checkOrder() -> Set<StepKey> {
        var settled: Set<StepKey> = []
        var completed: [StepKey] = []
        var undone: [StepKey] = []
        for entry in entries where !entry.node.isEmpty {
            let key = StepKey(node: entry.node, path: entry.path)
            guard let node = plan[entry.node] else {
                tell("there is no node \(entry.node)")
                continue
            }
            switch entry.kind {
            case .compensationStarted, .compensationCompleted, .compensationFailed:
                if undone.last != key { undone.append(key) }
                continue
            case .stepCompleted, .stepSkipped, .stepCancelled:
                if !settled.insert(key).inserted { tell("\(key) is settled twice") }
                if entry.kind == .stepCompleted, node.compensation != nil { completed.append(key) }
            case .stepFailed where entry.data["retry_at"] == nil:
                if !settled.insert(key).inserted { tell("\(key) is settled twice") }
            default:
                if settled.contains(key) { tell("\(key) goes on after its end: \(entry.kind.rawValue)") }
            }
            guard entry.kind != .stepSkipped, node.needed == nil else { continue }
            for link in node.incoming {
                let source = StepKey(node: plan.nodes[link.node].id, path: entry.path)
                if !settled.contains(source) { tell("\(key) is there before \(source)") }
            }
        }
        if record.status != .completed, undone != completed.reversed() {
            tell("\(completed) were done and \(undone) undone")
        }
        return settled
    }

    /// A run that went well has settled every node of each graph it was in.
    private mutating func checkWholeness(_ settled: Set<StepKey>) {
        var graphs: Set<[String]> = []
        for entry in entries where !entry.node.isEmpty {
            guard let node = plan.index[entry.node], graphs.insert([entry.path, String(plan.graphOf[node])]).inserted
            else { continue }
            for other in plan.graphs[plan.graphOf[node]].nodes {
                let key = StepKey(node: plan.nodes[other].id, path: entry.path)
                if !settled.contains(key) { tell("\(key) is missing") }
            }
        }
    }

    /// What its story says of it.
    mutating func check(_ story: Story, _ number: Int64, effects: Set<String>) {
        if record.status != story.status {
            tell("it is \(record.status.rawValue), not \(story.status.rawValue): \(record.error.text)")
        }
        let required = story.effects(number)
        if !required.isSubset(of: effects) || !effects.isSubset(of: required.union(story.possibleEffects)) {
            tell("its effects are \(effects.sorted()), not \(required.sorted())")
        }
        guard let expected = story.output?(number) else { return }
        let end = entries.last { $0.kind == .stepCompleted && $0.node == "end" && $0.path.isEmpty }
        if end?.data["output"] != expected {
            tell("its output is \(end?.data["output"]?.text ?? "none"), not \(expected.text)")
        }
    }

    private mutating func tell(_ problem: String) { problems.append("\(record.workflowName) \(record.id): \(problem)") }
}

/// What planning needs to know of the one action in use.
struct RequestCatalogue: ConnectorCatalogue {
    var connectors: [String] { ["http"] }
    func versions(of connector: String) -> [Version] { [Version(major: 1, minor: 0, patch: 0)] }
    func operations(of connector: String, version: Version) -> [String] { ["request"] }
    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        .success(
            OperationDeclaration(
                reference: reference, title: "Send a request", effect: .write, isIdempotent: false,
                inputSchema: ["type": "object"], outputSchema: ["type": "object"], credential: nil, timeout: 30_000))
    }
}
