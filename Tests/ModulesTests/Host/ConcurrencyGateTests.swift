import Testing

@testable import PatchbayModules

@Suite(.timeLimit(.minutes(5))) struct ConcurrencyGateTests {
    @Test func `as many as the limit are in at once`() {
        let gate = ConcurrencyGate(limit: 2)
        #expect(gate.tryEnter())
        #expect(gate.tryEnter())
        #expect(!gate.tryEnter())
        gate.leave()
        #expect(gate.tryEnter())
    }

    @Test func `who waits enters when somebody leaves`() async {
        let gate = ConcurrencyGate(limit: 1)
        #expect(gate.tryEnter())
        async let entered = gate.enter(within: .seconds(30))
        gate.leave()
        #expect(await entered)
        #expect(!gate.tryEnter())
    }

    @Test func `waiting ends with the time`() async {
        let gate = ConcurrencyGate(limit: 1)
        #expect(gate.tryEnter())
        #expect(await !gate.enter(within: .milliseconds(5)))
        gate.leave()
        #expect(gate.tryEnter(), "the one who gave up holds no place")
    }

    @Test func `waiting ends with the task`() async {
        let gate = ConcurrencyGate(limit: 1)
        #expect(gate.tryEnter())
        let waiter = Task { await gate.enter(within: .seconds(60)) }
        waiter.cancel()
        #expect(await !waiter.value)
        gate.leave()
        #expect(gate.tryEnter())
    }

    @Test func `closing turns everyone away, and tells when all have left`() async {
        let gate = ConcurrencyGate(limit: 1)
        #expect(gate.tryEnter())
        let waiter = Task { await gate.enter(within: .seconds(60)) }
        gate.close()
        #expect(await !waiter.value)
        #expect(gate.isClosed)
        #expect(await !gate.empty(atMost: .milliseconds(5)))
        async let empty = gate.empty(atMost: .seconds(30))
        gate.leave()
        #expect(await empty)
        #expect(await gate.empty(atMost: .seconds(30)))
        #expect(!gate.tryEnter())
        #expect(await !gate.enter(within: .seconds(30)))
    }

    @Test func `a thousand tasks pass a narrow gate`() async {
        let gate = ConcurrencyGate(limit: 3)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1_000 {
                group.addTask {
                    guard await gate.enter(within: .seconds(50)) else { return false }
                    await Task.yield()
                    gate.leave()
                    return true
                }
            }
            for await entered in group { #expect(entered) }
        }
        #expect(gate.tryEnter() && gate.tryEnter() && gate.tryEnter() && !gate.tryEnter())
    }
}
