/// Whoever counts once among those who review and report: an account, or a tenant where a key is nobody's.
package struct Participant: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    package init(_ account: AccountID) { (high, low) = (account.high, account.low) }

    package init(_ tenant: TenantID) { (high, low) = (tenant.high, tenant.low) }

    /// As it was stored.
    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

extension Caller {
    package var participant: Participant { account.map { Participant($0) } ?? Participant(tenant) }
}

/// What somebody whose tenant has installed a template thinks of it.
package struct TemplateReview: Sendable, Equatable {
    package static let stars = Int64(1)...5
    /// Characters.
    package static let longestText = 4_000

    package var id: ReviewID
    package var template: TemplateID
    package var reviewer: Participant
    /// Which the tenant had installed, or updated to, last.
    package var version: Version
    /// 1 to 5.
    package var stars: Int
    /// Empty: stars only.
    package var text: String
    /// As the reviewer wants to be called; nil: not at all.
    package var author: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// Why moderators show it to nobody; nil: they do.
    package var hiddenReason: String?

    package init(
        id: ReviewID, template: TemplateID, reviewer: Participant, version: Version, stars: Int, text: String = "",
        author: String? = nil, createdAt: Timestamp, updatedAt: Timestamp, hiddenReason: String? = nil
    ) {
        self.id = id
        self.template = template
        self.reviewer = reviewer
        self.version = version
        self.stars = stars
        self.text = text
        self.author = author
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.hiddenReason = hiddenReason
    }
}

/// What all reviews of a template that are shown say together.
package struct TemplateRating: Sendable, Equatable {
    package var reviews: Int
    /// Of all reviews together.
    package var stars: Int

    package init(reviews: Int = 0, stars: Int = 0) {
        self.reviews = reviews
        self.stars = stars
    }

    /// In hundredths of a star, rounded; nil: nobody has said anything.
    package var hundredths: Int? { reviews == 0 ? nil : (stars * 200 + reviews) / (2 * reviews) }

    /// What `rating` sorts by, in thousandths of a star: the mean with ten votes of 3.5 beside those that there are, so that
    /// one vote of 5 (3.636) stays behind a hundred of 4.8 (4.682). The schema computes the same.
    package var score: Int { (stars * 1_000 + 35_000) / (reviews + 10) }
}
