import DatabaseFixture
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage

/// Looks at everything that is left when all is over.
struct Aftermath {
    /// A run that somebody was told of.
    struct Start: Sendable {
        var number: Int64
        /// Which of the stories.
        var story: Int
    }

    private let stories: [Story]
    private let received: EffectReceiver.Record
    private let pool: PostgresPool
    private let runs: PostgresRunStore
    private let workflows: PostgresWorkflowStore
    private var plans: [WorkflowID: Plan] = [:]
    /// The longest time between two entries of a run that waits for nothing, in milliseconds.
    private var pauses: [Int64] = []
    private var recovery: Recovery
    private(set) var problems: [String] = []

    init(stories: [Story], received: EffectReceiver.Record, pool: PostgresPool, recovery: Recovery) {
        (self.stories, self.received, self.pool, self.recovery) = (stories, received, pool, recovery)
        runs = PostgresRunStore(pool, journal: PostgresJournal(pool, log: .quiet))
        workflows = PostgresWorkflowStore(pool)
    }

    mutating func look(at accepted: [String: Start]) async throws {
        checkKeys()
        let effects = received.byKey.values.flatMap(\.keys).reduce(into: [String: Set<String>]()) {
            $0[$1.run, default: []].insert($1.what)
        }
        var known = accepted
        var waiting = Array(accepted)
        while let (id, start) = waiting.popLast() {
            let children = try await check(id, start, effects[id] ?? [])
            for child in children {
                guard let story = stories.firstIndex(where: { $0.name == stories[start.story].child }) else { continue }
                if known[child] != nil { problems.append("\(child) is the child of several") }
                known[child] = Start(number: start.number, story: story)
                waiting.append((child, Start(number: start.number, story: story)))
            }
        }
        for run in effects.keys where known[run] == nil { problems.append("\(run) has effects and was not accepted") }
        let row = try await pool.query("select (select count(*) from runs) as runs, count(*) as queued from run_queue")
            .one()
        if try row.int("queued") != 0 { problems.append("\(try row.int("queued")) runs are in the queue still") }
        if try row.int("runs") != Int64(known.count) {
            problems.append("there are \(try row.int("runs")) runs, and \(known.count) are known")
        }
        pauses.sort()
        let repeated = received.byKey.values.reduce(0) { $0 + $1.values.reduce(-1, +) }
        print(
            "\(received.byKey.count) effects, \(repeated) repeated; longest pause of a run in ms: median "
                + "\(pauses.isEmpty ? 0 : pauses[pauses.count / 2]), most \(pauses.last ?? 0)")
        print(recovery.report)
    }

    /// Answers the child runs.
    private mutating func check(_ id: String, _ start: Start, _ effects: Set<String>) async throws -> [String] {
        guard let run = RunID(id), let record = try await runs.run(run, in: .initial) else {
            problems.append("\(id) was accepted and is lost")
            return []
        }
        if plans[record.workflow] == nil {
            let version = try await workflows.version(1, of: record.workflow, in: .initial)
            let planning = Planner(catalogue: RequestCatalogue()).plan(version?.document ?? .null)
            plans[record.workflow] = planning.plan
        }
        guard let plan = plans[record.workflow] else {
            problems.append("\(record.workflowName) cannot be planned")
            return []
        }
        let story = stories[start.story]
        let entries = try await runs.entries(of: run, in: .initial)
        var check = JournalCheck(record, plan, entries)
        check.run()
        check.check(story, start.number, effects: effects)
        problems += check.problems
        recovery.look(at: entries, of: run)
        if !entries.contains(where: { [.stepWaiting, .childStarted].contains($0.kind) }) {
            pauses.append(zip(entries, entries.dropFirst()).map { $1.at - $0.at }.max() ?? 0)
        }
        let children = Set(entries.filter { $0.kind == .childStarted }.compactMap { $0.data["run"]?.string })
        if story.child != nil, children.count != 1 { problems.append("\(id) has the children \(children)") }
        return Array(children)
    }

    /// A key stands for one effect, and an effect has one key.
    private mutating func checkKeys() {
        if received.strange > 0 { problems.append("\(received.strange) requests had no key or no effect") }
        var keys: [EffectReceiver.Effect: String] = [:]
        for (key, effects) in received.byKey {
            if effects.count != 1 { problems.append("the key \(key) came with \(effects.keys)") }
            for effect in effects.keys {
                if let other = keys.updateValue(key, forKey: effect) {
                    problems.append("\(effect) came under \(key) and \(other)")
                }
            }
        }
    }
}
