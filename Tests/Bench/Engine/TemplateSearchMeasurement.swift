import PatchbayCore
import PatchbayPostgres
import PatchbayStorage

/// Finding templates among a hundred thousand, as people look for them.
enum TemplateSearchMeasurement {
    private static let templates = 100_000
    private static let searches = 100

    @concurrent static func run(in workshop: Workshop) async throws {
        try await fill(workshop)
        let store = PostgresTemplateStore(workshop.api)
        // As often as they occur: most of what people look for is what many templates are about.
        let words = try await workshop.pool.query(
            """
            select split_part(title, ' ', 2) as word from template_listings order by md5(title) limit \(searches * 2)
            """
        ).map { try $0.text("word") }
        let kinds: [(String, @Sendable (Int) -> TemplateSearch)] = [
            ("a word among 100,000 templates", { TemplateSearch(words[$0]) }),
            ("  two words", { TemplateSearch(words[$0] + " " + words[$0 + searches]) }),
            ("  the beginning of a word", { TemplateSearch(String(words[$0].prefix(3))) }),
            ("  a misspelt word", { TemplateSearch(misspelt(words[$0])) }),
            ("  a word and a connector", { TemplateSearch(words[$0], connector: "connector\($0 % 60)") }),
            ("  a connector, the newest", { TemplateSearch(connector: "connector\($0 % 60)", order: .date) }),
            ("  a tag and a category", { TemplateSearch(category: "devops", tag: "tag\($0 * 3)") }),
            ("  an author, the newest", { TemplateSearch(author: "author \($0 * 20)", order: .date) }),
            ("  a connector, the best rated", { TemplateSearch(connector: "connector\($0 % 60)", order: .rating) }),
            ("  the most installed", { _ in TemplateSearch() }),
        ]
        for (what, search) in kinds {
            var figures: [Double] = []
            var found = 0
            for number in 0..<searches {
                let began = ContinuousClock.now
                found += try await store.search(search(number), page: PageRequest(limit: 20)).items.count
                figures.append((ContinuousClock.now - began).milliseconds)
            }
            EngineBench.report(
                what,
                "p50 \(figures.percentile(0.5).text()) ms, p95 \(figures.percentile(0.95).text()) ms, "
                    + "\(found / searches) found",
                budget: "p95 30 ms")
        }
    }

    /// Two letters swapped.
    private static func misspelt(_ word: String) -> String {
        var letters = Array(word)
        guard letters.count > 3 else { return word }
        letters.swapAt(letters.count / 2 - 1, letters.count / 2)
        return String(letters)
    }

    /// Words are made of syllables; a few occur everywhere, most hardly ever.
    private static func fill(_ workshop: Workshop) async throws {
        _ = try await workshop.pool.withConnection { connection in
            try await connection.execute(
                """
                set statement_timeout = 0;
                select setseed(0.5);
                create function pg_temp.words(count int, seed int) returns text language sql volatile as $$
                    select string_agg(
                        (array['ba','ce','di','fo','gu','ha','je','ki','lo','mu','na','pe','ri','so','tu','va','we','xi',
                            'yo','zu','bra','cle','dri','flo','gru','sta','tre','pli'])[1 + n % 28]
                        || (array['la','me','ni','po','ru','sa','te','vi','wo','ka','den','fin','gor','han','jun'])
                            [1 + n / 28 % 15]
                        || (array['ck','nt','rd','st','mp','lt','ng','sk','','s','er','ing','ion','or','al','ive','ed',
                            'ly'])[1 + n / 420 % 18], ' ')
                    from (
                        select floor(7560 * power(random(), 2.5))::int * 7919 % 7560 as n
                        from generate_series(1, count + 0 * seed)
                    ) numbers
                $$;
                insert into template_listings (
                    template_id, publisher_id, name, title, about, author, category, tags, connectors, version, is_listed,
                    active, installs, published_at, updated_at, search)
                select gen_random_uuid(), gen_random_uuid(), replace(title, ' ', '-') || '-' || n, title, about, author,
                    category, tags, connectors, '1.0.0', true, installs / 3, installs, at, at,
                    setweight(to_tsvector('english', title), 'A')
                    || setweight(to_tsvector('english', array_to_string(tags || connectors, ' ')), 'B')
                    || setweight(to_tsvector('english', about || ' ' || author), 'C')
                from (
                    select n, pg_temp.words(3, n) as title, pg_temp.words(25, n) as about,
                        'author ' || floor(2000 * power(random(), 2))::int as author,
                        (array['devops', 'incident-management', 'business-processes', 'security-operations',
                            'customer-support', 'data-integration'])[1 + floor(random() * 6)::int] as category,
                        array['tag' || floor(300 * power(random(), 2))::int, 'tag' || floor(300 * random())::int] as tags,
                        array['connector' || floor(60 * power(random(), 2))::int, 'connector' || floor(60 * random())::int]
                            as connectors,
                        floor(exp(random() * 9))::int as installs, now() - random() * interval '900 days' as at
                    from generate_series(1, \(templates)) n
                ) made;
                insert into template_words (word)
                select word from (
                    select distinct regexp_split_to_table(
                        title || ' ' || about || ' ' || author || ' ' || array_to_string(tags || connectors, ' '), ' ')
                            as word
                    from template_listings
                ) words where length(word) >= 3;
                insert into template_slips select slip, word from template_words, unnest(word_slips(word)) as slip;
                analyze template_listings, template_words, template_slips;
                """, timeout: 300_000)
        }
    }
}
