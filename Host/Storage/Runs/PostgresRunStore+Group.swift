import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// Runs of which only so many may be under way.
extension PostgresRunStore {
    /// Stores a run of a group, alone among all who change the group until the transaction ends.
    func accept(
        _ run: NewRun, _ data: BlobStore.Stored, in group: RunPlacement.Group, over connection: PostgresConnection
    ) async throws -> RunRecord {
        let members = RunGroup(tenant: run.record.tenant, workflow: run.record.workflow, key: group.key)
        let results = try await connection.pipeline([
            members.lock, insertion(of: run), selection(of: run),
            PostgresStatement(Self.countAdmitted, members.parameters),
        ])
        let stored = try Self.record(results[2].one())
        // The repetition of a delivery has no effect on the group.
        guard stored.id == run.record.id else { return stored }
        let hasRoom = try results[3].one().number("admitted") < group.limit
        if !hasRoom, group.conflict == .drop { return try await drop(run, data, from: group, over: connection) }
        _ = try await connection.pipeline(
            [enqueueing(run, state: hasRoom ? .ready : .limited), beginning(of: run, with: data)]
                + [auditing(of: run)].compactMap(\.self))
        if !hasRoom, group.conflict == .replace {
            try await replace(members, leaving: group.limit - 1, for: run, over: connection)
        }
        return stored
    }

    private static let countAdmitted = """
        select count(*) as admitted from run_queue
        where tenant_id = $1 and workflow_id = $2 and concurrency_key = $3 and is_admitted
        """

    /// Cancels those of a group that wait, and of those under way the oldest, so that only so many are left.
    private func replace(
        _ group: RunGroup, leaving count: Int, for run: NewRun, over connection: PostgresConnection
    ) async throws {
        let rows = try await connection.query(
            Self.selectReplaced, group.parameters + [.id(run.record.id), .number(count)])
        for row in rows {
            _ = try await cancel(
                row.id("run_id"), in: group.tenant, at: run.record.createdAt, over: connection)
        }
    }

    private static let selectReplaced = """
        select run_id from (
            select run_id, is_admitted, row_number() over (partition by is_admitted order by due_at desc, run_id desc) as age
            from run_queue where tenant_id = $1 and workflow_id = $2 and concurrency_key = $3 and run_id <> $4
        ) member
        where not is_admitted or age > $5
        order by run_id
        """

    private func drop(
        _ run: NewRun, _ data: BlobStore.Stored, from group: RunPlacement.Group, over connection: PostgresConnection
    ) async throws -> RunRecord {
        let reason: JSON = [
            "code": "concurrency_limit",
            "message": .string(
                "\(group.limit) \(group.limit == 1 ? "run" : "runs") of the workflow's concurrency group were under way, "
                    + "and its \"on_conflict\" is \"drop\"."),
        ]
        return try await end(
            run, data, as: .cancelled, [(.cancelRequested, .null), (.runCancelled, .null)], error: reason,
            over: connection)
    }

    /// Stores a run that fails before it begins.
    func acceptFailed(_ run: NewRun, with error: JSON) async throws -> RunRecord {
        let data = try await blobs.store([run.started], of: run.record.id, in: run.record.tenant)[0]
        return try await pool.transaction(in: run.record.tenant) { connection in
            let results = try await connection.pipeline([insertion(of: run), selection(of: run)])
            let stored = try Self.record(results[1].one())
            guard stored.id == run.record.id else { return stored }
            return try await end(
                run, data, as: .failed, [(.runFailed, ["error": error])], error: error, over: connection)
        }
    }

    /// Ends a run that has just been stored.
    private func end(
        _ run: NewRun, _ data: BlobStore.Stored, as status: RunStatus, _ entries: [(JournalEntry.Kind, JSON)],
        error: JSON,
        over connection: PostgresConnection
    ) async throws -> RunRecord {
        let record = run.record
        let results = try await connection.pipeline([
            beginning(of: run, with: data),
            PostgresStatement(
                Self.appendUnleased,
                [
                    .id(record.tenant), .id(record.id), .moment(record.createdAt),
                    .array(.text, entries.map { .word($0.0) }), .array(.json, entries.map { .document($0.1) }),
                ]),
            PostgresStatement(
                Self.end,
                [.id(record.tenant), .id(record.id), .word(status), .moment(record.createdAt), .document(error)]),
            selection(of: run),
        ])
        if let event = auditing(of: run) { _ = try await connection.pipeline([event]) }
        return try Self.record(results[3].one())
    }
}
