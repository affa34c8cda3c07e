import PatchbayCore

/// Deliveries whose runs are to be started, as they stand in line: tenants take turns, so that one that sends thousands
/// delays only itself. Bounded; what does not fit is found in the database later. Pure.
struct DeliveryLine<Item> {
    /// A tenant's. What was taken is cut off when it is half of it, so that a long line costs no more an item than a short one.
    private struct Line {
        var items: [(item: Item, size: Int)] = []
        private var first = 0

        var count: Int { items.count - first }

        func entry(_ place: Int) -> (item: Item, size: Int)? {
            first + place < items.count ? items[first + place] : nil
        }

        mutating func removeFirst(_ number: Int) {
            first += number
            guard first * 2 >= items.count else { return }
            items.removeFirst(first)
            first = 0
        }
    }

    private let most: Int
    private let mostBytes: Int
    private var lines: [TenantID: Line] = [:]
    /// Tenants with somebody in line, the next one first.
    private var turns: [TenantID] = []
    private(set) var count = 0
    private var bytes = 0

    init(atMost most: Int, bytes mostBytes: Int) {
        self.most = most
        self.mostBytes = mostBytes
    }

    /// False when there is no room.
    mutating func add(_ item: Item, of tenant: TenantID, size: Int) -> Bool {
        guard count < most, count == 0 || bytes + size <= mostBytes else { return false }
        if lines[tenant] == nil { turns.append(tenant) }
        lines[tenant, default: Line()].items.append((item, size))
        count += 1
        bytes += size
        return true
    }

    /// Up to `limit` of them, one of each tenant in turn.
    mutating func next(_ limit: Int) -> [Item] {
        var taken: [TenantID: Int] = [:]
        var items: [Item] = []
        var index = 0
        while items.count < limit, !turns.isEmpty {
            if index >= turns.count { index = 0 }
            let tenant = turns[index]
            let place = taken[tenant, default: 0]
            guard let entry = lines[tenant]?.entry(place) else {
                turns.remove(at: index)
                lines[tenant] = nil
                taken[tenant] = nil
                continue
            }
            items.append(entry.item)
            bytes -= entry.size
            taken[tenant] = place + 1
            index += 1
        }
        for (tenant, number) in taken {
            lines[tenant]?.removeFirst(number)
            if lines[tenant]?.count == 0 {
                lines[tenant] = nil
                turns.removeAll { $0 == tenant }
            }
        }
        // Whose turn it was goes to the end.
        let rotation = turns.isEmpty ? 0 : index % turns.count
        turns = Array(turns[rotation...] + turns[..<rotation])
        count -= items.count
        return items
    }
}
