import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// The polling triggers that stand in a workflow's newest version.
extension PostgresWorkflowStore {
    /// Makes them those of a document that is stored now. One that asks the same source goes on where it was.
    static func declaringPolls(
        of document: JSON, _ workflow: WorkflowID, in tenant: TenantID, at moment: Timestamp
    ) -> [PostgresStatement] {
        let declared = DeclaredPoll.all(in: document)
        let nodes = PostgresValue.array(.text, declared.map { .words($0.node) })
        var statements = [PostgresStatement(dropPolls, [.id(tenant), .id(workflow), nodes])]
        if !declared.isEmpty {
            statements.append(
                PostgresStatement(
                    upsertPolls,
                    [
                        .id(tenant), .id(workflow), .moment(moment), nodes,
                        .array(.text, declared.map { .words($0.name) }),
                        .array(.text, declared.map { .words($0.uses) }),
                        .array(.text, declared.map { .optional($0.credential, PostgresValue.words) }),
                        .array(.json, declared.map { .document($0.config) }),
                        .array(.text, declared.map { .words($0.source) }),
                        .array(.uuid, declared.map { _ in .id(PollID.new(at: moment)) }),
                    ]))
        }
        return statements
    }

    private static let dropPolls = """
        delete from polls where tenant_id = $1 and workflow_id = $2 and not node = any ($3::text[])
        """

    /// Who is at it now finds its claim gone.
    private static let upsertPolls = """
        insert into polls as p (
            tenant_id, poll_id, workflow_id, node, name, uses, credential, config, source, is_held, next_at, created_at,
            updated_at)
        select $1, new.id, $2, new.node, new.name, new.uses, new.credential, new.config, new.source, w.status = 'paused',
            case when w.status <> 'paused' then $3::timestamptz end, $3, $3
        from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::json[], $9::text[], $10::uuid[])
            as new (node, name, uses, credential, config, source, id)
            join workflows w on w.tenant_id = $1 and w.workflow_id = $2
        on conflict (tenant_id, workflow_id, node) do update set
            name = excluded.name, uses = excluded.uses, credential = excluded.credential, config = excluded.config,
            source = excluded.source, claim = null, next_at = excluded.next_at, updated_at = excluded.updated_at,
            cursor = case when p.source = excluded.source then p.cursor end,
            seen = case when p.source = excluded.source then p.seen else '[]' end,
            polled_at = case when p.source = excluded.source then p.polled_at end,
            generation = case when p.source = excluded.source then p.generation else p.generation + 1 end,
            failures = 0, error = null
        """

    static let deletePolls = "delete from polls where tenant_id = $1 and workflow_id = $2"
}
