/// Which calls share a circuit breaker and a rate limit: those of one connector version with one credential.
package struct GateKey: Sendable, Hashable {
    package var tenant: TenantID
    package var connector: String
    package var version: String
    /// The credential's name; empty without one.
    package var credential: String

    package init(tenant: TenantID, connector: String, version: String, credential: String) {
        self.tenant = tenant
        self.connector = connector
        self.version = version
        self.credential = credential
    }
}

/// How a gate stands, as one worker sees it and others are told.
package struct GateRecord: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        case closed, open
        case halfOpen = "half_open"
        /// The service asked to wait.
        case rateLimited = "rate_limited"
    }

    package var key: GateKey
    package var state: State
    /// When calls may be made again; nil: now.
    package var until: Timestamp?
    /// Calls that counted lately, and how many of them failed.
    package var calls: Int
    package var failures: Int
    /// Since when it has been in this state.
    package var since: Timestamp

    package init(
        key: GateKey, state: State, until: Timestamp?, calls: Int, failures: Int, since: Timestamp
    ) {
        self.key = key
        self.state = state
        self.until = until
        self.calls = calls
        self.failures = failures
        self.since = since
    }
}

/// What workers tell each other, and people, about gates.
package protocol GateStore: Sendable {
    func publish(_ gates: [GateRecord]) async throws
    /// Of all tenants, those that let no call pass at the moment.
    func shut(at: Timestamp) async throws -> [GateRecord]
    /// All gates of a tenant that were ever shut, those shut last first, at most 200.
    func gates(in tenant: TenantID) async throws -> [GateRecord]
}
