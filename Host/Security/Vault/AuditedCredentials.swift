package import PatchbayCore
import PatchbayJSON
import Synchronization

/// Opens credentials for those who use them, and takes every use down first: nobody has a secret before that is on disk.
///
/// Deliveries come as often as others like, from anybody who knows a webhook's address, also with wrong signatures. For these a
/// credential is taken down once a minute and webhook, with how often it was used since; each delivery that was taken on
/// stands in its run.
package final class AuditedCredentials: CredentialSource {
    /// Milliseconds within which deliveries are counted together.
    private static let grain: Int64 = 60_000
    /// More webhooks than these are taken down with every delivery.
    private static let mostCounted = 10_000

    private struct Deliveries: Hashable {
        var tenant: TenantID
        var credential: CredentialID
        var purpose: String
    }

    private struct Count {
        var since: Timestamp
        var open = 0
    }

    private let source: any CredentialSource
    private let log: any AuditLog
    private let clock: any TimeSource
    private let counts = Mutex<[Deliveries: Count]>([:])

    package init(_ source: any CredentialSource, log: any AuditLog, clock: any TimeSource) {
        self.source = source
        self.log = log
        self.clock = clock
    }

    package func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? {
        let now = clock.now
        guard let grant = try await source.grant(named: name, in: tenant, for: purpose) else { return nil }
        var details = purpose.details
        details["name"] = .string(name)
        details["credential_kind"] = .string(grant.record.kind.rawValue)
        if case .delivery(let workflow, let node) = purpose {
            let deliveries = Deliveries(
                tenant: tenant, credential: grant.record.id, purpose: "\(workflow)/\(node)")
            guard let count = count(deliveries, at: now) else { return grant }
            details["count"] = .int(Int64(count))
        }
        try await log.append([
            AuditEvent(
                .credentialUsed, by: purpose.actor, in: tenant, at: now,
                on: AuditEvent.Resource("credential", grant.record.id.description), details: details)
        ])
        return grant
    }

    /// The use has been taken down with the token before.
    package func renewed(_ grant: CredentialGrant) async throws -> CredentialGrant? { try await source.renewed(grant) }

    /// How often since it was taken down last, with this time; nil: not now.
    private func count(_ deliveries: Deliveries, at now: Timestamp) -> Int? {
        counts.withLock { counts in
            guard var count = counts[deliveries] else {
                if counts.count >= Self.mostCounted { counts = counts.filter { now - $0.value.since < Self.grain } }
                if counts.count < Self.mostCounted { counts[deliveries] = Count(since: now) }
                return 1
            }
            count.open += 1
            let isDue = now - count.since >= Self.grain
            counts[deliveries] = isDue ? Count(since: now) : count
            return isDue ? count.open : nil
        }
    }
}
