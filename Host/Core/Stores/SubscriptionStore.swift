/// Subscriptions, as requests see them. They come, change and go with their workflows' versions, in the same transaction.
package protocol SubscriptionStore: Sendable {
    /// By the id of its endpoint; nil: that is no subscription's.
    func subscription(_ id: WebhookID, in tenant: TenantID) async throws -> SubscriptionRecord?
}

/// Subscriptions of all tenants, as hosts look after them.
package protocol DueSubscriptions: Sendable {
    /// When the next one is to be looked after; nil: none, as things stand.
    func nextDue() async throws -> Timestamp?
    /// Takes up to `limit` of those, oldest first. Until `lease` nobody else takes them, then anybody may.
    func claim(at moment: Timestamp, limit: Int, until lease: Timestamp) async throws -> [SubscriptionClaim]
    /// Stores what is about to be done at the vendor, before it is done; false: another host took it over.
    func note(_ progress: SubscriptionProgress, of claim: SubscriptionClaim) async throws -> Bool
    /// Stores how far it has come, and gives it back; where the goal is another by now, somebody looks after it at once. Of one
    /// that is subscribed, endpoints that it takes the place of take nothing any more. False: another host took it over.
    func store(
        _ progress: SubscriptionProgress, of claim: SubscriptionClaim, nextAt: Timestamp?, at moment: Timestamp
    ) async throws -> Bool
    /// Forgets one that has ended, with its endpoint; false: another host took it over, or it is wanted again.
    func remove(_ claim: SubscriptionClaim) async throws -> Bool
    /// Ends all of a tenant. Answers how many the vendors may know still, without those that nobody could end since `before`.
    func end(of tenant: TenantID, at moment: Timestamp, before: Timestamp) async throws -> Int
}
