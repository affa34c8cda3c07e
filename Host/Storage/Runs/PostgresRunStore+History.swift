package import PatchbayCore
import PatchbayPostgres

extension PostgresRunStore {
    package func entries(of id: RunID, in tenant: TenantID) async throws -> [JournalEntry] {
        try await whole(pool.rows(Self.selectEntries, [.id(tenant), .id(id)], in: tenant), in: tenant)
    }

    package func entries(
        of id: RunID, in tenant: TenantID, after sequence: Int, limit: Int
    ) async throws -> [JournalEntry] {
        let rows = try await pool.rows(
            Self.selectEntriesAfter, [.id(tenant), .id(id), .number(sequence), .number(limit)], in: tenant)
        return try await whole(rows, in: tenant)
    }

    package func last(
        of kinds: [JournalEntry.Kind], in run: RunID, tenant: TenantID
    ) async throws -> JournalEntry? {
        let rows = try await pool.rows(
            Self.selectLast, [.id(tenant), .id(run), .array(.text, kinds.map(PostgresValue.word))], in: tenant)
        return try await whole(rows, in: tenant).first
    }

    /// Entries with the values that are kept apart.
    private func whole(_ rows: PostgresRows, in tenant: TenantID) async throws -> [JournalEntry] {
        try await BlobStore.entries(Array(rows)) { try await pool.rows($0, $1, in: tenant) }
    }

    private static let selectLast = """
        select \(entryColumns) from run_journal where tenant_id = $1 and run_id = $2 and kind = any ($3)
        order by seq desc limit 1
        """

    private static let selectEntriesAfter = """
        select \(entryColumns) from run_journal where tenant_id = $1 and run_id = $2 and seq > $3 order by seq limit $4
        """

    private static let selectEntries = """
        select \(entryColumns) from run_journal where tenant_id = $1 and run_id = $2 order by seq
        """

    static let entryColumns = "tenant_id, run_id, seq, at, kind, node, path, attempt, data, blobs"

    /// Without the values that are kept apart.
    static func entry(_ row: PostgresRow) throws -> JournalEntry {
        try JournalEntry(
            sequence: row.number("seq"), at: row.moment("at"), kind: row.word("kind"), node: row.text("node"),
            path: row.text("path"), attempt: row.number("attempt"), data: row.document("data"))
    }

    package func log(of id: RunID, in tenant: TenantID, page: PageRequest) async throws -> Page<StepLogLine> {
        let rows = try await pool.rows(
            Self.selectLog, [.id(tenant), .id(id), page.numericCursor(), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let line = try LogLine(
                at: row.moment("at"), level: row.word("level"), message: row.text("message"),
                fields: row.document("fields"))
            return (
                StepLogLine(node: try row.text("node"), attempt: try row.number("attempt"), line: line),
                String(try row.int("line"))
            )
        }
    }

    private static let selectLog = """
        select line, at, node, attempt, level, message, fields from run_log
        where tenant_id = $1 and run_id = $2 and ($3::bigint is null or line > $3)
        order by line limit $4
        """
}
