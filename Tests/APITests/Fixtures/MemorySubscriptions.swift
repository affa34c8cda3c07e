import PatchbayCore
import Synchronization

/// Subscriptions, as the real store shows them.
final class MemorySubscriptions: SubscriptionStore {
    private let records = Mutex<[SubscriptionRecord]>([])

    func put(_ record: SubscriptionRecord) {
        records.withLock { records in
            records.removeAll { $0.id == record.id }
            records.append(record)
        }
    }

    func subscription(_ id: WebhookID, in tenant: TenantID) async throws -> SubscriptionRecord? {
        records.withLock { $0.first { $0.id == id && $0.tenant == tenant } }
    }
}
