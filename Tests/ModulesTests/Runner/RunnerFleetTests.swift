import Testing

@testable import PatchbayModules

@Suite struct RunnerFleetTests {
    private func limits(most: Int = 2, calls: Int = 2) -> RunnerLimits {
        var limits = RunnerLimits(most: most, calls: calls)
        limits.faults = 3
        return limits
    }

    /// A fleet with one runner that is ready.
    private func fleet(_ limits: RunnerLimits? = nil) -> RunnerFleet {
        var fleet = RunnerFleet(limits ?? self.limits())
        #expect(fleet.begin(now: 0) == 1)
        #expect(fleet.ready(1, now: 10) == [])
        return fleet
    }

    @Test func `the first call starts a runner and waits for it`() {
        var fleet = RunnerFleet(limits())
        #expect(fleet.place(7, now: 0) == .waits(starting: 1))
        #expect(fleet.place(8, now: 0) == .waits(starting: nil), "one is on its way")
        #expect(fleet.ready(1, now: 5) == [7, 8])
        #expect(fleet.runner(of: 8) == 1)
    }

    @Test func `a call goes to the runner that has the fewest, and another is started when all are full`() {
        var fleet = fleet()
        #expect(fleet.place(1, now: 20) == .runner(1))
        #expect(fleet.place(2, now: 20) == .runner(1))
        #expect(fleet.place(3, now: 20) == .waits(starting: 2))
        #expect(fleet.ready(2, now: 30) == [3])
        #expect(fleet.place(4, now: 40) == .runner(2))
        #expect(fleet.place(5, now: 40) == .waits(starting: nil), "two are the most")
        #expect(fleet.ended(1, by: 1, now: 50)?.next == 5)
        #expect(fleet.runner(of: 5) == 1)
    }

    @Test func `who ends a call that is another's, or nobody's, is not believed`() {
        var fleet = fleet()
        #expect(fleet.place(1, now: 20) == .runner(1))
        #expect(fleet.ended(1, by: 2, now: 20) == nil)
        #expect(fleet.ended(9, by: 1, now: 20) == nil)
        #expect(fleet.runner(of: 1) == 1)
    }

    @Test func `a runner that wants to end gets no more calls, and is no fault however it ends`() {
        var fleet = fleet(limits(most: 1, calls: 2))
        for call in [1, 2, 3] as [UInt64] { _ = fleet.place(call, now: 20) }
        let asked = fleet.retire(1, now: 30)
        #expect(asked.starting == 2 && !asked.isOver, "its calls go on, and those that wait get another")
        let again = fleet.retire(1, now: 30)
        #expect(again.starting == nil && !again.isOver)
        #expect(fleet.place(4, now: 30) == .waits(starting: nil))
        #expect(fleet.ended(1, by: 1, now: 40)?.isOver == false)
        let last = fleet.ended(2, by: 1, now: 40)
        #expect(last?.isOver == true && last?.next == nil)
        #expect(fleet.tick(now: 50) == [.kill(1, .lostCalls)])
        #expect(fleet.gone(1, isFault: true, now: 60) == .init())
        #expect(fleet.ready(2, now: 70) == [3, 4])
    }

    @Test func `a runner that wanted to end and takes a call with it is at fault`() {
        var fleet = fleet()
        _ = fleet.place(1, now: 20)
        #expect(!fleet.retire(1, now: 30).isOver)
        #expect(fleet.gone(1, isFault: true, now: 60) == .init(had: [1], isFault: true))
        #expect(fleet.retire(1, now: 70).starting == nil, "it is gone")
    }

    @Test func `a call that waits can be taken back`() {
        var fleet = RunnerFleet(limits())
        #expect(fleet.place(1, now: 0) == .waits(starting: 1))
        let (first, second) = (fleet.withdraw(1), fleet.withdraw(1))
        #expect(first && !second)
        #expect(fleet.ready(1, now: 5) == [])
    }

    @Test func `with a runner its calls are lost, and those that wait get the next one`() {
        var fleet = fleet(limits(most: 1))
        for call in [1, 2, 3] as [UInt64] { _ = fleet.place(call, now: 20) }
        let loss = fleet.gone(1, isFault: true, now: 30)
        #expect(loss == .init(had: [1, 2], isFault: true, starting: 2))
        #expect(fleet.ready(2, now: 40) == [3])
    }

    @Test func `after the first fault each new runner waits longer`() {
        var fleet = fleet()
        _ = fleet.place(1, now: 20)
        #expect(fleet.gone(1, isFault: true, now: 30).starting == nil, "nobody waits")
        #expect(fleet.place(2, now: 31) == .waits(starting: 2))
        #expect(fleet.gone(2, isFault: true, now: 40).starting == nil)
        #expect(fleet.tick(now: 139) == [])
        #expect(fleet.tick(now: 140) == [.start(3)])
    }

    @Test func `a version whose runners keep ending is set aside until somebody lifts that`() {
        var fleet = fleet()
        _ = fleet.gone(1, isFault: true, now: 30)
        for number in [2, 3] { #expect(fleet.begin(now: 40) == number) }
        let before = fleet.gone(2, isFault: true, now: 40)
        #expect(!before.isQuarantined)
        _ = fleet.place(5, now: 41)
        let loss = fleet.gone(3, isFault: true, now: 50)
        #expect(loss.isQuarantined && loss.refused == [5])
        #expect(fleet.place(6, now: 60) == .refused)
        #expect(fleet.tick(now: 1_000_000) == [], "time alone does not lift it")
        let (first, second) = (fleet.lift(), fleet.lift())
        #expect(first && !second)
        #expect(fleet.place(7, now: 1_000_000) == .waits(starting: 4))
    }

    @Test func `faults of long ago do not count`() {
        var fleet = RunnerFleet(limits())
        for moment in stride(from: Int64(0), to: 1_000_000, by: 40_000) {
            let number = fleet.begin(now: moment)
            let loss = fleet.gone(number, isFault: true, now: moment)
            #expect(!loss.isQuarantined)
        }
    }

    @Test func `who does not answer is ended`() {
        var fleet = fleet()
        _ = fleet.place(1, now: 20)
        #expect(fleet.tick(now: 500) == [])
        #expect(fleet.tick(now: 1_100) == [.ping(1)])
        #expect(fleet.tick(now: 1_200) == [], "asked once")
        fleet.answered(1, now: 1_300)
        #expect(fleet.tick(now: 2_400) == [.ping(1)])
        #expect(fleet.tick(now: 12_401) == [.kill(1, .hung)])
    }

    @Test func `a start takes its time, but not for ever`() {
        var fleet = RunnerFleet(limits())
        #expect(fleet.begin(now: 0) == 1)
        #expect(fleet.tick(now: 10_000) == [])
        #expect(fleet.tick(now: 10_001) == [.kill(1, .slowStart)])
    }

    @Test func `who has nothing to do ends, the last one later`() {
        var fleet = fleet(limits(calls: 1))
        _ = fleet.place(1, now: 20)
        _ = fleet.place(2, now: 20)
        #expect(fleet.ready(2, now: 30) == [2])
        _ = fleet.ended(1, by: 1, now: 40)
        _ = fleet.ended(2, by: 2, now: 50)
        #expect(fleet.tick(now: 6_041) == [.retire(1)])
        #expect(fleet.tick(now: 6_100) == [])
        #expect(fleet.tick(now: 8_042) == [.kill(1, .lostCalls)], "it was asked to stop, and did not")
        _ = fleet.gone(1, isFault: false, now: 8_050)
        #expect(fleet.tick(now: 60_050) == [])
        #expect(fleet.tick(now: 60_051) == [.retire(2)])
    }

    @Test func `who leaves calls unended is replaced once its other calls have ended`() {
        var fleet = fleet(limits(calls: 8))
        for call in [1, 2, 3, 4] as [UInt64] { _ = fleet.place(call, now: 20) }
        for call in [1, 2, 3] as [UInt64] { #expect(fleet.giveUp(call, now: 30) == 1) }
        #expect(fleet.place(5, now: 40) == .waits(starting: 2))
        #expect(fleet.tick(now: 50) == [])
        _ = fleet.ended(4, by: 1, now: 60)
        #expect(fleet.tick(now: 70) == [.kill(1, .lostCalls)])
    }

    @Test func `while it drains nothing is begun`() {
        var fleet = fleet()
        #expect(fleet.drain().map(\.number) == [1])
        #expect(fleet.place(1, now: 20) == .refused)
        #expect(fleet.gone(1, isFault: true, now: 30).starting == nil)
    }
}
