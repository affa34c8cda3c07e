import Logging
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbayEngine

/// Triggers that are polled, with the connector's answers and time in the test's hand.
struct PollWatchTests {
    private let clock = ManualClock()
    private let store = MemoryStore()
    private let polls: MemoryPolls

    init() { polls = MemoryPolls(clock.now) }

    private func watch(_ answer: @escaping @Sendable (OperationCall) throws -> JSON) -> PollWatch {
        let signals = RunSignals(clock: clock)
        return PollWatch(
            polls: polls,
            polling: Polling(
                catalogue: NewsCatalogue(), invoker: ScriptedInvoker { OperationResult(output: try answer($0)) },
                starter: RunStarter(runs: store, signals: signals, clock: clock), clock: clock,
                digest: { "digest of \($0.count)" }), signals: signals, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func runs() async throws -> [JSON] {
        var triggers: [JSON] = []
        for run in try await store.runs(in: .initial, matching: RunFilter(), page: PageRequest()).items {
            triggers += try await store.entries(of: run.id, in: .initial).compactMap { $0.data["trigger"] }
        }
        return triggers
    }

    @Test func `each new item starts a run, and the next poll goes on behind the cursor`() async throws {
        let asked = Mutex<[JSON]>([])
        let watch = watch { call in
            asked.withLock { $0.append(call.input) }
            return call.input["cursor"] == nil
                ? ["events": [["id": 1]], "cursor": 1] : ["events": [["id": 2], ["id": 3]], "cursor": 3]
        }
        try await watch.look()
        #expect(try await runs().isEmpty)
        clock.set(clock.now + 60_000)
        try await watch.look()
        #expect(try await runs().map { $0["body"] } == [["id": 2], ["id": 3]])
        #expect(try await runs().map { $0["item_id"] } == ["2", "3"])
        #expect(asked.withLock { $0 } == [["feed": "a"], ["feed": "a", "cursor": 1]])
        #expect(polls.record.progress.cursor == 3)
        #expect(polls.record.nextAt == clock.now + 60_000)
    }

    @Test func `a host that died before its poll was stored leaves nothing doubled or lost`() async throws {
        polls.change { $0.progress = PollProgress(cursor: 1, polledAt: $0.createdAt) }
        let watch = watch { _ in ["events": [["id": 2], ["id": 3]], "cursor": 3] }
        polls.losesNext = true
        try await watch.look()
        #expect(polls.record.progress.cursor == 1)
        // The lease has to be over.
        clock.set(clock.now + 120_000)
        try await watch.look()
        #expect(polls.record.progress.cursor == 3)
        #expect(try await runs().map { $0["item_id"] } == ["2", "3"])
    }

    @Test func `a failure is told, and waited after`() async throws {
        let watch = watch { _ in throw OperationFailure(code: .unavailable, message: "It is down.") }
        try await watch.look()
        #expect(polls.record.progress.error?["message"] == "It is down.")
        #expect(polls.record.progress.failures == 1)
        #expect(polls.record.nextAt == clock.now + 60_000)
    }

    @Test func `an answer that is none of a trigger is a failure`() async throws {
        let watch = watch { _ in ["rows": []] }
        try await watch.look()
        #expect(polls.record.progress.error?["code"] == "upstream")
    }

    @Test func `a suspended tenant's triggers are not polled`() async throws {
        polls.isSuspended = true
        let watch = watch { _ in throw OperationFailure(code: .internalError, message: "It was asked.") }
        try await watch.look()
        #expect(polls.record.progress == PollProgress())
        #expect(polls.record.nextAt == clock.now + 60_000)
    }

    @Test func `a node asks for a trigger of a connector, and what it does`() {
        func problems(_ node: JSON) -> [String] {
            Planner(catalogue: NewsCatalogue()).plan(["name": "w", "nodes": [node]]).problems.map {
                "\($0.code) \($0.pointer)"
            }
        }
        let config: JSON = ["every": "1m", "input": ["feed": "a"]]
        #expect(problems(["id": "x", "type": "poll", "uses": "news/items", "config": config]) == [])
        #expect(
            problems(["id": "x", "type": "poll", "uses": "news/send", "config": config])
                == ["not-a-trigger /nodes/0/uses"])
        #expect(
            problems([
                "id": "x", "type": "poll", "uses": "news/items", "config": ["every": "1s", "id": "id", "input": [:]],
            ])
                == [
                    "bad-value /nodes/0/config/every", "bad-value /nodes/0/config/id",
                ])
        #expect(
            problems(["id": "x", "type": "poll", "uses": "news/items", "config": ["every": "1m"]])
                == ["missing-input /nodes/0/config/input"])
        #expect(problems(["id": "x", "type": "poll", "config": config]) == ["missing-member /nodes/0"])
    }
}

/// A connector with a trigger and an action.
private struct NewsCatalogue: ConnectorCatalogue {
    private static let version = Version("1.0.0")!

    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        let isPoll = reference.operation == "items"
        var properties: JSONObject = ["feed": ["type": "string"]]
        if isPoll { properties["cursor"] = [:] }
        return .success(
            OperationDeclaration(
                reference: reference, title: "News", effect: .read, isIdempotent: true,
                inputSchema: ["type": "object", "properties": .object(properties), "required": ["feed"]],
                outputSchema: isPoll
                    ? ["type": "object", "properties": ["events": ["type": "array"], "cursor": [:]]] : [:],
                credential: nil, timeout: 10_000))
    }

    func versions(of connector: String) -> [Version] { connector == "news" ? [Self.version] : [] }
    var connectors: [String] { ["news"] }
    func operations(of connector: String, version: Version) -> [String] { ["items", "send"] }
}

/// One trigger in memory.
private final class MemoryPolls: DuePolls {
    private struct State {
        var record: PollRecord
        var claim: RequestID?
        var isSuspended = false
        var losesNext = false
    }

    private let state: Mutex<State>

    init(_ now: Timestamp) {
        state = Mutex(
            State(
                record: PollRecord(
                    id: .new(at: now), tenant: .initial, workflow: RunRecord.fixture().workflow, node: "news",
                    name: "news", uses: "news@1.0.0/items", credential: nil,
                    config: ["every": "1m", "input": ["feed": "a"], "id": "/id"], nextAt: now, createdAt: now,
                    updatedAt: now)))
    }

    var record: PollRecord { state.withLock { $0.record } }
    func change(_ body: (inout PollRecord) -> Void) { state.withLock { body(&$0.record) } }
    var isSuspended: Bool {
        get { state.withLock { $0.isSuspended } }
        set { state.withLock { $0.isSuspended = newValue } }
    }
    /// Whether what is stored next is lost, as with a host that dies.
    var losesNext: Bool {
        get { state.withLock { $0.losesNext } }
        set { state.withLock { $0.losesNext = newValue } }
    }

    func nextDue() async throws -> Timestamp? { record.nextAt }

    func claim(at moment: Timestamp, limit: Int, until lease: Timestamp) async throws -> [PollClaim] {
        state.withLock { state in
            guard let due = state.record.nextAt, due <= moment else { return [] }
            let claim = RequestID.new(at: moment)
            (state.record.nextAt, state.claim) = (lease, claim)
            let record = state.record
            let workflow = WorkflowRecord(
                id: record.workflow, tenant: record.tenant, name: "w", about: "", status: .active, version: 1,
                createdAt: moment, updatedAt: moment)
            return [PollClaim(record: record, claim: claim, workflow: workflow, isSuspended: state.isSuspended)]
        }
    }

    func store(_ progress: PollProgress, of claim: PollClaim, nextAt: Timestamp) async throws -> Bool {
        state.withLock { state in
            guard !state.losesNext else {
                state.losesNext = false
                return false
            }
            guard state.claim == claim.claim else { return false }
            state.record.progress = progress
            (state.record.nextAt, state.claim) = (nextAt, nil)
            return true
        }
    }
}
