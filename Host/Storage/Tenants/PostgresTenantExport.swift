package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Everything that is kept of a tenant, as lines of JSON: first one that says what it is, then one for each row of each
/// table, `{"table", "row"}`, those first that others refer to; last `{"end": {table: rows}}`, without which an export
/// is not whole. It is as of one moment. Secrets are in it as they are stored, sealed under the installation's key.
///
/// It is read under the role that serves requests, so that nothing of another tenant can be in it.
package struct PostgresTenantExport: TenantExporter {
    /// Rows that are read in one go; a row may be some megabytes.
    private static let portion = 50

    private let pool: PostgresPool

    /// `pool`: that of the API's role.
    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Calls `write` with one line after another, without their ends; answers how many rows there were of each table.
    /// Throws what `write` throws, and `StorageError` when there is no such tenant.
    package func write(
        _ tenant: TenantID, at moment: Timestamp, to write: (String) async throws -> Void
    ) async throws -> [(table: String, rows: Int)] {
        try await pool.transaction(in: tenant) { connection in
            _ = try await connection.query("set transaction isolation level repeatable read, read only")
            guard try await !connection.query("select 1 from tenants").isEmpty else {
                throw StorageError(description: "there is no tenant \(tenant)")
            }
            let about: JSON = [
                "patchbay_export": 1, "tenant": .string(tenant.description), "at": .string(moment.description),
            ]
            try await write(about.text)
            var counts: [(table: String, rows: Int)] = []
            for table in try await TenantTables(over: connection).parentsFirst {
                guard try await connection.query(Self.mayRead, [.text(table)]).one().bool("may") else { continue }
                counts.append((table, try await rows(of: table, over: connection, to: write)))
            }
            var totals: JSONObject = [:]
            for (table, rows) in counts { totals[table] = .int(Int64(rows)) }
            try await write((["end": .object(totals)] as JSON).text)
            return counts
        }
    }

    package func export(
        _ tenant: TenantID, at moment: Timestamp, to write: (String) async throws -> Void
    ) async throws {
        _ = try await self.write(tenant, at: moment, to: write)
    }

    private static let mayRead = "select has_table_privilege($1::text::regclass, 'select') as may"

    private func rows(
        of table: String, over connection: PostgresConnection, to write: (String) async throws -> Void
    ) async throws -> Int {
        // Outside of strings a line's end in JSON is only a blank.
        _ = try await connection.query(
            """
            declare exported no scroll cursor for
            select '{"table":"\(table)","row":' || translate(row_to_json(t)::text, E'\\n\\r', '  ') || '}' as line
            from \(table) t
            """)
        var count = 0
        while true {
            let rows = try await connection.query("fetch \(Self.portion) from exported")
            for row in rows { try await write(row.text("line")) }
            count += rows.count
            if rows.count < Self.portion { break }
        }
        _ = try await connection.query("close exported")
        return count
    }
}
