import PatchbayCore

extension Page {
    /// A part of a whole list; the cursor is where the next part begins.
    init(of all: [Item], _ request: PageRequest) throws {
        let start = try request.cursor.map { cursor in
            guard let start = Int(cursor), all.indices.contains(start) else { throw InvalidCursor() }
            return start
        }
        let rest = all.dropFirst(start ?? 0)
        let items = Array(rest.prefix(request.limit))
        self.init(items: items, next: items.count < rest.count ? String((start ?? 0) + items.count) : nil)
    }
}
