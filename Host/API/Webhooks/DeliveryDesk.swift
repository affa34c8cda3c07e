import HTTPTypes
import Logging
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Synchronization

/// Takes deliveries: judges them by what is known of their endpoint, and stores them before they are acknowledged. What
/// starts nothing is stored too, as history.
final class DeliveryDesk: Sendable {
    /// What a delivery came to.
    indirect enum Outcome: Sendable {
        case accepted(ReadyDelivery, senderID: String?)
        case duplicate(of: DeliveryID, run: RunID?, senderID: String?)
        case filtered(DeliveryID)
        /// What a connector read: each event by itself, none of which is of this kind.
        case events([Outcome])
        case challenge(String)
    }

    /// Deliveries are judged again when what they were judged by has changed; so often in a row it does not.
    private static let mostAttempts = 4

    let directory: WebhookDirectory
    private let store: any DeliveryStore
    private let judge: DeliveryJudge
    /// Has connectors verify and read what they subscribed; nil: nobody can.
    let receiver: WebhookReceiver?
    let clock: any TimeSource
    private let log: Logger
    private let refusals = Mutex(RefusalBudgetState())

    init(
        directory: WebhookDirectory, store: any DeliveryStore, environment: [String: String],
        receiver: WebhookReceiver? = nil, clock: any TimeSource, log: Logger
    ) {
        self.directory = directory
        self.store = store
        judge = DeliveryJudge(environment: environment)
        self.receiver = receiver
        self.clock = clock
        self.log = log
    }

    /// Throws what the sender is told when it is not taken.
    func take(_ delivery: Delivery, to entry: WebhookEntry) async throws -> Outcome {
        entry.webhook.isSubscribed
            ? try await takeEvents(of: delivery, to: entry) : try await takeVerified(delivery, to: entry)
    }

    /// The same for what the judge verifies, or a connector has verified.
    func takeVerified(_ delivery: Delivery, to entry: WebhookEntry) async throws -> Outcome {
        var entry = entry
        // Whether it was read after the delivery came: then a refusal is final, however long reading took.
        var isRead = false
        for _ in 0..<Self.mostAttempts {
            let now = clock.now
            switch judge.judge(delivery, to: entry, at: now) {
            case .accepted(let new, let ready):
                switch try await stored(new) {
                case .stored: return .accepted(ready, senderID: new.record.senderID)
                case .duplicate(let first, let run):
                    await keep(new, verdict: .duplicate, reason: first.description, run: run, at: now)
                    return .duplicate(of: first, run: run, senderID: new.record.senderID)
                case .moved:
                    guard let read = try await directory.read(delivery.endpoint) else {
                        throw APIError.noWebhook(delivery.endpoint)
                    }
                    entry = read
                    isRead = true
                }
            case .filtered(let new):
                _ = try await stored(new)
                return .filtered(new.record.id)
            case .challenge(let new, let answer):
                _ = try await stored(new)
                return .challenge(answer)
            case .refused(let error, let senderID):
                if !isRead, let newer = try await directory.newer(than: entry) {
                    entry = newer
                    isRead = true
                    continue
                }
                await refuse(error, senderID, delivery, entry, at: now)
                throw error
            }
        }
        throw APIError(.busy, "The webhook is being changed. Try again in a second.", headers: [.retryAfter: "1"])
    }

    /// A delivery whose body was not read.
    func refuse(_ error: APIError, _ delivery: Delivery, to entry: WebhookEntry) async {
        await refuse(error, nil, delivery, entry, at: clock.now)
    }

    /// Whether the method is one of the webhook's, before the body is read. Throws what the sender is told.
    func check(_ delivery: Delivery, to entry: WebhookEntry) async throws -> WebhookEntry {
        do {
            _ = try judge.plan(of: entry, for: delivery.content.method)
            return entry
        } catch {
            guard let newer = try await directory.newer(than: entry) else {
                await refuse(error, delivery, to: entry)
                throw error
            }
            do {
                _ = try judge.plan(of: newer, for: delivery.content.method)
            } catch {
                await refuse(error, delivery, to: newer)
                throw error
            }
            return newer
        }
    }

    // MARK: Without waiting

    func judge(_ delivery: Delivery, to entry: WebhookEntry, at now: Timestamp) -> DeliveryJudge.Judgement {
        judge.judge(delivery, to: entry, at: now)
    }

    func offer(_ new: NewDelivery, then: @escaping @Sendable (Bool) -> Void) -> Bool { store.offer(new, then: then) }

    // MARK: Without a sender

    /// What would become of a delivery that proves to be its sender's.
    func tryOut(_ content: DeliveryContent, to entry: WebhookEntry, at now: Timestamp) -> DeliveryJudge.Judgement {
        judge.judge(content, to: entry, at: now)
    }

    /// Stores a delivery that somebody here wants, and starts its run; no signature and no filter is asked for.
    func start(
        _ content: DeliveryContent, to entry: WebhookEntry, replaying first: DeliveryID? = nil, by pump: DeliveryPump
    ) async throws -> DeliveryRecord {
        guard entry.workflow.status == .active else {
            throw APIError(
                .workflowPaused, "The workflow is paused and starts no runs. Resume it first.",
                details: ["workflow_id": .string(entry.workflow.id.description)])
        }
        let now = clock.now
        let id = DeliveryID.new(at: now)
        let trigger: JSON
        do throws(UnreadableDelivery) {
            trigger = try content.trigger(id: id.description, node: entry.webhook.node, path: entry.webhook.endpoint)
        } catch {
            throw APIError(error)
        }
        var record = entry.record(of: content, id: id, at: now)
        record.run = .new(at: now)
        record.replayOf = first
        let kept = StoredDelivery(
            record: record, body: content.body, endpoint: entry.webhook.endpoint, node: entry.webhook.node,
            version: entry.workflow.version)
        let new = NewDelivery(kept, revision: entry.webhook.revision)
        guard case .stored = try await stored(new), let run = record.run else {
            throw APIError(.busy, "The webhook is being changed. Try again in a second.", headers: [.retryAfter: "1"])
        }
        pump.take(ReadyDelivery(kept, workflow: entry.workflow, run: run, trigger: trigger))
        record.isPending = true
        return record
    }

    /// Takes a delivery as if it had come from outside.
    func deliver(
        _ content: DeliveryContent, to entry: WebhookEntry, url: String, by pump: DeliveryPump
    ) async throws -> JSON {
        switch try await take(Delivery(content, to: entry.webhook.endpoint, url: url), to: entry) {
        case .accepted(let ready, _):
            pump.take(ready)
            return ["verdict": "accepted", "run_id": .string(ready.run.description)]
        case .events: return .null
        case .duplicate(_, let run, _): return ["verdict": "duplicate", "run_id": (run?.description).json]
        case .filtered: return ["verdict": "filtered", "run_id": .null]
        case .challenge: return ["verdict": "filtered", "run_id": .null]
        }
    }

    func stored(_ new: NewDelivery) async throws -> DeliveryStanding {
        do {
            return try await store.store(new)
        } catch is DeliveriesFull {
            throw APIError(
                .busy, "More deliveries come than can be stored at the moment. Try again in a second.",
                headers: [.retryAfter: "1"])
        }
    }

    /// - Parameter about: What else the history says of the reason.
    func refuse(
        _ error: APIError, _ senderID: String?, _ delivery: Delivery, _ entry: WebhookEntry, about: String? = nil,
        at now: Timestamp
    ) async {
        var record = entry.record(of: delivery.content, id: .new(at: now), at: now)
        record.senderID = senderID
        record.status = error.status.code
        let reason = error.code.rawValue + (about.map { ": " + $0 } ?? "")
        await keep(entry.new(record, delivery), verdict: .refused, reason: reason, at: now)
    }

    /// History of what starts nothing. That it cannot be kept is no reason to answer otherwise.
    private func keep(
        _ new: NewDelivery, verdict: DeliveryVerdict, reason: String, run: RunID? = nil, at now: Timestamp
    ) async {
        guard let skipped = refusals.withLock({ $0.keep(of: new.record.webhook, at: now) }) else { return }
        var new = new
        new.delivery.record.id = .new(at: now)
        new.delivery.record.verdict = verdict
        new.delivery.record.reason = reason
        new.delivery.record.run = run
        new.delivery.record.skipped = skipped
        do {
            _ = try await store.store(new)
        } catch {
            log.warning("a delivery could not be kept as history", metadata: [LogKeys.error: .string("\(error)")])
        }
    }
}

extension APIError {
    var status: HTTPResponse.Status { code.status }

    static func noWebhook(_ endpoint: String) -> APIError {
        APIError(
            .webhookNotFound, "There is no webhook at this endpoint.",
            details: ["endpoint": .string(endpoint.shortened(to: 200))])
    }
}
