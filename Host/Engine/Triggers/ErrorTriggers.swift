package import Logging
package import PatchbayCore
import PatchbayJSON

/// Starts workflows when others fail: goes through what changed in each tenant's runs, from where it came to last. What it did
/// twice is done once, since a run is known by the failed one that it is about; what it did not come to before its host died
/// is done by the next.
package struct ErrorTriggers: Sendable {
    /// Changes that are read in one go.
    private static let portion = 500

    private let store: any RunWatchStore
    private let runs: any RunStore
    private let starter: RunStarter
    private let logger: Logger

    package init(store: any RunWatchStore, runs: any RunStore, starter: RunStarter, logger: Logger) {
        self.store = store
        self.runs = runs
        self.starter = starter
        self.logger = logger
    }

    package func look() async throws {
        let all = try await store.errorWorkflows().flatMap { ErrorListener.all(of: $0.workflow, in: $0.document) }
        for (tenant, listeners) in Dictionary(grouping: all, by: { $0.workflow.tenant }) {
            try await look(in: tenant, for: listeners)
        }
    }

    private func look(in tenant: TenantID, for listeners: [ErrorListener]) async throws {
        guard var cursor = try await store.cursor(of: .errors, in: tenant) else {
            // What failed before anybody listened starts nothing.
            return try await store.begin(.errors, in: tenant, at: runs.latestChange(in: tenant))
        }
        while !Task.isCancelled {
            let changes = try await runs.changes(in: tenant, after: cursor, limit: Self.portion)
            guard let last = changes.last else { return }
            for change in changes where change.kind == .runFailed {
                guard let run = try await runs.run(change.run, in: tenant) else { continue }
                for listener in listeners where listener.hears(of: run) { try await start(listener, run, change) }
            }
            try await store.advance(.errors, in: tenant, from: cursor, to: last.cursor)
            cursor = last.cursor
            if changes.count < Self.portion { return }
        }
    }

    private func start(_ listener: ErrorListener, _ run: RunRecord, _ change: RunChange) async throws {
        let body: JSON = [
            "run_id": .string(run.id.description), "workflow_id": .string(run.workflow.description),
            "workflow_name": .string(run.workflowName), "workflow_version": .int(Int64(run.version)),
            "trigger": .string(run.trigger), "error": change.error, "failed_at": .string(change.at.description),
        ]
        do {
            _ = try await starter.start(
                listener.workflow, trigger: ["kind": "error", "node": .string(listener.node), "body": body],
                kind: NodeKind.error.rawValue, deliveryKey: "error:\(listener.node):\(run.id)")
        } catch let refusal as TenantRefusal {
            // It is not tried again: the tenant may be suspended for ever.
            logger.warning(
                "a workflow could not be started by a failure",
                metadata: ["workflow": "\(listener.workflow.id)", "run": "\(run.id)", "error": "\(refusal)"])
        }
    }
}
