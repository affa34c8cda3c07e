import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresRow {
    /// Deeper and larger than what is accepted from outside, because what is stored wraps it in objects of its own.
    private static let limits = JSONLimits(depth: 2_000, bytes: 1 << 30)

    func id<Tag: IdentifierTag>(_ column: String, of _: Tag.Type = Tag.self) throws -> Identifier<Tag> {
        let (high, low) = try uuid(column)
        return Identifier(high: high, low: low)
    }

    func optionalID<Tag: IdentifierTag>(_ column: String, of _: Tag.Type = Tag.self) throws -> Identifier<Tag>? {
        try present(column, uuid).map { Identifier(high: $0.high, low: $0.low) }
    }

    func moment(_ column: String) throws -> Timestamp { Timestamp(milliseconds: try timestamp(column)) }

    func optionalMoment(_ column: String) throws -> Timestamp? {
        try present(column, timestamp).map(Timestamp.init(milliseconds:))
    }

    func number(_ column: String) throws -> Int { Int(try int(column)) }

    func document(_ column: String) throws -> JSON { try document(json(column), of: column) }

    /// Of a column of bytes that hold JSON text.
    func content(_ column: String) throws -> JSON { try document(bytes(column), of: column) }

    private func document(_ text: [UInt8], of column: String) throws -> JSON {
        do {
            return try JSON(parsing: text, limits: Self.limits)
        } catch {
            throw StorageError(description: "column \(column) holds no JSON that can be read: \(error)")
        }
    }

    func word<Word: RawRepresentable<String>>(_ column: String, _: Word.Type = Word.self) throws -> Word {
        guard let word = Word(rawValue: try text(column)) else {
            throw StorageError(description: "column \(column) holds a word that this version does not know")
        }
        return word
    }
}
