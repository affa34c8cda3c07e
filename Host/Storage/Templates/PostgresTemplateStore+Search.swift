package import PatchbayCore
import PatchbayPostgres

/// Finding published templates.
///
/// A word that begins no word of any listing is taken for the nearest that there is. Of what fits, the
/// `mostRanked` that were installed most are put in order by how well they fit.
///
/// Whatever is looked for, a stretch of the list is read in its order first: what many templates have is found there, and
/// finding all that have it would take long. When the stretch holds too few, few have it, and they are looked up. So no
/// search depends on what the database believes of how often something occurs.
extension PostgresTemplateStore {
    private static let mostRanked = 200
    private static let stretch = 3_000
    /// Words among which the nearest is chosen.
    private static let mostAlike = 200

    package func search(_ search: TemplateSearch, page: PageRequest) async throws -> Page<TemplateListing> {
        var conditions: [String] = []
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
        let question = Question(
            conditions: conditions, parameters: parameters, isRare: search.author != nil || search.publisher != nil)
        let order = search.words.isEmpty && search.order == .relevance ? .installs : search.order
        switch order {
        case .relevance: return try await ranked(question, page)
        case .installs: return try await sorted(question, page, by: .installs)
        case .date: return try await sorted(question, page, by: .date)
        case .rating: return try await sorted(question, page, by: .rating)
        }
    }

    /// What fits, as SQL.
    private struct Question {
        let conditions: [String]
        let parameters: [PostgresValue]
        /// Few templates fit, so that all of them are looked up at once.
        let isRare: Bool

        func filter(_ word: String, and other: [String] = []) -> String {
            let all = conditions + other
            return all.isEmpty ? "" : "\(word) " + all.joined(separator: " and ")
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
                    Self.selectAlike, [.words(word), .number(Self.mostAlike)]
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
        select distinct word from template_slips where slip = any (word_slips($1)) order by word limit $2
        """

    // MARK: Orders

    /// The cursor is how many were shown.
    private func ranked(_ question: Question, _ page: PageRequest) async throws -> Page<TemplateListing> {
        let offset = try page.numericCursor()
        func rows(_ candidates: String) async throws -> PostgresRows {
            let count = question.parameters.count
            let sql = """
                with found as materialized (
                    select template_id, ts_rank(search, to_tsquery('english', $1)) * (1 + ln(1 + installs) / 10) as rank
                    from (\(candidates)) candidates
                ), placed as (
                    select template_id, row_number() over (order by rank desc, template_id desc) as place,
                        count(*) over () as candidates
                    from found
                )
                select place, candidates, \(TemplateRows.listingColumns)
                from (
                    select * from placed where place > coalesce($\(count + 1), 0) order by place limit $\(count + 2)
                ) shown join template_listings using (template_id)
                order by place
                """
            return try await pool.rows(sql, question.parameters + [offset, page.reach])
        }
        func result(_ rows: PostgresRows) throws -> Page<TemplateListing> {
            try page.page(of: rows) { (try TemplateRows.listing($0), cursor: String(try $0.int("place"))) }
        }
        if !question.isRare {
            let near = try await rows(
                """
                select template_id, search, installs from (
                    select * from template_listings where is_listed
                    order by installs desc, template_id desc limit \(Self.stretch)
                ) near \(question.filter("where"))
                order by installs desc, template_id desc limit \(Self.mostRanked)
                """)
            if try near.first?.number("candidates") == Self.mostRanked { return try result(near) }
        }
        return try result(
            try await rows(
                """
                select template_id, search, installs from (
                    with fitting as materialized (
                        select template_id, installs from template_listings
                        where is_listed \(question.filter("and"))
                    )
                    select template_id from fitting order by installs desc, template_id desc limit \(Self.mostRanked)
                ) most join template_listings using (template_id)
                """))
    }

    private enum Column: String {
        case installs
        case date = "updated_at"
        case rating = "score"
    }

    /// The cursor is the last item's value and id.
    private func sorted(
        _ question: Question, _ page: PageRequest, by column: Column
    ) async throws -> Page<TemplateListing> {
        var parameters = question.parameters
        var behind: [String] = []
        if let cursor = page.cursor {
            let parts = cursor.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = Int64(parts[0]), let id = TemplateID(parts[1]) else {
                throw InvalidCursor()
            }
            let last: PostgresValue = column == .date ? .timestamp(value) : .int(value)
            behind = ["(\(column.rawValue), template_id) < ($\(parameters.count + 1), $\(parameters.count + 2)::uuid)"]
            parameters += [last, .id(id)]
        }
        parameters.append(page.reach)
        let order = "order by \(column.rawValue) desc, template_id desc"
        let limit = "limit $\(parameters.count)"
        let isBehind = behind.map { "and " + $0 }.joined()
        func result(_ rows: PostgresRows) throws -> Page<TemplateListing> {
            try page.page(of: rows) { row in
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
        if !question.isRare {
            let near = try await pool.rows(
                """
                select \(TemplateRows.listingColumns) from (
                    select * from template_listings where is_listed \(isBehind) \(order) limit \(Self.stretch)
                ) near \(question.filter("where")) \(order) \(limit)
                """, parameters)
            if near.count > page.limit || question.conditions.isEmpty { return try result(near) }
        }
        return try result(
            try await pool.rows(
                """
                with fitting as materialized (
                    select template_id, \(column.rawValue) from template_listings
                    where is_listed \(question.filter("and", and: behind))
                )
                select \(TemplateRows.listingColumns) from (select template_id from fitting \(order) \(limit)) shown
                join template_listings using (template_id) \(order)
                """, parameters))
    }
}
