/// Whom data belongs to: an organisation that sees nothing of another.
package struct TenantRecord: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        case active
        /// Nothing of it is started or taken on; everything stays.
        case suspended
        /// What belongs to it is being deleted.
        case deleting
    }

    package var id: TenantID
    /// For people; not unique.
    package var name: String
    package var state: State
    package var quotas: TenantQuotas
    package var createdAt: Timestamp

    package init(
        id: TenantID, name: String, state: State = .active, quotas: TenantQuotas = TenantQuotas(), createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.quotas = quotas
        self.createdAt = createdAt
    }
}

/// The most a tenant may have; nil: no limit.
package struct TenantQuotas: Sendable, Equatable {
    /// Workflows that are not deleted.
    package var workflows: Int?
    /// Runs that begin in one month of UTC.
    package var runsAMonth: Int?
    /// Runs that workers have in hand at a time. Beyond it runs wait; nothing is refused.
    package var concurrency: Int?
    /// Bytes that runs have written and that are still kept, as they were written: repeated values count once, indices
    /// and the server's own overhead not at all.
    package var storageBytes: Int?
    /// Schedules and polling triggers together, also those that are paused.
    package var triggers: Int?
    /// Requests a minute in place of what all tenants may make; a class that is missing: as all.
    package var rates: RateLimits

    package init(
        workflows: Int? = nil, runsAMonth: Int? = nil, concurrency: Int? = nil, storageBytes: Int? = nil,
        triggers: Int? = nil, rates: RateLimits = .none
    ) {
        self.workflows = workflows
        self.runsAMonth = runsAMonth
        self.concurrency = concurrency
        self.storageBytes = storageBytes
        self.triggers = triggers
        self.rates = rates
    }
}

/// What a tenant used on one day of UTC.
package struct TenantUsage: Sendable, Equatable {
    /// `2026-11-21`
    package var day: String
    package var runs: Int
    /// Attempts count each.
    package var steps: Int
    /// Written for runs.
    package var bytes: Int

    package init(day: String, runs: Int, steps: Int, bytes: Int) {
        self.day = day
        self.runs = runs
        self.steps = steps
        self.bytes = bytes
    }
}

/// Thrown where a tenant may not do what was asked for. Nothing was done.
package enum TenantRefusal: Error, Sendable, Equatable {
    package enum Limit: String, Sendable { case workflows, runs, storage, triggers }

    /// It is suspended, or being deleted.
    case notActive(TenantRecord.State)
    /// It has so many of the limited thing already.
    case exhausted(Limit, used: Int, most: Int)
}

extension TenantRefusal: CustomStringConvertible {
    /// A sentence for whoever asked.
    package var description: String {
        switch self {
        case .notActive(.deleting): "The tenant is being deleted; nothing is started or saved for it any more."
        case .notActive: "The tenant is suspended; nothing is started or saved for it until the operator lets it go on."
        case .exhausted(.workflows, let used, let most):
            "The tenant has \(used) workflows and may have \(most). Delete one, or ask the operator for a higher limit."
        case .exhausted(.runs, let used, let most):
            "The tenant has started \(used) runs this month and may start \(most). Wait for the next month (UTC), or ask "
                + "the operator for a higher limit."
        case .exhausted(.triggers, let used, let most):
            "The tenant has \(used) schedules and polling triggers and may have \(most). Delete one, or ask the operator for "
                + "a higher limit."
        case .exhausted(.storage, let used, let most):
            "The tenant's runs take \(used) bytes and may take \(most). Wait until old runs are deleted, or ask the "
                + "operator for a higher limit."
        }
    }
}

/// The tenants of an installation, for those who operate it. False or nil: there is no such tenant.
package protocol TenantStore: Sendable {
    /// Stores a tenant with its limits.
    func create(_ tenant: TenantRecord) async throws
    func tenant(_ id: TenantID) async throws -> TenantRecord?
    /// All of them, the newest first.
    func tenants(page: PageRequest) async throws -> Page<TenantRecord>
    func rename(_ id: TenantID, to name: String) async throws -> Bool
    func set(_ quotas: TenantQuotas, of id: TenantID) async throws -> Bool
    /// Suspends a tenant, or lets it go on; what its workers have in hand at the moment is not taken from them. False
    /// for one that is being deleted, too.
    func setSuspended(_ isSuspended: Bool, _ id: TenantID) async throws -> Bool
    /// Begins a tenant's end: from now on nothing of it is started or saved, and what is kept of it is deleted soon.
    func close(_ id: TenantID) async throws -> Bool
    /// By day, oldest first; days without anything are left out. Known after a second or two; the last second of a
    /// process that was killed is missing.
    func usage(of id: TenantID, from: Timestamp, through: Timestamp) async throws -> [TenantUsage]
}

/// Everything that is kept of a tenant, for its owner to take along.
package protocol TenantExporter: Sendable {
    /// Calls `write` with one line of JSON after another, without their ends. The last one says how many there were;
    /// without it an export is not whole.
    func export(_ tenant: TenantID, at moment: Timestamp, to write: (String) async throws -> Void) async throws
}
