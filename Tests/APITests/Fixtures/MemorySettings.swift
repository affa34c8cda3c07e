import PatchbayCore
import PatchbayJSON
import Synchronization

/// Settings that fail with a text when one is set.
final class MemorySettings: ConnectorSettingsStore {
    struct Failure: Error {
        var text: String
    }

    let failure = Mutex<String?>(nil)
    private let kept = Mutex<[String: JSON]>([:])

    func settings(of connector: String, in tenant: TenantID) async throws -> JSON {
        if let text = failure.withLock({ $0 }) { throw Failure(text: text) }
        return kept.withLock { $0[connector] ?? [:] }
    }

    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {
        kept.withLock { $0[connector] = settings }
    }
}
