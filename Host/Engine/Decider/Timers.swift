import PatchbayCore

/// What is due when: a binary heap. What has become superfluous stays in it until its moment, and is then passed over
/// by whoever takes it out.
struct Timers<Subject: Sendable>: Sendable {
    private var heap: [(moment: Timestamp, number: Int, subject: Subject)] = []
    private var added = 0

    var first: (moment: Timestamp, subject: Subject)? { heap.first.map { ($0.moment, $0.subject) } }

    var count: Int { heap.count }

    mutating func add(_ subject: Subject, at moment: Timestamp) {
        added += 1
        heap.append((moment, added, subject))
        var child = heap.count - 1
        while child > 0, isEarlier(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isEarlier(child, least) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    /// Keeps only what is wanted still.
    mutating func keep(_ isWanted: (Timestamp, Subject) -> Bool) {
        let kept = heap.filter { isWanted($0.moment, $0.subject) }
        heap = []
        for timer in kept { add(timer.subject, at: timer.moment) }
    }

    private func isEarlier(_ a: Int, _ b: Int) -> Bool {
        (heap[a].moment.milliseconds, heap[a].number) < (heap[b].moment.milliseconds, heap[b].number)
    }
}

/// What of a run is due at a moment.
enum RunTimer: Hashable, Sendable {
    case run
    case step(StepPlace)
    case compensation
    case cleanup
}
