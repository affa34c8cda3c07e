import PatchbayCore
import PatchbayEngine
import PatchbaySecurity
import Synchronization

/// What is known of endpoints, kept because looking it up for each delivery would cost more than all the rest. Whoever goes
/// by it has it compared with what is stored, in the statement that stores the delivery, and reads anew when it has changed.
/// Secrets alone are kept for a second: so much later a replaced one is known to every host.
final class WebhookDirectory: Sendable {
    private struct Key: Hashable {
        var workflow: WorkflowID
        var version: Int
    }

    /// More endpoints, or versions, in use at a time than this are read and planned again.
    private static let capacity = 2_000
    /// Milliseconds.
    private static let secretAge: Int64 = 1_000
    /// What is younger is not read again because a delivery does not fit it: who sends many such ones must not make the host
    /// read as often.
    private static let leastAge: Int64 = 100

    private let workflows: any WorkflowStore
    private let secrets: any CredentialSource
    private let planner: Planner
    private let subscriptions: any SubscriptionStore
    private let clock: any TimeSource
    private let reads = SharedReads<String, WebhookEntry?>()
    private let known = Mutex<[String: WebhookEntry]>([:])
    /// Versions never change, so nothing kept can be wrong.
    private let planned = Mutex<[Key: [String: PlannedWebhook]]>([:])

    init(
        workflows: any WorkflowStore, secrets: any CredentialSource, planner: Planner,
        subscriptions: any SubscriptionStore, clock: any TimeSource
    ) {
        self.workflows = workflows
        self.secrets = secrets
        self.planner = planner
        self.subscriptions = subscriptions
        self.clock = clock
    }

    /// As it was when somebody looked last, with secrets that are not old; nil when there is none.
    func entry(at endpoint: String) async throws -> WebhookEntry? {
        guard let entry = known.withLock({ $0[endpoint] }) else { return try await read(endpoint) }
        let age = clock.now - entry.secretsReadAt
        guard entry.planned?.verifies == true, !(0..<Self.secretAge).contains(age) else { return entry }
        return try await read(endpoint)
    }

    /// The same without asking anybody; nil also where it would have to be read.
    func known(at endpoint: String, now: Timestamp) -> WebhookEntry? {
        guard let entry = known.withLock({ $0[endpoint] }), let planned = entry.planned else { return nil }
        let isFresh = (0..<Self.secretAge).contains(now - entry.secretsReadAt)
        return !planned.verifies || isFresh ? entry : nil
    }

    /// As it is stored now. A delivery that does not fit is judged by this again; nil when what is known is as young.
    func newer(than entry: WebhookEntry) async throws -> WebhookEntry? {
        guard !(0..<Self.leastAge).contains(clock.now - entry.readAt) else { return nil }
        return try await read(entry.webhook.endpoint)
    }

    /// As it is stored now.
    func read(_ endpoint: String) async throws -> WebhookEntry? {
        let entry = try await reads.value(of: endpoint) { try await self.load(endpoint) }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[endpoint] = entry
        }
        return entry
    }

    private func load(_ endpoint: String) async throws -> WebhookEntry? {
        let now = clock.now
        guard let (webhook, version) = try await workflows.webhook(at: endpoint),
            var workflow = try await workflows.workflow(webhook.workflow, in: webhook.tenant)
        else { return nil }
        // A version saved since may have another trigger.
        workflow.version = version.version
        let subscription =
            webhook.isSubscribed ? try await subscriptions.subscription(webhook.id, in: webhook.tenant) : nil
        var entry = WebhookEntry(
            webhook: webhook, workflow: workflow, planned: plan(webhook.node, version), subscription: subscription,
            at: now)
        if entry.planned?.verifies == true {
            entry.secrets = try await secrets(of: entry, at: now)
            entry.secretsReadAt = now
        }
        return entry
    }

    /// With those that are good still after they were replaced.
    private func secrets(of entry: WebhookEntry, at now: Timestamp) async throws -> [Secret] {
        var found: [Secret] = []
        for name in entry.secretNames {
            let grant = try await secrets.grant(
                named: name, in: entry.webhook.tenant,
                for: .delivery(entry.workflow.id, node: entry.webhook.node))
            if let grant { found += RotatedSecret.secrets(in: grant, at: now) }
        }
        return found
    }

    /// What the trigger says; nil when it cannot be understood.
    func plan(_ node: String, _ version: WorkflowVersion) -> PlannedWebhook? {
        plans(of: version)[node]
    }

    /// All webhook triggers of a version, by their nodes.
    func plans(of version: WorkflowVersion) -> [String: PlannedWebhook] {
        let key = Key(workflow: version.workflow, version: version.version)
        return planned.withLock { $0[key] } ?? plan(version, key)
    }

    /// It has just been changed here: the next delivery is judged by what is stored.
    func forget(_ endpoint: String) { known.withLock { $0[endpoint] = nil } }

    private func plan(_ version: WorkflowVersion, _ key: Key) -> [String: PlannedWebhook] {
        let planning = planner.plan(version.document, credentials: nil)
        // Other nodes' problems, such as a connector that is gone, are for the run to tell.
        let isWhole = planning.problems.count < Planner.mostProblems
        let misread = Set(planning.problems.map(\.node))
        var webhooks: [String: PlannedWebhook] = [:]
        for webhook in planning.webhooks where isWhole && !misread.contains(webhook.node) {
            webhooks[webhook.node] = webhook
        }
        planned.withLock { planned in
            if planned.count >= Self.capacity { planned.removeAll(keepingCapacity: true) }
            planned[key] = webhooks
        }
        return webhooks
    }
}
