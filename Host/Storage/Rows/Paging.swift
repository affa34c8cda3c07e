import PatchbayCore
import PatchbayPostgres

/// How lists are cut into pages: a cursor is the key of a page's last item, and one row more than wanted is read to
/// know whether there is a next page.
extension PageRequest {
    /// The id after which the page begins, or null. Throws `InvalidCursor`.
    func cursor<Tag: IdentifierTag>(_: Tag.Type) throws(InvalidCursor) -> PostgresValue {
        guard let cursor else { return .null }
        guard let id = Identifier<Tag>(cursor) else { throw InvalidCursor() }
        return .id(id)
    }

    /// The number after which the page begins, or null. Throws `InvalidCursor`.
    func numericCursor() throws(InvalidCursor) -> PostgresValue {
        guard let cursor else { return .null }
        guard let number = Int64(cursor), number >= 0 else { throw InvalidCursor() }
        return .int(number)
    }

    /// How many rows to read.
    var reach: PostgresValue { .number(limit + 1) }

    /// The page that rows make; `key` gives the cursor of an item.
    func page<Item>(
        of rows: PostgresRows, _ item: (PostgresRow) throws -> (Item, cursor: String)
    ) throws -> Page<Item> {
        let items = try rows.prefix(limit).map(item)
        return Page(items: items.map(\.0), next: rows.count > limit ? items.last?.cursor : nil)
    }
}
