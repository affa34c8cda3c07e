import Synchronization
import Testing

@testable import PatchbaySecurity

@Suite(.timeLimit(.minutes(1))) struct SharedWorkTests {
    struct Failure: Error {}

    /// Lets work begin and end when a test says so.
    private final class Gate: Sendable {
        let begun = AsyncStream<String>.makeStream()
        private let open = Mutex<[CheckedContinuation<Void, Never>]>([])

        func pass(_ name: String) async {
            await withCheckedContinuation { continuation in
                open.withLock { $0.append(continuation) }
                begun.continuation.yield(name)
            }
        }

        func letOne() { open.withLock { $0.removeFirst() }.resume() }
    }

    private final class Count: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock {
                $0 += 1
                return $0
            }
        }
    }

    @Test func `those who come meanwhile get the same result`() async throws {
        let shared = SharedWork<String, Int>(most: 1)
        let count = Count()
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await shared.value(for: "a") {
                        await Task.yield()
                        return count.next()
                    }
                }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(results.count == 100)
        #expect(count.next() - 1 == results.max())
    }

    @Test func `a failure is everybody's, and the next one begins anew`() async throws {
        let shared = SharedWork<String, Int>(most: 1)
        await #expect(throws: Failure.self) { try await shared.value(for: "a") { throw Failure() } }
        #expect(try await shared.value(for: "a") { 7 } == 7)
    }

    @Test func `no more than the limit are under way, and the others get their turn`() async throws {
        let shared = SharedWork<String, String>(most: 2)
        let gate = Gate()
        var begun = gate.begun.stream.makeAsyncIterator()
        try await withThrowingTaskGroup(of: String.self) { group in
            for name in ["a", "b", "c", "d"] {
                group.addTask {
                    try await shared.value(for: name) {
                        await gate.pass(name)
                        return name
                    }
                }
            }
            var seen: Set<String> = []
            for _ in 0..<2 { seen.insert(await begun.next()!) }
            for _ in 0..<2 {
                gate.letOne()
                seen.insert(await begun.next()!)
            }
            #expect(seen == ["a", "b", "c", "d"])
            for _ in 0..<2 { gate.letOne() }
            var ended: Set<String> = []
            for try await name in group { ended.insert(name) }
            #expect(ended == ["a", "b", "c", "d"])
        }
    }

    @Test func `who gives up leaves the work to the others`() async throws {
        let shared = SharedWork<String, Int>(most: 1)
        let gate = Gate()
        var begun = gate.begun.stream.makeAsyncIterator()
        let first = Task {
            try await shared.value(for: "a") {
                await gate.pass("a")
                return 1
            }
        }
        _ = await begun.next()
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        async let second = shared.value(for: "a") { 2 }
        await Task.yield()
        gate.letOne()
        // The same work, or new work when it ended before this one came.
        #expect([1, 2].contains(try await second))
    }
}
