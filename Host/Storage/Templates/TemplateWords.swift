import PatchbayCore
import PatchbayPostgres

/// The words of all listings, among which searches look for what was misspelt.
enum TemplateWords {
    /// Shorter ones are taken as they are.
    private static let shortest = 3

    /// Adds those that are not there yet.
    static func add(of texts: [String], over connection: PostgresConnection) async throws {
        let words = Set(texts.flatMap(TemplateSearch.words)).filter { $0.count >= shortest }
        // In the same order everywhere, so that two who add some do not wait for each other in a circle.
        let sorted = words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        _ = try await connection.query(insert, [.array(.text, sorted.map(PostgresValue.words))])
    }

    private static let insert = """
        with new as (
            insert into template_words (word)
            select word from unnest($1::text[]) with ordinality as w (word, place)
            where not exists (select from template_words t where t.word = w.word collate "C")
            order by place on conflict do nothing
            returning word
        )
        insert into template_slips (slip, word) select slip, word from new, unnest(word_slips(word)) as slip
        """
}
