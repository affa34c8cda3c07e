import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// Submitted packages as rows, without their bytes.
enum PackageRows {
    static let columns = """
        connector, version, publisher_id as tenant_id, encode(digest, 'hex') as digest, size::bigint as size, manifest, \
        signer, report, has_passed, state, is_held, reasons, submitted_by, submitted_at, decided_by, decided_at, \
        published_at, recall, recall_reason, recalled_by, recalled_at
        """

    static func submission(_ row: PostgresRow) throws -> PackageSubmission {
        try PackageSubmission(
            publisher: row.id("tenant_id"),
            content: ExaminedPackage(
                pin: ConnectorPin(connector: row.text("connector"), version: TemplateRows.version("version", row)),
                digest: row.text("digest"), size: row.number("size"), manifest: row.document("manifest"),
                signer: row.text("signer"), report: row.document("report"), hasPassed: row.bool("has_passed")),
            submission: TemplateRows.submission(row), publishedAt: row.optionalMoment("published_at"),
            recall: recall(row))
    }

    static func recall(_ row: PostgresRow) throws -> PackageRecall? {
        guard try row.present("recall", row.text) != nil else { return nil }
        return try PackageRecall(
            kind: row.word("recall"), reason: row.text("recall_reason"), by: row.text("recalled_by"),
            at: row.moment("recalled_at"))
    }
}
