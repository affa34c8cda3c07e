import Testing

@testable import PatchbayPostgres

@Suite struct PoolStateTests {
    @Test func `connections are opened up to the size, then callers queue`() {
        var state = PoolState(size: 2)
        #expect(state.lease(by: 1) == .granted(.open(1)))
        #expect(state.lease(by: 2) == .granted(.open(2)))
        #expect(state.lease(by: 3) == .queued)
        #expect(state.lease(by: 4) == .queued)
        #expect(!state.hasRoom)
        #expect(state.returned(2, isReusable: true) == [.grant(waiter: 3, .use(2))])
        #expect(state.returned(1, isReusable: false) == [.discard(1), .grant(waiter: 4, .open(3))])
    }

    @Test func `the connection used last is used next`() {
        var state = PoolState(size: 2)
        _ = (state.lease(by: 1), state.lease(by: 2))
        #expect(state.returned(1, isReusable: true) == [])
        #expect(state.returned(2, isReusable: true) == [])
        #expect(state.lease(by: 3) == .granted(.use(2)))
    }

    @Test func `one who gave up is passed over, and only once`() {
        var state = PoolState(size: 1)
        _ = (state.lease(by: 1), state.lease(by: 2), state.lease(by: 3))
        #expect(state.abandoned(by: 2) == true)
        #expect(state.abandoned(by: 2) == false)
        #expect(state.returned(1, isReusable: true) == [.grant(waiter: 3, .use(1))])
        #expect(state.abandoned(by: 3) == false)
    }

    @Test func `a connection cannot come back twice`() {
        var state = PoolState(size: 1)
        _ = state.lease(by: 1)
        _ = state.returned(1, isReusable: true)
        #expect(state.returned(1, isReusable: true) == [])
        #expect(state.idleCount == 1)
    }

    @Test func `closing refuses those who wait and ends with the last return`() {
        var state = PoolState(size: 2)
        _ = (state.lease(by: 1), state.lease(by: 2))
        _ = state.returned(2, isReusable: true)
        #expect(state.close() == [.discard(2)])
        #expect(state.close() == [])
        #expect(state.lease(by: 3) == .refused)
        #expect(state.returned(1, isReusable: true) == [.discard(1), .finish])
    }

    @Test func `closing an idle pool ends at once`() {
        var state = PoolState(size: 2)
        #expect(state.close() == [.finish])
    }

    @Test func `waiting callers are told of the closing`() {
        var state = PoolState(size: 1)
        _ = (state.lease(by: 1), state.lease(by: 2))
        #expect(state.close() == [.refuse(waiter: 2)])
    }
}
