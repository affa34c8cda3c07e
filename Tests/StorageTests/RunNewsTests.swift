import DatabaseFixture
import PatchbayCore
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct RunNewsTests {
        @Test func `news reaches other processes and not the one that tells it`() async throws {
            try await withStores { stores in
                let (mine, other) = (
                    PostgresRunNews(stores.engine, log: .quiet), PostgresRunNews(stores.engine, log: .quiet)
                )
                let (heardHere, here) = AsyncStream.makeStream(of: [RunNews].self)
                let (heardThere, there) = AsyncStream.makeStream(of: [RunNews].self)
                let tasks = [
                    Task { await mine.hear { here.yield($0) } }, Task { await other.hear { there.yield($0) } },
                ]
                var (seenHere, seenThere) = (heardHere.makeAsyncIterator(), heardThere.makeAsyncIterator())
                #expect(await seenHere.next() == [.anything])
                #expect(await seenThere.next() == [.anything])
                let runs = (0..<600).map { RunID.new(at: Stores.at($0)) }
                for run in runs { mine.tell(.ended(run)) }
                var there1: Set<RunNews> = []
                while there1.count < runs.count { there1.formUnion(await seenThere.next() ?? []) }
                #expect(there1 == Set(runs.map { .ended($0) }))
                other.tell(.cancel(runs[0]))
                #expect(await seenHere.next() == [.cancel(runs[0])])
                tasks.forEach { $0.cancel() }
                for task in tasks { await task.value }
            }
        }

        @Test(arguments: [
            RunNews.work, .anything, .cancel(.new(at: Stores.start)), .changed(.new(at: Stores.start)),
            .message(.new(at: Stores.start)), .responded(.new(at: Stores.start)),
            .ended(.new(at: Stores.start)),
        ])
        func `news comes out of its word again`(news: RunNews) {
            #expect(RunNews(word: news.word[...]) == news)
        }

        @Test(arguments: ["", "w", "works", "=run_1", "?x", "**"])
        func `a word that nobody here knows is passed over`(word: String) {
            #expect(RunNews(word: word[...]) == nil)
        }
    }
}
