import PatchbayCore
import Synchronization
import Testing

@testable import PatchbayEngine

@Suite(.timeLimit(.minutes(5))) struct SharedReadsTests {
    private struct Broken: Error {}

    /// Something that is read, one read after the other, each let go by the test.
    private final class Source: Sendable {
        private struct State {
            var begun = 0
            var gates: [Int: CheckedContinuation<Void, Never>] = [:]
            var watchers: [(Int, CheckedContinuation<Void, Never>)] = []
        }
        private let state = Mutex(State())
        let reads = SharedReads<String, Int>()

        /// The number of the read that answered.
        func value(_ failure: (any Error)? = nil) async throws -> Int {
            try await reads.value(of: "it") {
                let number = state.withLock { state in
                    state.begun += 1
                    return state.begun
                }
                await withCheckedContinuation { gate in
                    let watchers = state.withLock { state in
                        state.gates[number] = gate
                        defer { state.watchers.removeAll { $0.0 <= number } }
                        return state.watchers.filter { $0.0 <= number }
                    }
                    for watcher in watchers { watcher.1.resume() }
                }
                if let failure { throw failure }
                return number
            }
        }

        /// Returns when that read is under way.
        func begun(_ number: Int) async {
            await withCheckedContinuation { watcher in
                let isSo = state.withLock { state in
                    if state.gates[number] == nil { state.watchers.append((number, watcher)) }
                    return state.gates[number] != nil
                }
                if isSo { watcher.resume() }
            }
        }

        func finish(_ number: Int) { state.withLock { $0.gates[number] }?.resume() }

        /// Returns when so many wait for the next read.
        func waiting(_ count: Int) async {
            while !Task.isCancelled, reads.waitingCount(for: "it") < count { await Task.yield() }
        }
    }

    @Test func `those who ask during a read share the next one`() async throws {
        let source = Source()
        let first = Task { try await source.value() }
        await source.begun(1)
        let later = (0..<20).map { _ in Task { try await source.value() } }
        await source.waiting(20)
        source.finish(1)
        #expect(try await first.value == 1)
        await source.begun(2)
        source.finish(2)
        for one in later { #expect(try await one.value == 2) }
        // Nobody waits: the next reads by itself.
        let last = Task { try await source.value() }
        await source.begun(3)
        source.finish(3)
        #expect(try await last.value == 3)
    }

    @Test func `a failure is everybody's, a cancellation only of the one that was cancelled`() async throws {
        let source = Source()
        let first = Task { try await source.value() }
        await source.begun(1)
        // The one who reads next for all of them is cancelled.
        let cancelled = Task { try await source.value(CancellationError()) }
        await source.waiting(1)
        let failing = Task { try await source.value(Broken()) }
        await source.waiting(2)
        let sharing = Task { try await source.value() }
        await source.waiting(3)
        source.finish(1)
        #expect(try await first.value == 1)
        await source.begun(2)
        source.finish(2)
        await #expect(throws: CancellationError.self) { _ = try await cancelled.value }
        await source.begun(3)
        source.finish(3)
        await #expect(throws: Broken.self) { _ = try await failing.value }
        await #expect(throws: Broken.self) { _ = try await sharing.value }
    }
}
