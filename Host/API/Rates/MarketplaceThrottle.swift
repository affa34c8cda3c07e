import PatchbayCore

/// Keeps one caller from doing the same to one template all the time: from filling moderators' queue, pages of reviews, or
/// the count of installations. Beside what the tenant may ask at all.
struct MarketplaceThrottle: Sendable {
    enum Deed: String {
        case install, submit, review, report
    }

    let limiter: RateLimiter

    /// Throws `RATE_LIMITED`.
    func admit(_ deed: Deed, _ template: TemplateID, _ context: APIContext) async throws {
        let caller = context.caller.participant
        let thing =
            "\(deed.rawValue)/\(template)/" + String(caller.high, radix: 36) + "." + String(caller.low, radix: 36)
        try await limiter.admit(RateKey(.marketplace, tenant: context.tenant, thing: thing), noting: nil)
    }
}
