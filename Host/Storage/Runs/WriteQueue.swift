/// What waits to be written, and what of it is written together. Pure.
///
/// New runs come first, since somebody waits for the answer. The steps of runs that go on fill the rest of the batch: fewer of
/// them at a time would cost more transactions than the starts gain.
struct WriteQueue<Part> {
    struct Rules {
        /// A batch is cut there, so that one transaction stays well below the statement's time limit.
        var mostParts = 500
        var mostBytes = 8 << 20
        /// Of them, those that are kept for steps, so that they go on however many runs start.
        var leastForSteps = 100
    }

    private let rules: Rules
    private let size: (Part) -> Int
    /// Under whose leases a part is; nil when it is under none. A batch is of one worker.
    private let worker: (Part) -> String?
    private var starts: [Part] = []
    private var steps: [Part] = []

    init(_ rules: Rules = Rules(), size: @escaping (Part) -> Int, worker: @escaping (Part) -> String?) {
        self.rules = rules
        self.size = size
        self.worker = worker
    }

    var count: Int { starts.count + steps.count }

    mutating func add(_ part: Part, isStart: Bool) {
        if isStart { starts.append(part) } else { steps.append(part) }
    }

    /// The next batch, each kind in the order in which it came; empty when nothing waits.
    mutating func next() -> [Part] {
        var batch: [Part] = []
        var bytes = 0
        var owner: String?
        func take(_ parts: inout [Part], atMost most: Int) {
            var taken = 0
            for part in parts.prefix(most) {
                bytes += size(part)
                if !batch.isEmpty, bytes > rules.mostBytes { break }
                if let name = worker(part) {
                    if let owner, owner != name { break }
                    owner = name
                }
                batch.append(part)
                taken += 1
            }
            parts.removeFirst(taken)
        }
        take(&starts, atMost: rules.mostParts - rules.leastForSteps)
        take(&steps, atMost: rules.mostParts - batch.count)
        return batch
    }
}
