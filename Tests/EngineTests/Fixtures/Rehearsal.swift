import PatchbayCore
import PatchbayJSON

@testable import PatchbayEngine

/// A run played through with the decider alone: the test is the worker, the journal is an array.
struct Rehearsal {
    let plan: Plan
    let record: RunRecord
    var state: RunState
    var entries: [JournalEntry] = []
    /// Calls that were asked for and have not ended.
    var calls: [String: StepCall] = [:]
    /// Everything the decider said, without the entries.
    var asked: [RunCommand] = []
    var now = Timestamp.start
    var room = 16

    init(
        _ graph: Graph, trigger: JSON = ["kind": "manual", "body": ["n": 1]], kind: String = "manual",
        largestValue: Int = JSON.largestStepValue
    ) {
        self.init(plan: graph.plan, trigger: trigger, kind: kind, largestValue: largestValue)
    }

    init(
        plan: Plan, trigger: JSON = ["kind": "manual", "body": ["n": 1]], kind: String = "manual",
        largestValue: Int = JSON.largestStepValue, parent: JSON? = nil
    ) {
        self.plan = plan
        record = .fixture(trigger: kind)
        state = RunState(of: record, plan: plan, environment: ["REGION": "eu"], largestValue: largestValue)
        var data: JSONObject = ["trigger": trigger]
        data["parent"] = parent
        append([JournalEntry(sequence: 1, at: now, kind: .runStarted, data: .object(data))])
    }

    mutating func append(_ new: [JournalEntry]) {
        entries += new
        for entry in new { state.apply(entry) }
    }

    /// Does what the decider says, as far as that needs nobody else. Answers the entries of this round as words.
    @discardableResult
    mutating func proceed() -> [String] {
        asked = []
        let commands = state.decide(now: now, room: room - calls.count)
        var words: [String] = []
        for command in commands {
            switch command {
            case .record(let new):
                entries += new
                words = new.map(\.words)
            case .call(let call):
                calls[call.key.description] = call
                asked.append(command)
            default: asked.append(command)
            }
        }
        return words
    }

    /// Ends a call and proceeds.
    @discardableResult
    mutating func complete(_ node: String, _ output: JSON = .null) -> [String] {
        end(node, .completed(output))
    }

    @discardableResult
    mutating func fail(_ node: String, _ failure: OperationFailure) -> [String] {
        end(node, .failed(failure))
    }

    mutating func end(_ node: String, _ outcome: StepOutcome, random: Double = 0.5) -> [String] {
        guard let call = calls.removeValue(forKey: node) else { return ["\(node) is not called"] }
        let news = state.take(.callEnded(call, outcome), at: now, random: random)
        guard !news.isEmpty else { return ["nothing"] }
        entries += news
        return news.map(\.words) + proceed()
    }

    /// The host dies and another takes the run on.
    mutating func crash(keeping count: Int? = nil) {
        entries = Array(entries.prefix(count ?? entries.count))
        calls = [:]
        state = RunState(of: record, plan: plan, environment: ["REGION": "eu"], entries: entries)
    }

    /// Takes in what has happened, and proceeds.
    @discardableResult
    mutating func hear(_ event: RunEvent) -> [String] {
        let news = state.take(event, at: now)
        entries += news
        return news.map(\.words) + proceed()
    }

    mutating func cancel() {
        entries += state.take(.cancelRequested, at: now)
    }

    var runOutput: JSON? { entries.last { $0.kind == .runCompleted }?.data["output"] }
    var runError: JSON? { entries.last { $0.kind == .runFailed }?.data["error"] }

    func phase(_ node: String) -> StepState.Phase { state.steps[plan.index[node]!].phase }
}

extension JournalEntry {
    /// Such as `step_started tell 1`.
    var words: String {
        let step = node.isEmpty ? "" : StepKey(node: node, path: path).description
        return ([kind.rawValue, step].filter { !$0.isEmpty } + (attempt > 0 ? ["\(attempt)"] : [])).joined(
            separator: " ")
    }
}

extension OperationFailure {
    static let unavailable = OperationFailure(
        code: .unavailable, message: "The service is away.", effect: OperationFailure.Effect.none)
    static let wrong = OperationFailure(
        code: .invalidInput, message: "The channel does not exist.", pointer: "/channel")
}
