package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// Subscriptions of all tenants in PostgreSQL, as hosts look after them.
package struct PostgresDueSubscriptions: DueSubscriptions {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func nextDue() async throws -> Timestamp? {
        try await pool.rows(Self.selectNext, []).first.flatMap { try $0.optionalMoment("next_at") }
    }

    private static let selectNext = """
        select min(next_at) as next_at from webhook_subscriptions where next_at is not null
        """

    package func claim(
        at moment: Timestamp, limit: Int, until lease: Timestamp
    ) async throws -> [SubscriptionClaim] {
        let claim = RequestID.new(at: moment)
        return try await pool.rows(
            Self.take, [.moment(moment), .number(limit), .moment(lease), .id(claim)]
        ).map { row in
            try SubscriptionClaim(
                record: PostgresSubscriptionStore.record(row), claim: claim, isAwaited: row.bool("is_awaited"),
                isSuspended: row.bool("is_suspended"))
        }
    }

    private static let take = """
        with due as (
            select tenant_id, webhook_id from webhook_subscriptions where next_at <= $1
            order by next_at limit $2 for update skip locked
        )
        update webhook_subscriptions s set next_at = $3, claim = $4
        from due where s.tenant_id = due.tenant_id and s.webhook_id = due.webhook_id
        returning \(PostgresSubscriptionStore.columns.split(separator: ", ").map { "s.\($0)" }.joined(separator: ", ")),
            exists (
                select from webhook_subscriptions o
                where o.tenant_id = s.tenant_id and o.workflow_id = s.workflow_id and o.node = s.node
                    and o.goal = 'subscribed' and o.stage <> 'subscribed' and o.failures = 0) as is_awaited,
            exists (
                select from tenant_shares t where t.tenant_id = s.tenant_id and t.is_suspended) as is_suspended
        """

    package func note(_ progress: SubscriptionProgress, of claim: SubscriptionClaim) async throws -> Bool {
        try await pool.rows(
            Self.begin,
            [
                .id(claim.record.tenant), .id(claim.record.id), .id(claim.claim), .word(progress.stage),
                .optional(progress.url, PostgresValue.words),
            ]
        ).affected > 0
    }

    /// What is known of a former one would not name what is made now, when this host dies before it knows that.
    private static let begin = """
        update webhook_subscriptions set stage = $4, url = $5,
            subscription = case when $4 = 'subscribing' then null else subscription end
        where tenant_id = $1 and webhook_id = $2 and claim = $3
        """

    package func store(
        _ progress: SubscriptionProgress, of claim: SubscriptionClaim, nextAt: Timestamp?, at moment: Timestamp
    ) async throws -> Bool {
        try await pool.rows(
            Self.advance,
            [
                .id(claim.record.tenant), .id(claim.record.id), .id(claim.claim), .word(progress.stage),
                .optional(progress.url, PostgresValue.words),
                .optional(progress.subscription, PostgresValue.document), .number(progress.failures),
                .optional(progress.error, PostgresValue.document),
                .optional(progress.subscribedAt, PostgresValue.moment),
                .optional(nextAt, PostgresValue.moment), .word(claim.record.goal), .moment(moment),
            ]
        ).one().int("stored") > 0
    }

    /// Where the vendor sends to this one, those that it takes the place of are not delivered to any more.
    private static let advance = """
        with stored as (
            update webhook_subscriptions set stage = $4, url = $5, subscription = $6, failures = $7, error = $8,
                subscribed_at = $9, claim = null, next_at = case when goal = $11 then $10 else $12::timestamptz end
            where tenant_id = $1 and webhook_id = $2 and claim = $3
            returning workflow_id, node, stage, goal
        ), replaced as (
            delete from webhooks w using stored s
            where w.tenant_id = $1 and w.workflow_id = s.workflow_id and w.node = s.node and w.is_subscribed
                and w.webhook_id <> $2 and s.stage = 'subscribed' and s.goal = 'subscribed'
        )
        select count(*) as stored from stored
        """

    package func remove(_ claim: SubscriptionClaim) async throws -> Bool {
        try await pool.rows(
            Self.delete, [.id(claim.record.tenant), .id(claim.record.id), .id(claim.claim)]
        ).one().int("removed") > 0
    }

    private static let delete = """
        with removed as (
            delete from webhook_subscriptions
            where tenant_id = $1 and webhook_id = $2 and claim = $3 and goal = 'ended'
            returning webhook_id
        ), closed as (
            delete from webhooks w using removed r where w.tenant_id = $1 and w.webhook_id = r.webhook_id
        )
        select count(*) as removed from removed
        """

    package func end(of tenant: TenantID, at moment: Timestamp, before: Timestamp) async throws -> Int {
        _ = try await pool.rows(Self.endAll, [.id(tenant), .moment(moment)])
        return try await pool.rows(Self.countLeft, [.id(tenant), .moment(before)]).one().number("left")
    }

    private static let endAll = """
        update webhook_subscriptions set goal = 'ended', failures = 0, updated_at = $2,
            next_at = case when claim is null then $2 else next_at end
        where tenant_id = $1 and goal <> 'ended'
        """

    private static let countLeft = """
        select count(*) as "left" from webhook_subscriptions
        where tenant_id = $1 and stage <> 'absent' and updated_at > $2
        """
}
