/// What waits to be written, and what of it is written together. Pure.
///
/// New runs come first, since somebody waits for the answer, while the steps of runs that were accepted are in nobody's way: so
/// long as many start, runs advance a few at a time, and what is more waits. It does not wait for ever: each batch takes some.
struct WriteQueue<Part> {
    struct Rules {
        /// A batch is cut there, so that one transaction stays well below the statement's time limit.
        var mostParts = 500
        var mostBytes = 8 << 20
        /// With that many new runs in a batch, it takes only so many of the other parts.
        var crowd = 8
        var mostBesideCrowd = 32
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
        take(&starts, atMost: rules.mostParts)
        let isCrowded = batch.count >= rules.crowd
        take(&steps, atMost: isCrowded ? min(rules.mostBesideCrowd, rules.mostParts) : rules.mostParts - batch.count)
        return batch
    }
}
