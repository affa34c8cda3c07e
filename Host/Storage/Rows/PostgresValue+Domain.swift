import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresValue {
    static func id<Tag>(_ id: Identifier<Tag>) -> PostgresValue { .uuid(high: id.high, low: id.low) }

    static func moment(_ moment: Timestamp) -> PostgresValue { .timestamp(moment.milliseconds) }

    /// Only for columns of type `json`, which keep a document's text as it is, `\u0000` included.
    static func document(_ document: JSON) -> PostgresValue { .json(document.bytes()) }

    static func word<Word: RawRepresentable<String>>(_ word: Word) -> PostgresValue { .text(word.rawValue) }

    /// A text as PostgreSQL can hold it: U+0000, which it cannot, becomes U+FFFD. Writing and looking up do the same,
    /// so that what was stored under such a name is found.
    static func words(_ text: String) -> PostgresValue {
        text.utf8.contains(0)
            ? .text(String(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : Character($0) })) : .text(text)
    }

    static func number(_ number: Int) -> PostgresValue { .int(Int64(number)) }
}
