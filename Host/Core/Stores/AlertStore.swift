/// Alerts, as people see and change them. All of it within one tenant; nil or false means: not there.
package protocol AlertStore: Sendable {
    /// Stores a new alert; what ended before it was made counts for nothing. False when the tenant has
    /// `AlertLimits.most` already.
    func create(_ alert: AlertRule) async throws -> Bool
    /// Changes an alert, with `expecting` only when that is its version now; else throws `StoreConflict.versionMoved`. With
    /// `isAnew` it begins anew, as if it had just been made.
    func change(
        _ id: AlertID, in tenant: TenantID, to draft: AlertDraft, expecting: Int?, isAnew: Bool, at: Timestamp
    ) async throws -> AlertRule?
    /// One that is switched on begins anew; one that is as it is to be is not touched.
    func setEnabled(_ isEnabled: Bool, _ id: AlertID, in tenant: TenantID, at: Timestamp) async throws -> AlertRule?
    /// With `expecting` only when that is its version now; else throws `StoreConflict.versionMoved`.
    func delete(_ id: AlertID, in tenant: TenantID, expecting: Int?) async throws -> Bool
    func alert(_ id: AlertID, in tenant: TenantID) async throws -> AlertRule?
    /// Newest first; with `workflow`, those of that one.
    func alerts(in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest) async throws -> Page<AlertRule>
    /// What came of an alert, latest first.
    func history(of id: AlertID, in tenant: TenantID, page: PageRequest) async throws -> Page<AlertHistory>
    /// Stores an event that somebody caused, with its notices.
    func put(_ event: AlertEvent, _ notices: [NewNotice], in tenant: TenantID) async throws
}

extension AlertStore {
    /// All of a tenant, of which there are at most `AlertLimits.most`.
    package func all(in tenant: TenantID) async throws -> [AlertRule] {
        var (rules, cursor) = ([AlertRule](), String?.none)
        repeat {
            let page = try await alerts(
                in: tenant, of: nil, page: PageRequest(limit: PageRequest.largest, cursor: cursor))
            rules += page.items
            cursor = page.next
        } while cursor != nil
        return rules
    }

    /// Those that name a credential.
    package func alerts(naming credential: String, in tenant: TenantID) async throws -> [AlertRule] {
        try await all(in: tenant).filter { $0.draft.targets.contains { $0.credential == credential } }
    }
}

package enum AlertLimits {
    /// Alerts of a tenant.
    package static let most = 500
}

/// Alerts of all tenants, as hosts judge them.
package protocol DueAlerts: Sendable {
    /// Takes down what ended since the last time, for tenants with alerts, up to `limit` changes each; answers whether there
    /// may be more. Whatever number of hosts calls this, each run counts once.
    func count(limit: Int) async throws -> Bool
    /// Takes up to `limit` alerts that are to be looked at, oldest first, with what their runs are like now, and keeps other
    /// hosts from them until what `body` makes of them is stored, with its events and notices; answers how many. A host that
    /// dies meanwhile has taken none.
    func judge(
        at moment: Timestamp, limit: Int, _ body: @Sendable ([(AlertRule, AlertReading)]) -> [AlertAdvance]
    ) async throws -> Int
    /// Deletes what is too old to be of use.
    func forget(at moment: Timestamp) async throws
}

/// How an alert stands after it was looked at.
package struct AlertAdvance: Sendable {
    package var alert: AlertID
    package var tenant: TenantID
    package var state: AlertState
    package var value: Int64?
    package var nextAt: Timestamp
    package var event: AlertEvent?
    package var notices: [NewNotice]

    package init(
        alert: AlertID, tenant: TenantID, state: AlertState, value: Int64?, nextAt: Timestamp, event: AlertEvent?,
        notices: [NewNotice]
    ) {
        self.alert = alert
        self.tenant = tenant
        self.state = state
        self.value = value
        self.nextAt = nextAt
        self.event = event
        self.notices = notices
    }
}
