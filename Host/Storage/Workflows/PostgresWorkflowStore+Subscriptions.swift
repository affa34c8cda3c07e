import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// The triggers of a workflow's newest version that connectors subscribe for. Whoever looks after a subscription at the moment
/// finishes what it has begun at the vendor, and finds the goal changed when it stores what came of it.
extension PostgresWorkflowStore {
    /// Makes them those of a document that is stored now. One that works on the same goes on as it was.
    static func declaringSubscriptions(
        of document: JSON, _ workflow: WorkflowID, in tenant: TenantID, at moment: Timestamp
    ) -> [PostgresStatement] {
        let declared = DeclaredSubscription.all(in: document)
        let nodes = PostgresValue.array(.text, declared.map { .words($0.node) })
        let sources = PostgresValue.array(.text, declared.map { .words($0.source) })
        let end = PostgresStatement(endUndeclared, [.id(tenant), .id(workflow), .moment(moment), nodes, sources])
        guard !declared.isEmpty else { return [end] }
        let ids = declared.map { _ in WebhookID.new(at: moment) }
        let uses = PostgresValue.array(.text, declared.map { .words($0.uses) })
        let credentials = PostgresValue.array(
            .text, declared.map { .optional($0.credential, PostgresValue.words) })
        return [
            end,
            PostgresStatement(
                keepSubscriptions, [.id(tenant), .id(workflow), .moment(moment), nodes, uses, credentials]),
            PostgresStatement(
                addSubscriptions,
                [
                    .id(tenant), .id(workflow), .moment(moment), nodes, sources, uses, credentials,
                    .array(.json, declared.map { .document($0.input) }), .array(.uuid, ids.map { .id($0) }),
                    .array(.text, ids.map { _ in .words(WebhookRecord.newEndpoint()) }),
                    .array(.text, ids.map { .words(SubscriptionRecord.secretName(of: $0)) }),
                ]),
        ]
    }

    private static let endUndeclared = """
        update webhook_subscriptions s set goal = 'ended', failures = 0, updated_at = $3,
            next_at = case when s.claim is null then $3 else s.next_at end
        where tenant_id = $1 and workflow_id = $2 and goal <> 'ended' and not exists (
            select from unnest($4::text[], $5::text[]) as new (node, source)
            where new.node = s.node and new.source = s.source)
        """

    /// What failed is tried again at once: the new version may have another credential.
    private static let keepSubscriptions = """
        update webhook_subscriptions s set uses = new.uses, credential = new.credential, updated_at = $3,
            next_at = case
                when s.claim is null and s.goal = 'subscribed' and s.stage <> 'subscribed' then $3 else s.next_at end
        from unnest($4::text[], $5::text[], $6::text[]) as new (node, uses, credential)
        where s.tenant_id = $1 and s.workflow_id = $2 and s.goal <> 'ended' and s.node = new.node
        """

    private static let addSubscriptions = """
        with added as (
            insert into webhook_subscriptions (
                tenant_id, webhook_id, workflow_id, node, endpoint, uses, credential, input, source, secret, goal, next_at,
                created_at, updated_at)
            select $1, new.id, $2, new.node, new.endpoint, new.uses, new.credential, new.input, new.source, new.secret,
                case when w.status = 'paused' then 'paused' else 'subscribed' end,
                case when w.status <> 'paused' then $3::timestamptz end, $3, $3
            from unnest(
                    $4::text[], $5::text[], $6::text[], $7::text[], $8::json[], $9::uuid[], $10::text[], $11::text[])
                as new (node, source, uses, credential, input, id, endpoint, secret)
                join workflows w on w.tenant_id = $1 and w.workflow_id = $2
            where not exists (
                select from webhook_subscriptions s
                where s.tenant_id = $1 and s.workflow_id = $2 and s.node = new.node and s.goal <> 'ended')
            returning endpoint, webhook_id, node, secret
        )
        insert into webhooks (endpoint, tenant_id, webhook_id, workflow_id, node, is_subscribed, secret)
        select a.endpoint, $1, a.webhook_id, $2, a.node, true, a.secret from added a
        """

    static let endSubscriptions = """
        update webhook_subscriptions set goal = 'ended', failures = 0, updated_at = $3,
            next_at = case when claim is null then $3 else next_at end
        where tenant_id = $1 and workflow_id = $2 and goal <> 'ended'
        """

    static let pauseSubscriptions = """
        update webhook_subscriptions set goal = 'paused', failures = 0, updated_at = $3,
            next_at = case when claim is null then $3 else next_at end
        where tenant_id = $1 and workflow_id = $2 and goal = 'subscribed'
        """

    static let resumeSubscriptions = """
        update webhook_subscriptions set goal = 'subscribed', failures = 0, updated_at = $3,
            next_at = case when claim is null then $3 else next_at end
        where tenant_id = $1 and workflow_id = $2 and goal = 'paused'
        """
}
