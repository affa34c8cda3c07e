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

    @Test func `what came first is written first`() {
        var queue = queue()
        for name in 1...6 { queue.add(Part(name: name)) }
        #expect(queue.count == 6)
        #expect(queue.next().map(\.name) == [1, 2, 3, 4, 5, 6])
        #expect(queue.next().isEmpty)
        #expect(queue.count == 0)
    }

    @Test func `a batch has so many parts at most`() {
        var queue = queue(.init(mostParts: 50))
        for name in 0..<60 { queue.add(Part(name: name)) }
        #expect(queue.next().count == 50)
        #expect(queue.next().map(\.name) == Array(50..<60))
    }

    @Test func `a batch is of one worker, and of those who have none`() {
        var queue = queue()
        queue.add(Part(name: 1, worker: "a"))
        queue.add(Part(name: 2))
        queue.add(Part(name: 3, worker: "a"))
        queue.add(Part(name: 4, worker: "b"))
        queue.add(Part(name: 5, worker: "a"))
        #expect(queue.next().map(\.name) == [1, 2, 3])
        #expect(queue.next().map(\.name) == [4])
        #expect(queue.next().map(\.name) == [5])
    }

    @Test func `a batch ends before it is too large, and one part always goes`() {
        var queue = queue(.init(mostParts: 50, mostBytes: 100))
        queue.add(Part(name: 1, size: 60))
        queue.add(Part(name: 2, size: 60))
        queue.add(Part(name: 3, size: 40))
        queue.add(Part(name: 4, size: 500))
        #expect(queue.next().map(\.name) == [1])
        #expect(queue.next().map(\.name) == [2, 3])
        #expect(queue.next().map(\.name) == [4])
    }
}
