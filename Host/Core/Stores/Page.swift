/// Which part of a list is wanted. Lists run from newest to oldest.
package struct PageRequest: Sendable, Equatable {
    package static let largest = 200

    /// 1 to 200.
    package var limit: Int
    /// Opaque; from the page before.
    package var cursor: String?

    package init(limit: Int = 50, cursor: String? = nil) {
        self.limit = min(max(limit, 1), Self.largest)
        self.cursor = cursor
    }
}

/// A part of a list, and where the next one begins; `next` is nil at the end.
package struct Page<Item: Sendable>: Sendable {
    package var items: [Item]
    package var next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

/// Thrown by stores when a cursor is not one that they gave.
package struct InvalidCursor: Error, Equatable, Sendable {
    package init() {}
}
