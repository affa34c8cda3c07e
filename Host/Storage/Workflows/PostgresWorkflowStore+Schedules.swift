import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// The schedules that stand in a workflow's newest version.
extension PostgresWorkflowStore {
    /// Makes them those of a document that is stored now. One that says when as before goes on as it was, others begin anew.
    static func declaring(
        _ document: JSON, of workflow: WorkflowID, in tenant: TenantID, at moment: Timestamp
    ) -> [PostgresStatement] {
        let declared = DeclaredSchedule.all(in: document)
        let nodes = PostgresValue.array(.text, declared.map { .words($0.node) })
        var statements = [PostgresStatement(dropSchedules, [.id(tenant), .id(workflow), nodes])]
        if !declared.isEmpty {
            statements.append(
                PostgresStatement(
                    upsertSchedules,
                    [
                        .id(tenant), .id(workflow), .moment(moment), nodes,
                        .array(.text, declared.map { .words($0.name) }),
                        .array(.json, declared.map { .document($0.spec) }),
                        .array(.uuid, declared.map { _ in .id(ScheduleID.new(at: moment)) }),
                    ]))
        }
        return statements
    }

    private static let dropSchedules = """
        delete from schedules
        where tenant_id = $1 and workflow_id = $2 and is_declared and not node = any ($3::text[])
        """

    private static let upsertSchedules = """
        insert into schedules as s (
            tenant_id, schedule_id, workflow_id, node, is_declared, name, spec, is_held, after, next_at, created_at,
            updated_at)
        select $1, new.id, $2, new.node, true, new.name, new.spec, w.status = 'paused', $3,
            case when w.status <> 'paused' then $3::timestamptz end, $3, $3
        from unnest($4::text[], $5::text[], $6::json[], $7::uuid[]) as new (node, name, spec, id)
            join workflows w on w.tenant_id = $1 and w.workflow_id = $2
        on conflict (tenant_id, workflow_id, node) where is_declared do update set
            name = excluded.name, spec = excluded.spec,
            after = case when s.spec::text = excluded.spec::text then s.after else greatest(s.after, excluded.after) end,
            next_time = case when s.spec::text = excluded.spec::text then s.next_time end,
            next_at = case
                when s.spec::text = excluded.spec::text then s.next_at
                when not (s.is_paused or s.is_held) then excluded.after end,
            problem = case when s.spec::text = excluded.spec::text then s.problem end,
            updated_at = excluded.updated_at
        """

    /// All of a workflow that is deleted, also those that stand beside its document.
    static let deleteSchedules = "delete from schedules where tenant_id = $1 and workflow_id = $2"
}
