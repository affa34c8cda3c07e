/// The budgets of requests that all hosts share.
package protocol RateStore: Sendable {
    /// What the operator allows this tenant, class by class, in place of what all are allowed.
    func limits(of tenant: TenantID) async throws -> RateLimits
    /// Takes `count` requests from the window that begins then. Answers how many have been taken from it with these, also
    /// beyond any limit.
    func take(_ count: Int, of key: RateKey, in window: Timestamp) async throws -> Int
}
