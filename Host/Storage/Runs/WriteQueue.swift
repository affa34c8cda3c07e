/// What waits to be written, and what of it is written together, in the order in which it came. Pure.
struct WriteQueue<Part> {
    struct Rules {
        /// A batch is cut there, so that one transaction stays well below the statement's time limit.
        var mostParts = 500
        var mostBytes = 8 << 20
    }

    private let rules: Rules
    private let size: (Part) -> Int
    /// Under whose leases a part is; nil when it is under none. A batch is of one worker.
    private let worker: (Part) -> String?
    private var parts: [Part] = []

    init(_ rules: Rules = Rules(), size: @escaping (Part) -> Int, worker: @escaping (Part) -> String?) {
        self.rules = rules
        self.size = size
        self.worker = worker
    }

    var count: Int { parts.count }

    mutating func add(_ part: Part) { parts.append(part) }

    /// The next batch; empty when nothing waits.
    mutating func next() -> [Part] {
        var batch: [Part] = []
        var bytes = 0
        var owner: String?
        for part in parts.prefix(rules.mostParts) {
            bytes += size(part)
            if !batch.isEmpty, bytes > rules.mostBytes { break }
            if let name = worker(part) {
                if let owner, owner != name { break }
                owner = name
            }
            batch.append(part)
        }
        parts.removeFirst(batch.count)
        return batch
    }
}
