import PatchbayCore
import PatchbayJSON
import Synchronization

extension MemoryRuns: RunMessages {
    func send(_ message: RunMessage, to run: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        change(run) { kept in
            guard kept.record.tenant == tenant, !kept.record.status.isTerminal else { return false }
            if !kept.messages.contains(where: { $0.kind == message.kind && $0.id == message.id }) {
                kept.messages.append(message)
            }
            return true
        } ?? false
    }

    func messages(for run: RunID, in tenant: TenantID) async throws -> [RunMessage] {
        find(run, tenant)?.messages ?? []
    }

    func addressees(worker: String) async throws -> [RunID] {
        kept.withLock { kept in
            kept.filter { $0.worker == worker && !$0.messages.isEmpty }.map(\.record.id)
        }
    }

    func forget(_ messages: [RunMessage], of run: RunID, in tenant: TenantID) async throws {
        change(run) { $0.messages.removeAll { messages.contains($0) } }
    }
}
