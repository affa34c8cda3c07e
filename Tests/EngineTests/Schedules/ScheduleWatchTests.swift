import Logging
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbayEngine

/// Schedules that start runs, with time in the test's hand.
struct ScheduleWatchTests {
    private let clock = ManualClock()
    private let store = MemoryStore()
    private let schedules = MemorySchedules()

    private var watch: ScheduleWatch {
        let signals = RunSignals(clock: clock)
        return ScheduleWatch(
            schedules: schedules, starter: RunStarter(runs: store, signals: signals, clock: clock), signals: signals,
            zones: FixedTimeZones(), clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func make(_ config: JSON, number: UInt64 = 1) -> ScheduleID {
        let id = ScheduleFixture.id(number)
        schedules.put(
            ScheduleRecord(
                id: id, tenant: .initial, workflow: RunRecord.fixture().workflow, node: "tick", name: "tick",
                spec: config, after: clock.now, nextAt: clock.now, createdAt: clock.now, updatedAt: clock.now))
        return id
    }

    @Test func `a new schedule is reckoned first, and starts its run when it is time`() async throws {
        let id = make(["every": "10s", "input": ["n": 3]])
        let start = clock.now
        let next = try #require(ScheduleFixture.times(ScheduleFixture.spec(["every": "10s"])).next(after: start))
        #expect(try await watch.look() == next)
        #expect(schedules.firings == [])
        clock.set(next)
        _ = try await watch.look()
        let firing = try #require(schedules.firings.first)
        #expect(firing.time == next)
        #expect(firing.outcome == .started)
        let run = try #require(firing.run)
        let trigger = try await store.entries(of: run, in: .initial).first?.data["trigger"]
        #expect(trigger?["kind"] == "schedule")
        #expect(trigger?["node"] == "tick")
        #expect(trigger?["body"] == ["n": 3])
        #expect(trigger?["time"]?.string == next.description)
        #expect(schedules.record(id)?.lastRun == run)
        #expect(schedules.record(id)?.nextTime == next + 10_000)
    }

    @Test func `a host that died after the start of a run leaves it to the next, which finds the same run`()
        async throws
    {
        let id = make(["every": "10s"])
        clock.set(clock.now + 10_000)
        schedules.losesNext = true
        await #expect(throws: MemorySchedules.Lost.self) { _ = try await watch.look() }
        #expect(schedules.firings == [])
        _ = try await watch.look()
        #expect(schedules.firings.count == 1)
        #expect(schedules.record(id)?.lastRun == schedules.firings.first?.run)
        let page = PageRequest()
        #expect(try await store.runs(in: .initial, matching: RunFilter(), page: page).items.count == 1)
    }

    @Test func `a suspended tenant's times are over, and it is told why`() async throws {
        _ = make(["every": "10s"])
        schedules.isSuspended = true
        clock.set(clock.now + 10_000)
        _ = try await watch.look()
        #expect(schedules.firings.map(\.outcome) == [.skipped])
        #expect(schedules.firings.map(\.reason) == ["tenant_suspended"])
    }

    @Test func `a zone that is not known here is told, and looked for again`() async throws {
        let id = make(["cron": "* * * * *", "zone": "Europe/Berlin"])
        _ = try await watch.look()
        #expect(schedules.record(id)?.problem?.contains("Europe/Berlin") == true)
        #expect(schedules.record(id)?.nextAt == clock.now + 60_000)
    }

    @Test func `a schedule whose workflow is gone is over`() async throws {
        let id = make(["every": "10s"])
        schedules.hasWorkflow = false
        _ = try await watch.look()
        #expect(schedules.record(id)?.nextAt == nil)
    }
}

/// Schedules in memory, of one tenant and workflow.
final class MemorySchedules: DueSchedules {
    struct Lost: Error {}

    private struct State {
        var records: [ScheduleID: ScheduleRecord] = [:]
        var firings: [ScheduleFiring] = []
        var isSuspended = false
        var hasWorkflow = true
        var losesNext = false
    }

    private let state = Mutex(State())

    var firings: [ScheduleFiring] { state.withLock { $0.firings } }
    var isSuspended: Bool {
        get { state.withLock { $0.isSuspended } }
        set { state.withLock { $0.isSuspended = newValue } }
    }
    var hasWorkflow: Bool {
        get { state.withLock { $0.hasWorkflow } }
        set { state.withLock { $0.hasWorkflow = newValue } }
    }
    /// Whether what is decided next is lost, as with a host that dies.
    var losesNext: Bool {
        get { state.withLock { $0.losesNext } }
        set { state.withLock { $0.losesNext = newValue } }
    }

    func put(_ record: ScheduleRecord) { state.withLock { $0.records[record.id] = record } }
    func record(_ id: ScheduleID) -> ScheduleRecord? { state.withLock { $0.records[id] } }

    func nextDue() async throws -> Timestamp? { state.withLock { $0.records.values.compactMap(\.nextAt).min() } }

    func deal(
        at moment: Timestamp, limit: Int, _ body: @Sendable ([DueSchedule]) async throws -> [ScheduleAdvance]
    ) async throws -> Int {
        let due = state.withLock { state in
            state.records.values.filter { $0.nextAt.map { $0 <= moment } ?? false }.prefix(limit).map { record in
                return DueSchedule(
                    record: record,
                    workflow: state.hasWorkflow
                        ? WorkflowRecord(
                            id: record.workflow, tenant: record.tenant, name: "w", about: "", status: .active,
                            version: 1, createdAt: moment, updatedAt: moment) : nil,
                    isRunning: false, isSuspended: state.isSuspended)
            }
        }
        guard !due.isEmpty else { return 0 }
        let advances = try await body(due)
        try state.withLock { state in
            guard !state.losesNext else {
                state.losesNext = false
                throw Lost()
            }
            for advance in advances {
                state.firings += advance.firings
                state.records[advance.schedule]?.after = advance.after
                state.records[advance.schedule]?.nextTime = advance.nextTime
                state.records[advance.schedule]?.nextAt = advance.nextAt
                state.records[advance.schedule]?.problem = advance.problem
                if let run = advance.lastRun { state.records[advance.schedule]?.lastRun = run }
            }
        }
        return due.count
    }

    func forget(before moment: Timestamp) async throws -> Int { 0 }
}
