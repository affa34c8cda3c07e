import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// Indexes and what they name, as rows.
enum IndexRows {
    static let columns = """
        index_id, name, url, key, is_enabled, interval_ms, title, serial, digest, etag, templates, connectors, failures, error, \
        checked_at, changed_at, next_at, created_by, created_at, updated_at
        """

    static func index(_ row: PostgresRow) throws -> TemplateIndex {
        try TemplateIndex(
            id: row.id("index_id"), name: row.text("name"), url: row.text("url"), key: row.text("key"),
            isEnabled: row.bool("is_enabled"), interval: row.int("interval_ms"), progress: progress(row),
            nextAt: row.moment("next_at"), createdBy: row.text("created_by"), createdAt: row.moment("created_at"),
            updatedAt: row.moment("updated_at"))
    }

    private static func progress(_ row: PostgresRow) throws -> IndexProgress {
        let hasError = try row.present("error", row.json) != nil
        let error: JSON? = if hasError { try row.document("error") } else { nil }
        return try IndexProgress(
            title: row.present("title", row.text), serial: row.present("serial", row.int),
            digest: row.present("digest", row.text), etag: row.present("etag", row.text),
            templates: row.number("templates"), connectors: row.number("connectors"), failures: row.number("failures"),
            error: error.map { stored in
                IndexFailure(
                    stored["code"]?.string.flatMap { IndexFailure.Code(rawValue: $0) } ?? .malformed,
                    stored["message"]?.string ?? "")
            }, checkedAt: row.optionalMoment("checked_at"), changedAt: row.optionalMoment("changed_at"))
    }

    static func file(_ row: PostgresRow) throws -> IndexedFile {
        try IndexedFile(name: row.text("file"), sha256: row.text("sha256"), size: row.number("size"))
    }

    static func connector(_ row: PostgresRow) throws -> IndexedConnector {
        try IndexedConnector(
            connector: row.text("connector"), version: TemplateRows.version("version", row), file: file(row),
            entry: row.document("entry"))
    }
}
