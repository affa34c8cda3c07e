import Testing

@testable import PatchbayAPI

struct ClientPatienceTests {
    private let limits = ConnectionLimits(
        head: 1_000, window: 1_000, leastBytes: 100, rest: 500, idle: 2_000_000, tick: 100)

    private func fresh() -> ClientPatienceState { ClientPatienceState(limits) }

    /// One request that has come whole.
    private func asked() -> ClientPatienceState {
        var state = fresh()
        state.received(50, at: 0)
        state.headEnded(at: 10)
        state.bodyEnded()
        return state
    }

    @Test func `a connection between requests is left alone`() {
        var state = fresh()
        #expect(state.look(at: 1_000_000, buffered: 0) == .fine)
        state = asked()
        state.answered(at: 20)
        #expect(state.look(at: 1_000_000, buffered: 0) == .fine)
    }

    @Test func `a connection that says nothing is closed after a while, however many requests there were`() {
        var state = fresh()
        #expect(state.look(at: 0, buffered: 0) == .fine)
        #expect(state.look(at: 2_000_000, buffered: 0) == .fine)
        #expect(state.look(at: 2_000_001, buffered: 0) == .cut)
        state = asked()
        #expect(state.look(at: 5_000_000, buffered: 0) == .fine)
        state.answered(at: 5_000_000)
        #expect(state.look(at: 5_000_100, buffered: 0) == .fine)
        #expect(state.look(at: 7_000_100, buffered: 0) == .fine)
        #expect(state.look(at: 7_000_101, buffered: 0) == .cut)
    }

    @Test func `a request that somebody else reads has its time anew`() {
        var state = fresh()
        state.received(50, at: 0)
        state.headEnded(at: 10)
        state.bodyEnded()
        state.beginsAnew(at: 5_000)
        #expect(state.look(at: 5_900, buffered: 0) == .fine)
        state.headEnded(at: 5_900)
        state.bodyEnded()
        state.answered(at: 5_950)
        #expect(state == fresh())
    }

    @Test func `a head has its time from its first byte on, however many bytes come`() {
        var state = fresh()
        for moment in stride(from: Int64(5_000), through: 6_000, by: 100) {
            state.received(1, at: moment)
            #expect(state.look(at: moment, buffered: 0) == .fine)
        }
        #expect(state.look(at: 6_001, buffered: 0) == .cutWithAnswer)
    }

    @Test func `the head of a next request gives no answer while one is under way`() {
        var state = asked()
        state.headEnded(at: 100)
        state.bodyEnded()
        state.answered(at: 110)
        #expect(state.look(at: 50_000, buffered: 0) == .fine)
    }

    @Test func `a body must come at a speed`() {
        var state = fresh()
        state.received(50, at: 0)
        state.headEnded(at: 0)
        state.received(150, at: 500)
        #expect(state.look(at: 1_000, buffered: 0) == .fine)
        state.received(99, at: 1_500)
        #expect(state.look(at: 1_999, buffered: 0) == .fine)
        #expect(state.look(at: 2_000, buffered: 0) == .cut)
    }

    @Test func `what the host does not read is not the client's fault`() {
        var state = fresh()
        state.received(50, at: 0)
        state.headEnded(at: 0)
        state.reads(false)
        #expect(state.look(at: 60_000, buffered: 0) == .fine)
        state.reads(true)
        #expect(state.look(at: 60_500, buffered: 0) == .fine)
        #expect(state.look(at: 61_000, buffered: 0) == .cut)
    }

    @Test func `a run may take its time`() {
        var state = asked()
        #expect(state.look(at: 1_000_000, buffered: 0) == .fine)
    }

    @Test func `a body that goes on behind its answer has little time`() {
        var state = fresh()
        state.received(50, at: 0)
        state.headEnded(at: 0)
        state.answered(at: 100)
        state.received(1_000_000, at: 200)
        #expect(state.look(at: 600, buffered: 0) == .fine)
        #expect(state.look(at: 601, buffered: 0) == .cut)
    }

    @Test func `an answer must be read at a speed`() {
        var state = asked()
        state.wrote(10_000)
        #expect(state.look(at: 0, buffered: 10_000) == .fine)
        #expect(state.look(at: 1_000, buffered: 9_800) == .fine)
        #expect(state.look(at: 1_900, buffered: 9_790) == .fine)
        #expect(state.look(at: 2_000, buffered: 9_780) == .cut)
    }

    @Test func `an answer that was read is forgotten`() {
        var state = asked()
        state.wrote(10_000)
        #expect(state.look(at: 0, buffered: 10_000) == .fine)
        #expect(state.look(at: 500, buffered: 0) == .fine)
        state.wrote(500)
        #expect(state.look(at: 50_000, buffered: 500) == .fine)
        #expect(state.look(at: 50_900, buffered: 500) == .fine)
        #expect(state.look(at: 51_000, buffered: 500) == .cut)
    }

    @Test func `live connections have rules of their own`() {
        var state = asked()
        state.becameLive()
        state.wrote(1_000)
        #expect(state.isLive)
        #expect(state.look(at: 1_000_000, buffered: 1_000) == .fine)
    }
}
