import Synchronization
import Testing

@testable import ConnectorSDK

@Suite struct RunningCallsTests {
    private let calls = RunningCalls()

    /// A task that ends when it is cancelled.
    private func waiting() -> Task<Void, Never> {
        Task { while !Task.isCancelled { await Task.yield() } }
    }

    @Test func `a cancellation finds its call among others, and places are used again`() async throws {
        let first = try #require(calls.begin(1))
        let second = try #require(calls.begin(2))
        let (one, two) = (waiting(), waiting())
        calls.started(1, at: first, as: one)
        calls.started(2, at: second, as: two)
        calls.cancel(1)
        await one.value
        #expect(one.isCancelled && !two.isCancelled)
        calls.end(at: first)
        #expect(calls.begin(3) == first)
        calls.cancel(1)
        calls.cancel(2)
        await two.value
        #expect(two.isCancelled)
    }

    @Test func `a call that is cancelled before its task is known ends then`() async throws {
        let place = try #require(calls.begin(1))
        calls.cancel(1)
        let task = waiting()
        calls.started(1, at: place, as: task)
        await task.value
        #expect(task.isCancelled)
    }

    @Test func `a task that comes after its call's end is not taken for that of the next call there`() async throws {
        let place = try #require(calls.begin(1))
        calls.end(at: place)
        #expect(calls.begin(2) == place)
        let (late, own) = (waiting(), waiting())
        calls.started(1, at: place, as: late)
        calls.started(2, at: place, as: own)
        calls.cancel(2)
        await own.value
        #expect(!late.isCancelled)
        late.cancel()
    }

    @Test func `a drain waits for the last and lets no more begin`() throws {
        let (first, second) = (try #require(calls.begin(1)), try #require(calls.begin(2)))
        let count = Count()
        calls.drain { count.value.wrappingAdd(1, ordering: .relaxed) }
        #expect(calls.begin(3) == nil)
        calls.end(at: second)
        #expect(count.value.load(ordering: .relaxed) == 0)
        calls.end(at: first)
        #expect(count.value.load(ordering: .relaxed) == 1)
    }
}

private final class Count: Sendable {
    let value = Atomic(0)
}
