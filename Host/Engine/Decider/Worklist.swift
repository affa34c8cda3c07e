/// What is to be looked at, in the order it came; each thing once at a time.
struct Worklist<Item: Hashable & Sendable>: Sendable {
    private var items: [Item] = []
    private var head = 0
    private var waiting: Set<Item> = []

    var isEmpty: Bool { head == items.count }

    mutating func add(_ item: Item) {
        if waiting.insert(item).inserted { items.append(item) }
    }

    mutating func next() -> Item? {
        guard head < items.count else { return nil }
        defer {
            head += 1
            if head == items.count {
                items.removeAll(keepingCapacity: true)
                head = 0
            } else if head > 1_024, head > items.count / 2 {
                items.removeFirst(head)
                head = 0
            }
        }
        waiting.remove(items[head])
        return items[head]
    }
}
