import PatchbayCore
import PatchbayEngine
import Synchronization

/// What the triggers of workflow versions say about deliveries, kept because planning a document for each delivery
/// would cost more than all the rest. Versions never change, so nothing kept can be wrong.
final class WebhookDirectory: Sendable {
    private struct Key: Hashable {
        var workflow: WorkflowID
        var version: Int
    }

    /// More versions in use at a time than this are planned again.
    private static let capacity = 1_000

    private let planner: Planner
    private let kept = Mutex<[Key: [String: PlannedWebhook]]>([:])

    init(planner: Planner) { self.planner = planner }

    /// Nil when this host does not understand the trigger, as one that a newer host stored: what it would have to
    /// verify must not pass unverified.
    func webhook(_ record: WebhookRecord, in version: WorkflowVersion) -> PlannedWebhook? {
        let key = Key(workflow: version.workflow, version: version.version)
        let webhooks = kept.withLock { $0[key] } ?? plan(version, key)
        return webhooks[record.node]
    }

    private func plan(_ version: WorkflowVersion, _ key: Key) -> [String: PlannedWebhook] {
        let planning = planner.plan(version.document, credentials: nil)
        // Other nodes' problems, such as a connector that is gone, are for the run to tell.
        let isWhole = planning.problems.count < Planner.mostProblems
        let misread = Set(planning.problems.map(\.node))
        var webhooks: [String: PlannedWebhook] = [:]
        for webhook in planning.webhooks where isWhole && !misread.contains(webhook.node) {
            webhooks[webhook.node] = webhook
        }
        kept.withLock { kept in
            if kept.count >= Self.capacity { kept.removeAll(keepingCapacity: true) }
            kept[key] = webhooks
        }
        return webhooks
    }
}
