import Testing

@testable import PatchbayStorage

@Suite struct WriteQueueTests {
    private struct Part: Equatable {
        var name: Int
        var size = 1
        var worker: String?
    }

    private func queue(_ rules: WriteQueue<Part>.Rules = .init()) -> WriteQueue<Part> {
        WriteQueue(rules, size: \.size, worker: \.worker)
    }

    @Test func `what came first is written first, new runs before steps`() {
        var queue = queue()
        for name in 1...6 { queue.add(Part(name: name), isStart: name % 2 == 0) }
        #expect(queue.count == 6)
        #expect(queue.next().map(\.name) == [2, 4, 6, 1, 3, 5])
        #expect(queue.next().isEmpty)
        #expect(queue.count == 0)
    }

    @Test func `however many runs start, each batch has room for steps`() {
        var queue = queue(.init(mostParts: 15, leastForSteps: 5))
        for name in 0..<20 { queue.add(Part(name: name), isStart: false) }
        var written: [Int] = []
        for round in 0..<4 {
            for start in 0..<30 { queue.add(Part(name: 1_000 + 30 * round + start), isStart: true) }
            let batch = queue.next()
            #expect(batch.count { $0.name >= 1_000 } == 10)
            written += batch.map(\.name).filter { $0 < 1_000 }
        }
        #expect(written == Array(0..<20))
    }

    @Test func `steps have the room that new runs leave`() {
        var queue = queue(.init(mostParts: 50, leastForSteps: 5))
        for name in 0..<60 { queue.add(Part(name: name), isStart: false) }
        for name in 0..<7 { queue.add(Part(name: 1_000 + name), isStart: true) }
        #expect(queue.next().count == 50)
        #expect(queue.next().map(\.name) == Array(43..<60))
    }

    @Test func `a batch is of one worker, and of those who have none`() {
        var queue = queue()
        queue.add(Part(name: 1, worker: "a"), isStart: true)
        queue.add(Part(name: 2), isStart: true)
        queue.add(Part(name: 3, worker: "a"), isStart: false)
        queue.add(Part(name: 4, worker: "b"), isStart: false)
        queue.add(Part(name: 5, worker: "a"), isStart: false)
        #expect(queue.next().map(\.name) == [1, 2, 3])
        #expect(queue.next().map(\.name) == [4])
        #expect(queue.next().map(\.name) == [5])
    }

    @Test func `a batch ends before it is too large, and one part always goes`() {
        var queue = queue(.init(mostParts: 50, mostBytes: 100, leastForSteps: 5))
        queue.add(Part(name: 1, size: 60), isStart: true)
        queue.add(Part(name: 2, size: 60), isStart: true)
        queue.add(Part(name: 3, size: 40), isStart: false)
        queue.add(Part(name: 4, size: 500), isStart: false)
        #expect(queue.next().map(\.name) == [1])
        #expect(queue.next().map(\.name) == [2, 3])
        #expect(queue.next().map(\.name) == [4])
    }
}
