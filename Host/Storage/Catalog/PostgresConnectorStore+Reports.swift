package import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// What hosts say of the connectors they have.
extension PostgresConnectorStore {
    package func report(_ report: ConnectorReport) async throws {
        _ = try await pool.rows(
            Self.upsert,
            [
                .words(report.host), .moment(report.reportedAt), .document(.array(report.connectors.map(\.stored))),
            ])
    }

    private static let upsert = """
        insert into connector_hosts (host, reported_at, connectors) values ($1, $2, $3)
        on conflict (host) do update set reported_at = excluded.reported_at, connectors = excluded.connectors
        """

    package func reports(since: Timestamp) async throws -> [ConnectorReport] {
        try await pool.rows(Self.selectReports, [.moment(since)]).map { row in
            try ConnectorReport(
                host: row.text("host"), reportedAt: row.moment("reported_at"),
                connectors: (row.document("connectors").array ?? []).compactMap(ConnectorReport.Entry.init(stored:)))
        }
    }

    private static let selectReports = """
        select host, reported_at, connectors from connector_hosts where reported_at >= $1 order by host
        """

    package func forget(host: String, silentBefore: Timestamp) async throws {
        _ = try await pool.rows(Self.forget, [.words(host), .moment(silentBefore)])
    }

    private static let forget = "delete from connector_hosts where host = $1 or reported_at < $2"
}

extension ConnectorReport.Entry {
    fileprivate var stored: JSON {
        var object: JSONObject = [
            "connector": .string(connector), "version": .string(version), "state": .string(state.rawValue),
        ]
        if let sha256 { object["sha256"] = .string(sha256) }
        if let refusal {
            object["refusal"] = [
                "code": .string(refusal.code), "have": .string(refusal.have), "need": .string(refusal.need),
                "hint": .string(refusal.hint),
            ]
        }
        return .object(object)
    }

    /// Nil for what a newer host may have written.
    fileprivate init?(stored: JSON) {
        guard let connector = stored["connector"]?.string, let version = stored["version"]?.string,
            let state = stored["state"]?.string.flatMap(ConnectorListing.State.init(rawValue:))
        else { return nil }
        let refusal = stored["refusal"].map { refusal in
            ConnectorRefusal(
                code: refusal["code"]?.string ?? "", have: refusal["have"]?.string ?? "",
                need: refusal["need"]?.string ?? "", hint: refusal["hint"]?.string ?? "")
        }
        self.init(
            connector: connector, version: version, sha256: stored["sha256"]?.string, state: state, refusal: refusal)
    }
}
