import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

/// What is decided about times that have come.
struct ScheduleStateTests {
    private typealias Fixture = ScheduleFixture

    private static let start = Timestamp(milliseconds: 1_760_000_000_000)

    private func advance(
        _ config: JSON, by milliseconds: Int64, isRunning: Bool = false
    ) throws -> (state: ScheduleState, decisions: [ScheduleState.Decision]) {
        let spec = try Fixture.spec(config)
        var state = ScheduleState(after: Self.start)
        let decisions = state.advance(
            to: Self.start + milliseconds, by: spec, try Fixture.times(spec), isRunning: isRunning)
        return (state, decisions)
    }

    private static func at(_ seconds: Int64) -> Timestamp { start + seconds * 1_000 }

    @Test func `before its time nothing is done, and the next time is known`() throws {
        let (state, decisions) = try advance(["every": "10s"], by: 9_999)
        #expect(decisions == [])
        #expect(state.after == Self.start)
        #expect(state.nextTime == Self.at(10))
        #expect(state.nextAt == Self.at(10))
    }

    @Test func `each time that has come within the grace starts a run`() throws {
        let (state, decisions) = try advance(["every": "10s"], by: 30_000)
        #expect(decisions == [.start(Self.at(10)), .start(Self.at(20)), .start(Self.at(30))])
        #expect(state.nextTime == Self.at(40))
    }

    @Test func `missed times are passed over, and counted`() throws {
        let (state, decisions) = try advance(["every": "10s", "grace": "15s"], by: 60_000)
        #expect(decisions == [.miss(Self.at(40), times: 4), .start(Self.at(50)), .start(Self.at(60))])
        #expect(state.after == Self.at(60))
    }

    @Test func `missed times are made up for by one run`() throws {
        let (_, decisions) = try advance(["every": "10s", "grace": "1s", "missed": "once"], by: 65_000)
        #expect(decisions == [.miss(Self.at(50), times: 5), .start(Self.at(60))])
    }

    @Test func `the last of the missed times are made up for one by one`() throws {
        let (_, decisions) = try advance(
            ["every": "10s", "grace": "1s", "missed": "all", "most": 2], by: 45_000)
        #expect(decisions == [.miss(Self.at(20), times: 2), .start(Self.at(30)), .start(Self.at(40))])
    }

    @Test func `where the run before goes on, times are skipped`() throws {
        let (_, running) = try advance(["every": "10s", "overlap": "skip"], by: 20_000, isRunning: true)
        #expect(running == [.skip(Self.at(10)), .skip(Self.at(20))])
        let (_, free) = try advance(["every": "10s", "overlap": "skip"], by: 20_000)
        #expect(free == [.start(Self.at(10)), .skip(Self.at(20))])
        let (_, beside) = try advance(["every": "10s"], by: 20_000, isRunning: true)
        #expect(beside == [.start(Self.at(10)), .start(Self.at(20))])
    }

    @Test func `a time that was named is over when it has come`() throws {
        let (state, decisions) = try advance(["at": .string(Self.at(5).description)], by: 5_000)
        #expect(decisions == [.start(Self.at(5))])
        #expect(state.nextTime == nil)
        #expect(state.nextAt == nil)
    }

    @Test func `of many times at once some are left, due immediately`() throws {
        let (state, decisions) = try advance(["every": "1s", "grace": "1h"], by: 250_000)
        #expect(decisions.count == ScheduleState.mostAtOnce)
        #expect(state.nextTime == Self.at(101))
        #expect(state.nextAt == Self.at(101))
    }

    @Test(arguments: ["skip", "once", "all"])
    func `a week's seconds are passed over without counting each`(missed: String) throws {
        let week: Int64 = 7 * 86_400
        let (state, decisions) = try advance(
            missed == "all"
                ? ["every": "1s", "missed": "all", "most": 3] : ["every": "1s", "missed": .string(missed)],
            by: week * 1_000)
        // The grace is a minute.
        #expect(state.after == Self.at(week))
        let starts = decisions.compactMap { if case .start(let time) = $0 { time } else { nil } }
        let kept = missed == "skip" ? 0 : missed == "once" ? 1 : 3
        #expect(starts == (0..<Int64(61 + kept)).map { Self.at(week - 60 - Int64(kept) + $0) })
        guard case .miss(let last, let times) = decisions[0] else {
            Issue.record("nothing was missed")
            return
        }
        #expect(last == Self.at(week - 61 - Int64(kept)))
        #expect(times == Int(week) - 61 - kept)
    }

    @Test func `on any way through time, each time is decided once and in order`() throws {
        var random = Dice(seed: 7)
        let configs: [JSON] = [
            ["cron": "*/7 * * * * *", "jitter": "5s", "missed": "all", "most": 1_000, "grace": "20s"],
            ["cron": "*/5 * * * *", "zone": "Europe/Berlin", "jitter": "4m"], ["every": "90s", "jitter": "10m"],
            ["cron": "30 * * * *", "zone": "Australia/Lord_Howe", "missed": "once"],
        ]
        for (number, config) in configs.enumerated() {
            let spec = try Fixture.spec(config)
            let times = try Fixture.times(spec, id: Fixture.id(UInt64(number)))
            // Across the end of summer time in Berlin, 2026.
            let first = try Fixture.moment("2026-10-24T20:00:00Z")
            var state = ScheduleState(after: first)
            var (now, decided) = (first, [Timestamp]())
            var missed = 0
            while now < first + 12 * 3_600_000 {
                now = now + Int64(random.next() % (random.next() % 10 == 0 ? 400_000 : 9_000))
                for decision in state.advance(to: now, by: spec, times, isRunning: false) {
                    decided.append(decision.time)
                    if case .miss(_, let count) = decision { missed += count - 1 }
                    #expect(times.moment(of: decision.time) <= now)
                }
            }
            #expect(decided == decided.sorted())
            #expect(Set(decided).count == decided.count)
            let all = times.next(100_000, after: first).prefix { times.moment(of: $0) <= now }
            #expect(all.count == decided.count + missed)
            #expect(Set(decided).isSubset(of: all))
            #expect(state.after == all.last)
        }
    }
}

/// Chance that is the same each time.
private struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &+ 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
