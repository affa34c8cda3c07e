/// A notice that is to be sent, in the hands of one host.
package struct PendingNotice: Sendable, Equatable {
    package var tenant: TenantID
    package var notice: NewNotice
    /// Attempts with this one.
    package var attempt: Int

    package init(tenant: TenantID, notice: NewNotice, attempt: Int) {
        self.tenant = tenant
        self.notice = notice
        self.attempt = attempt
    }
}

/// What people are to be told, kept until they have been.
package protocol NoticeStore: Sendable {
    /// Hands out up to `limit` notices of all tenants that are due, to one caller each; whoever does not say what became of
    /// one by `until` leaves it to the next.
    func claim(at now: Timestamp, until: Timestamp, limit: Int) async throws -> [PendingNotice]
    /// It was handed over, or nobody needs it any more.
    func settle(_ notice: PendingNotice, at now: Timestamp) async throws
    /// It could not be handed over; nil: it is not tried again.
    func postpone(_ notice: PendingNotice, until: Timestamp?, because reason: String) async throws
    /// Removes what was settled or given up before a moment; answers how many.
    func forget(before moment: Timestamp) async throws -> Int
    /// Stores notices by themselves; those whose key is there are passed over.
    func put(_ notices: [NewNotice], in tenant: TenantID, at now: Timestamp) async throws
}

/// How often, and when, a notice is tried.
package enum NoticeRetry {
    /// Milliseconds after each attempt that failed; behind the last it is given up. About a day.
    package static let waits: [Int64] = [
        10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 2 * 3_600_000, 4 * 3_600_000, 8 * 3_600_000,
    ]

    /// Nil after the last one.
    package static func wait(afterAttempt attempt: Int) -> Int64? {
        waits.indices.contains(attempt - 1) ? waits[attempt - 1] : nil
    }
}
