/// Takes down what happened.
package protocol AuditLog: Sendable {
    /// Returns when the events are on disk, in the chains of their tenants. Those of a tenant that is gone stand in the
    /// installation's chain. Throws when they could not be written, also when so much waits already that nothing more is
    /// taken (`AuditLogFull`).
    func append(_ events: [AuditEvent]) async throws
}

/// Thrown when the log cannot be written as fast as it is asked to.
package struct AuditLogFull: Error, Sendable, CustomStringConvertible {
    /// Events that wait.
    package var waiting: Int

    package init(waiting: Int) { self.waiting = waiting }

    package var description: String {
        "\(waiting) events wait to be written to the audit log, and no more are taken until the database keeps up"
    }
}

/// An event in its chain.
package struct AuditRecord: Sendable, Equatable {
    package static let hashLength = 32

    /// From 1, without a gap.
    package var sequence: Int
    /// Canonical JSON, exactly as it was hashed.
    package var content: [UInt8]
    /// The hash of the record before it; zeros for the first.
    package var previous: [UInt8]
    /// SHA-256 of `previous` and `content`.
    package var hash: [UInt8]

    package init(sequence: Int, content: [UInt8], previous: [UInt8], hash: [UInt8]) {
        self.sequence = sequence
        self.content = content
        self.previous = previous
        self.hash = hash
    }
}

/// Which events are wanted; nil: whatever it is.
package struct AuditFilter: Sendable, Equatable {
    /// An id of an account or a key, or a kind of actor. An account's key counts as the account too.
    package var actor: String?
    package var action: AuditAction?
    package var resource: String?
    package var resourceKind: String?
    package var outcome: AuditEvent.Outcome?
    package var from: Timestamp?
    /// Exclusive.
    package var to: Timestamp?

    package init() {}
}

/// Where a chain ends.
package struct AuditHead: Sendable, Equatable {
    /// 0 for a chain without events.
    package var sequence: Int
    package var hash: [UInt8]

    package init(sequence: Int, hash: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
    }
}

/// What a look at a whole chain found.
package struct AuditVerdict: Sendable, Equatable {
    package struct Flaw: Sendable, Equatable {
        package enum Kind: String, Sendable, CaseIterable {
            /// There is no record where one was.
            case missing
            /// The record is not what was hashed.
            case changed
            /// It does not follow the one before it.
            case unlinked
            /// A column that is searched by says something else than the record.
            case mislabelled
            /// The chain ends elsewhere than its head says.
            case head
            /// It is not the chain whose end somebody kept elsewhere.
            case anchor
        }

        package var kind: Kind
        /// The first place that is wrong.
        package var sequence: Int
        /// What is wrong, for people.
        package var message: String

        package init(_ kind: Kind, at sequence: Int, _ message: String) {
            self.kind = kind
            self.sequence = sequence
            self.message = message
        }
    }

    /// Nil: the installation's own chain.
    package var tenant: TenantID?
    /// How many records were looked at.
    package var count: Int
    package var head: AuditHead?
    /// Nil: the chain is whole.
    package var flaw: Flaw?

    package init(tenant: TenantID?, count: Int, head: AuditHead?, flaw: Flaw?) {
        self.tenant = tenant
        self.count = count
        self.head = head
        self.flaw = flaw
    }
}

/// Reads what was taken down. `tenant` nil: the installation's own chain.
package protocol AuditTrail: Sendable {
    /// The newest first.
    func records(in tenant: TenantID?, _ filter: AuditFilter, page: PageRequest) async throws -> Page<AuditRecord>
    /// Those behind one record, through another, the oldest first; some hundred at most. None: there are no more.
    func records(
        in tenant: TenantID?, _ filter: AuditFilter, behind last: Int, through end: Int
    ) async throws -> [AuditRecord]
    /// Nil when there never was an event. What stands before a head changes no more.
    func head(of tenant: TenantID?) async throws -> AuditHead?
    /// Goes through the whole chain.
    ///
    /// - Parameter anchor: An end that the chain had once, kept elsewhere: it must still be in it.
    func verify(_ tenant: TenantID?, anchor: AuditHead?) async throws -> AuditVerdict
}

extension AuditTrail {
    /// All that fits, the oldest first, as of now. Throws what `write` throws.
    package func export(
        in tenant: TenantID?, _ filter: AuditFilter, to write: (AuditRecord) async throws -> Void
    ) async throws {
        // No transaction stays open for a slow reader.
        let end = try await head(of: tenant)?.sequence ?? 0
        var last = 0
        while last < end {
            let records = try await records(in: tenant, filter, behind: last, through: end)
            for record in records { try await write(record) }
            guard let newest = records.last else { return }
            last = newest.sequence
        }
    }
}
