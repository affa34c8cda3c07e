package import PatchbayCore
package import PatchbayPostgres

/// Submitted and published packages, in PostgreSQL. It needs the engine's role, as what is installed does.
package struct PostgresPackageSubmissionStore: PackageSubmissionStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func submit(_ submission: PackageSubmission, package: [UInt8]) async throws {
        try await pool.transaction { connection in
            let pin = submission.pin
            try await Self.lock(pin.connector, over: connection)
            try await Self.requireOwner(submission.publisher, of: pin.connector, over: connection)
            let present = try await connection.query(Self.selectPlace, Self.place(of: pin)).first
            if let present {
                let state: SubmissionState = try present.word("state")
                guard [.rejected, .withdrawn].contains(state) else {
                    let publisher: TenantID = try present.id("tenant_id")
                    throw publisher == submission.publisher
                        ? PackageConflict.state(state) : PackageConflict.connectorTaken(pin.connector)
                }
            }
            let waiting = try await connection.query(Self.countPending, [.id(submission.publisher)]).one()
            guard try waiting.number("count") < PackageSubmission.mostPending else {
                throw PackageConflict.tooManyPending(PackageSubmission.mostPending)
            }
            _ = try await connection.query(Self.upsert, Self.parameters(of: submission, package))
        }
    }

    private static func parameters(of submission: PackageSubmission, _ package: [UInt8]) -> [PostgresValue] {
        let (content, state) = (submission.content, submission.submission)
        return place(of: submission.pin) + [
            .id(submission.publisher), .words(content.digest), .number(content.size),
            state.state == .rejected ? .null : .bytes(package), .document(content.manifest), .words(content.signer),
            .document(content.report), .bool(content.hasPassed), .word(state.state), .bool(state.isHeld),
            .words(state.reasons), .words(state.submittedBy), .moment(state.submittedAt),
            .optional(state.decidedBy, PostgresValue.words), .optional(state.decidedAt, PostgresValue.moment),
        ]
    }

    static func place(of pin: ConnectorPin) -> [PostgresValue] {
        [.words(pin.connector), .words(pin.version.description)]
    }

    private static let upsert = """
        insert into connector_submissions (connector, version, publisher_id, digest, size, content, manifest, signer, report,
            has_passed, state, is_held, reasons, submitted_by, submitted_at, decided_by, decided_at)
        values ($1, $2, $3, decode($4, 'hex'), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        on conflict (connector, version) do update set publisher_id = excluded.publisher_id, digest = excluded.digest,
            size = excluded.size, content = excluded.content, manifest = excluded.manifest, signer = excluded.signer,
            report = excluded.report, has_passed = excluded.has_passed, state = excluded.state,
            is_held = excluded.is_held, reasons = excluded.reasons, submitted_by = excluded.submitted_by,
            submitted_at = excluded.submitted_at, decided_by = excluded.decided_by, decided_at = excluded.decided_at
        """

    private static let selectPlace = """
        select state, publisher_id as tenant_id from connector_submissions where connector = $1 and version = $2 for update
        """

    private static let countPending = """
        select count(*) as count from connector_submissions where publisher_id = $1 and state in ('pending', 'approved')
        """

    // MARK: Events

    package func apply(
        _ event: SubmissionEvent, to pin: ConnectorPin, by: String, reasons: String, at: Timestamp
    ) async throws -> PackageSubmission? {
        try await pool.transaction { connection in
            try await Self.lock(pin.connector, over: connection)
            guard let row = try await connection.query(Self.selectForUpdate, Self.place(of: pin)).first else {
                return nil
            }
            let present = try PackageRows.submission(row)
            let before = present.submission.state
            // What is published is recalled, and what was refused is submitted anew, with its package.
            var state = SubmissionState.after(event, from: before, isHeld: present.submission.isHeld)
            if before == .published || state == .pending { state = nil }
            guard let state else { throw PackageConflict.state(before) }
            if state == .published {
                try await Self.requireOwner(present.publisher, of: pin.connector, over: connection)
                if let row = try await connection.query(Self.selectQuarantined, [.words(pin.connector)]).first {
                    throw PackageConflict.quarantined(
                        ConnectorPin(connector: pin.connector, version: try TemplateRows.version("version", row)))
                }
            }
            return try await connection.query(
                Self.decide,
                Self.place(of: pin) + [.word(state), .words(reasons), .words(by), .moment(at)]
            ).first.map(PackageRows.submission)
        }
    }

    /// Acts on one connector come one after the other, also the first.
    private static func lock(_ connector: String, over connection: PostgresConnection) async throws {
        _ = try await connection.query("select pg_advisory_xact_lock(hashtextextended($1, 44))", [.words(connector)])
    }

    /// The first tenant of which a version is published keeps the connector's id.
    private static func requireOwner(
        _ publisher: TenantID, of connector: String, over connection: PostgresConnection
    ) async throws {
        let others = try await connection.query(selectOwner, [.words(connector), .id(publisher)])
        guard others.isEmpty else { throw PackageConflict.connectorTaken(connector) }
    }

    private static let selectOwner = """
        select 1 from connector_submissions
        where connector = $1 and published_at is not null and publisher_id <> $2 limit 1
        """

    private static let selectForUpdate = """
        select \(PackageRows.columns) from connector_submissions where connector = $1 and version = $2 for update
        """

    private static let selectQuarantined = """
        select version from connector_submissions where connector = $1 and recall = 'quarantined' limit 1
        """

    private static let decide = """
        update connector_submissions set state = $3, reasons = $4, decided_by = $5, decided_at = $6,
            published_at = case when $3 = 'published' then $6 end,
            content = case when $3 in ('rejected', 'withdrawn') then null else content end
        where connector = $1 and version = $2
        returning \(PackageRows.columns)
        """
}
