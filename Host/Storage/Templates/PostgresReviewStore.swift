package import PatchbayCore
package import PatchbayPostgres

/// Reviews of templates, and reports to moderators, in PostgreSQL. Whatever changes a rating locks the template's listing first, so
/// that its sums are those of its reviews.
package struct PostgresReviewStore: ReviewStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func installedVersion(of template: TemplateID, in tenant: TenantID) async throws -> Version? {
        try await pool.rows(Self.selectInstaller, [.id(tenant), .id(template)], in: tenant).first.map {
            try TemplateRows.version("version", $0)
        }
    }

    private static let selectInstaller = """
        select version from template_installers where tenant_id = $1 and template_id = $2
        """

    // MARK: Writing

    package func put(_ review: TemplateReview) async throws -> TemplateReview? {
        try await pool.transaction { connection in
            guard try await Self.lock(review.template, over: connection) else { return nil }
            let before = try await Self.stored(review.reviewer, review.template, over: connection)
            let row = try await connection.query(
                Self.upsert,
                [
                    .id(review.template), .participant(review.reviewer), .id(review.id),
                    .words(review.version.description), .number(review.stars), .words(review.text),
                    .optional(review.author, PostgresValue.words), .moment(review.createdAt),
                    .moment(review.updatedAt),
                ]
            ).one()
            let after = try Self.review(row)
            try await Self.count(after, instead: before, over: connection)
            return after
        }
    }

    /// What was taken back and stays hidden is made anew, and is hidden still.
    private static let upsert = """
        insert into template_reviews as r (
            template_id, reviewer_id, review_id, version, stars, text, author, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (template_id, reviewer_id) do update set version = excluded.version, stars = excluded.stars,
            text = excluded.text, author = excluded.author, updated_at = excluded.updated_at, is_removed = false,
            created_at = case when r.is_removed then excluded.created_at else r.created_at end
        returning *
        """

    package func removeReview(by reviewer: Participant, of template: TemplateID) async throws -> Bool {
        try await pool.transaction { connection in
            _ = try await Self.lock(template, over: connection)
            guard let before = try await Self.stored(reviewer, template, over: connection) else { return false }
            let statement = before.hiddenReason == nil ? Self.delete : Self.blank
            _ = try await connection.query(statement, [.id(template), .participant(reviewer)])
            try await Self.count(nil, instead: before, over: connection)
            return true
        }
    }

    private static let delete = "delete from template_reviews where template_id = $1 and reviewer_id = $2"

    private static let blank = """
        update template_reviews set is_removed = true, text = '', author = null
        where template_id = $1 and reviewer_id = $2
        """

    package func setHidden(
        _ reason: String?, _ id: ReviewID, of template: TemplateID
    ) async throws -> TemplateReview? {
        try await pool.transaction { connection in
            _ = try await Self.lock(template, over: connection)
            let key: [PostgresValue] = [.id(template), .id(id)]
            guard let before = try await connection.query(Self.select, key).first.map(Self.review),
                let row = try await connection.query(
                    Self.hide, key + [.optional(reason, PostgresValue.words)]
                ).first
            else { return nil }
            let after = try Self.review(row)
            try await Self.count(after, instead: before, over: connection)
            return after
        }
    }

    private static let hide = """
        update template_reviews set hidden_reason = $3 where template_id = $1 and review_id = $2 returning *
        """

    // MARK: The rating

    /// Whether the template is listed.
    private static func lock(_ template: TemplateID, over connection: PostgresConnection) async throws -> Bool {
        try await connection.query(lockListing, [.id(template)]).first?.bool("is_listed") ?? false
    }

    private static let lockListing = "select is_listed from template_listings where template_id = $1 for update"

    private static func count(
        _ after: TemplateReview?, instead before: TemplateReview?, over connection: PostgresConnection
    ) async throws {
        let (new, old) = (shown(after), shown(before))
        guard new != old else { return }
        _ = try await connection.query(
            rate,
            [
                .id((after ?? before)!.template), .number(new.reviews - old.reviews),
                .number(new.stars - old.stars),
            ])
    }

    private static func shown(_ review: TemplateReview?) -> TemplateRating {
        guard let review, review.hiddenReason == nil else { return TemplateRating() }
        return TemplateRating(reviews: 1, stars: review.stars)
    }

    private static let rate = """
        update template_listings set reviews = reviews + $2, stars = stars + $3 where template_id = $1
        """

    // MARK: Reading

    package func review(by reviewer: Participant, of template: TemplateID) async throws -> TemplateReview? {
        try await pool.rows(Self.selectOwn, [.id(template), .participant(reviewer)]).first.map(Self.review)
    }

    private static func stored(
        _ reviewer: Participant, _ template: TemplateID, over connection: PostgresConnection
    ) async throws -> TemplateReview? {
        try await connection.query(selectOwn, [.id(template), .participant(reviewer)]).first.map(review)
    }

    private static let selectOwn = """
        select * from template_reviews where template_id = $1 and reviewer_id = $2 and not is_removed
        """

    package func review(_ id: ReviewID, of template: TemplateID) async throws -> TemplateReview? {
        try await pool.rows(Self.select, [.id(template), .id(id)]).first.map(Self.review)
    }

    private static let select = """
        select * from template_reviews where template_id = $1 and review_id = $2 and not is_removed
        """

    package func reviews(
        of template: TemplateID, hidden: Bool, page: PageRequest
    ) async throws -> Page<TemplateReview> {
        let rows = try await pool.rows(
            Self.list, [.id(template), .bool(hidden), page.cursor(ReviewTag.self), page.reach])
        return try page.page(of: rows) { row in
            let review = try Self.review(row)
            return (review, review.id.description)
        }
    }

    private static let list = """
        select * from template_reviews
        where template_id = $1 and not is_removed and ($2 or hidden_reason is null)
            and ($3::uuid is null or review_id < $3)
        order by review_id desc limit $4
        """

    private static func review(_ row: PostgresRow) throws -> TemplateReview {
        try TemplateReview(
            id: row.id("review_id"), template: row.id("template_id"), reviewer: row.participant("reviewer_id"),
            version: TemplateRows.version("version", row), stars: row.number("stars"), text: row.text("text"),
            author: row.present("author", row.text), createdAt: row.moment("created_at"),
            updatedAt: row.moment("updated_at"), hiddenReason: row.present("hidden_reason", row.text))
    }
}

extension PostgresValue {
    static func participant(_ participant: Participant) -> PostgresValue {
        .uuid(high: participant.high, low: participant.low)
    }
}

extension PostgresRow {
    func participant(_ column: String) throws -> Participant {
        let (high, low) = try uuid(column)
        return Participant(high: high, low: low)
    }
}
