/// What waits to be taken down, and what of it is written together. Pure.
struct AuditQueue<Part> {
    /// Events of one transaction.
    static var mostTogether: Int { 500 }

    private let most: Int
    private let size: (Part) -> Int
    private var waiting: [Part] = []
    /// Events that wait.
    private(set) var count = 0

    /// - Parameter most: Events that may wait; whoever asks waits with them, so it is no more than what goes on at a time.
    init(atMost most: Int, size: @escaping (Part) -> Int) {
        self.most = most
        self.size = size
    }

    /// False when too much waits already. What comes to an empty queue is taken, however much it is.
    mutating func add(_ part: Part) -> Bool {
        guard count == 0 || count + size(part) <= most else { return false }
        waiting.append(part)
        count += size(part)
        return true
    }

    /// The next batch, in the order in which it came; empty when nothing waits.
    mutating func next() -> [Part] {
        var taken = 0
        var events = 0
        for part in waiting {
            if taken > 0, events + size(part) > Self.mostTogether { break }
            events += size(part)
            taken += 1
        }
        let batch = Array(waiting.prefix(taken))
        waiting.removeFirst(taken)
        count -= events
        return batch
    }
}
