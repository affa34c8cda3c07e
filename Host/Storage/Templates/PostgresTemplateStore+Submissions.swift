package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

extension PostgresTemplateStore {
    package func submissions(in state: SubmissionState, page: PageRequest) async throws -> Page<TemplateVersion> {
        let rows = try await pool.rows(Self.listSubmissions, [.word(state), page.numericCursor(), page.reach])
        return try page.page(of: rows) { (try TemplateRows.version($0), cursor: String(try $0.int("place"))) }
    }

    /// The queue is short, and moderators read it from its beginning.
    private static let listSubmissions = """
        select * from (
            select \(submissionColumns), row_number() over (order by submitted_at, template_id, version) as place
            from template_submissions where state = $1
        ) listed
        where $2::bigint is null or place > $2
        order by place limit $3
        """

    private static let submissionColumns = """
        template_id, publisher_id as tenant_id, version, document, created_by, created_at, state, is_held, reasons, submitted_by, \
        submitted_at, decided_by, decided_at
        """

    package func submission(of id: TemplateID, version: Version) async throws -> TemplateVersion? {
        try await pool.rows(Self.selectSubmission, [.id(id), .words(version.description)]).first
            .map(TemplateRows.version)
    }

    private static let selectSubmission = """
        select \(submissionColumns) from template_submissions where template_id = $1 and version = $2
        """

    package func apply(_ event: SubmissionEvent, to change: SubmissionChange) async throws -> TemplateSubmission {
        do {
            return try await pool.transaction { try await apply(event, to: change, over: $0) }
        } catch let error as PostgresError where error.code == .uniqueViolation {
            // The one unique thing beside keys that are looked at before.
            throw TemplateConflict.nameTaken(change.listing.name)
        }
    }

    private func apply(
        _ event: SubmissionEvent, to change: SubmissionChange, over connection: PostgresConnection
    ) async throws -> TemplateSubmission {
        let key: [PostgresValue] = [.id(change.version.template), .words(change.version.version.description)]
        // Events of one template come one after the other, also where it is not listed yet.
        _ = try await connection.query(Self.lock, [.int(Int64(bitPattern: change.version.template.low))])
        let present = try await connection.query(Self.selectState, key).first
        let before: SubmissionState? = try present.map { try $0.word("state") }
        var isHeld = try present.map { try $0.bool("is_held") } ?? false
        if case .submit(let held) = event, before != .approved { isHeld = held }
        guard let state = SubmissionState.after(event, from: before, isHeld: isHeld) else {
            throw TemplateConflict.state(before)
        }
        let row: PostgresRow
        if case .submit = event, before != .approved {
            row = try await connection.query(
                Self.submit,
                key + [
                    .id(change.version.tenant), .document(change.version.document), .words(change.version.createdBy),
                    .moment(change.version.createdAt), .bool(isHeld), .words(change.actor), .moment(change.at),
                ]
            ).one()
        } else {
            row = try await connection.query(
                Self.decide,
                key + [
                    .word(state), .words(change.reasons), .words(change.actor), .moment(change.at),
                    .bool(state == .published),
                ]
            ).one()
        }
        if state == .published { try await list(change, over: connection) }
        if state == .withdrawn, before == .published { try await unlist(change, over: connection) }
        return try TemplateRows.submission(row)
    }

    private static let lock = "select pg_advisory_xact_lock(hashint8($1), 42)"

    private static let selectState = """
        select state, is_held from template_submissions where template_id = $1 and version = $2 for update
        """

    private static let submit = """
        insert into template_submissions (
            template_id, version, publisher_id, document, created_by, created_at, state, is_held, reasons, submitted_by,
            submitted_at)
        values ($1, $2, $3, $4, $5, $6, 'pending', $7, '', $8, $9)
        on conflict (template_id, version) do update set document = excluded.document, created_by = excluded.created_by,
            created_at = excluded.created_at, state = excluded.state, is_held = excluded.is_held,
            submitted_by = excluded.submitted_by, submitted_at = excluded.submitted_at, decided_by = null,
            decided_at = null
        returning *
        """

    private static let decide = """
        update template_submissions set state = $3, reasons = $4, decided_by = $5, decided_at = $6,
            published_at = case when $7 then coalesce(published_at, $6) else published_at end
        where template_id = $1 and version = $2
        returning *
        """
}
