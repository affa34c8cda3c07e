package import PatchbayCore
import PatchbayPostgres

/// Finding published templates.
///
/// A word that begins no word of any listing is taken for the nearest that there is. Of what fits, the
/// `mostRanked` that were installed most are put in order by how well they fit: a search for a word that half of all templates
/// have costs no more than one for a rare one.
extension PostgresTemplateStore {
    private static let mostRanked = 500
    /// Words that have most trigrams in common, of which the nearest is chosen.
    private static let mostAlike = 40

    package func search(_ search: TemplateSearch, page: PageRequest) async throws -> Page<TemplateListing> {
        var conditions = ["is_listed"]
        var parameters: [PostgresValue] = []
        func place(_ value: PostgresValue) -> String {
            parameters.append(value)
            return "$\(parameters.count)"
        }
        if !search.words.isEmpty {
            let query = try await pattern(for: search.words)
            conditions.append("search @@ to_tsquery('english', \(place(.words(query))))")
        }
        if let category = search.category { conditions.append("category = \(place(.words(category)))") }
        if let author = search.author { conditions.append("author = \(place(.words(author)))") }
        if let tag = search.tag { conditions.append("tags @> array[\(place(.words(tag)))]::text[]") }
        if let connector = search.connector {
            conditions.append("connectors @> array[\(place(.words(connector)))]::text[]")
        }
        if let publisher = search.publisher {
            conditions.append(
                "publisher_id = (select owner_id from publisher_profiles where profile_id = \(place(.id(publisher))))")
        }
        let order = search.words.isEmpty && search.order == .relevance ? .installs : search.order
        switch order {
        case .relevance: return try await ranked(conditions, parameters, page)
        case .installs: return try await sorted(conditions, parameters, page, by: .installs)
        case .date: return try await sorted(conditions, parameters, page, by: .date)
        case .rating: return try await sorted(conditions, parameters, page, by: .rating)
        }
    }

    // MARK: Words

    /// What the words are looked for by: beginnings of words, or whole words that stand for what was misspelt.
    private func pattern(for words: [String]) async throws -> String {
        let known = Set(
            try await pool.rows(
                Self.selectKnown,
                [.array(.text, words.map(PostgresValue.words)), .array(.text, words.map { .words($0 + "\u{10FFFF}") })]
            ).map { try $0.text("word") })
        var terms: [String] = []
        for word in words {
            if known.contains(word) {
                terms.append("'\(word)':*")
            } else {
                let alike = try await pool.rows(
                    Self.selectAlike,
                    [.array(.text, Trigrams.of(word).map(PostgresValue.words)), .number(Self.mostAlike)]
                ).map { try $0.text("word") }
                terms.append("'\(Suggestion.nearest(to: word, among: alike) ?? word)'")
            }
        }
        return terms.joined(separator: " & ")
    }

    /// Those that say nothing (`the`), which a search passes over, and short ones are taken as they are.
    private static let selectKnown = """
        select w.word from unnest($1::text[], $2::text[]) as w (word, behind)
        where char_length(w.word) < 3 or numnode(plainto_tsquery('english', w.word)) = 0 or exists (
            select from template_words t
            where t.word >= w.word collate "C" and t.word < w.behind collate "C")
        """

    private static let selectAlike = """
        select word from template_words where trigrams && $1::text[]
        order by (select count(*) from unnest(trigrams) as t where t = any ($1::text[])) desc, word
        limit $2
        """

    // MARK: Orders

    /// The cursor is how many were shown.
    private func ranked(
        _ conditions: [String], _ parameters: [PostgresValue], _ page: PageRequest
    ) async throws -> Page<TemplateListing> {
        let count = parameters.count
        let offset = try page.numericCursor()
        let sql = """
            with found as materialized (
                select template_id, ts_rank(search, to_tsquery('english', $1)) * (1 + ln(1 + installs) / 10) as rank
                from (
                    select template_id, search, installs from template_listings
                    where \(conditions.joined(separator: " and "))
                    order by installs desc, template_id desc limit $\(count + 1)
                ) most
            ), placed as (
                select template_id, row_number() over (order by rank desc, template_id desc) as place from found
            )
            select place, \(TemplateRows.listingColumns) from placed join template_listings using (template_id)
            where place > coalesce($\(count + 2), 0)
            order by place limit $\(count + 3)
            """
        let rows = try await pool.rows(sql, parameters + [.number(Self.mostRanked), offset, page.reach])
        return try page.page(of: rows) { (try TemplateRows.listing($0), cursor: String(try $0.int("place"))) }
    }

    private enum Column: String {
        case installs
        case date = "updated_at"
        case rating = "score"
    }

    /// The cursor is the last item's value and id.
    private func sorted(
        _ conditions: [String], _ parameters: [PostgresValue], _ page: PageRequest, by column: Column
    ) async throws -> Page<TemplateListing> {
        var conditions = conditions
        var parameters = parameters
        if let cursor = page.cursor {
            let parts = cursor.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = Int64(parts[0]), let id = TemplateID(parts[1]) else {
                throw InvalidCursor()
            }
            let last: PostgresValue = column == .date ? .timestamp(value) : .int(value)
            conditions.append(
                "(\(column.rawValue), template_id) < ($\(parameters.count + 1), $\(parameters.count + 2)::uuid)")
            parameters += [last, .id(id)]
        }
        let sql = """
            select \(TemplateRows.listingColumns) from template_listings
            where \(conditions.joined(separator: " and "))
            order by \(column.rawValue) desc, template_id desc limit $\(parameters.count + 1)
            """
        let rows = try await pool.rows(sql, parameters + [page.reach])
        return try page.page(of: rows) { row in
            let listing = try TemplateRows.listing(row)
            let value =
                switch column {
                case .installs: Int64(listing.installs)
                case .date: listing.updatedAt.milliseconds
                case .rating: Int64(listing.rating.score)
                }
            return (listing, cursor: "\(value):\(listing.id)")
        }
    }
}
