import HTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// What a delivery is worth by what is known of its endpoint. Pure.
struct DeliveryJudge {
    enum Judgement {
        /// It starts a run, once it is stored.
        case accepted(NewDelivery, ReadyDelivery)
        /// It is right and starts nothing, because of a filter.
        case filtered(NewDelivery)
        /// It only asks whether somebody is here; with what it wants to hear.
        case challenge(NewDelivery, String)
        /// With the sender's name for it, where it was come to that.
        case refused(APIError, senderID: String?)

        var isAccepted: Bool { if case .accepted = self { true } else { false } }
    }

    let environment: [String: String]

    /// The body is looked into last: whoever knows no secret learns nothing about what would be taken.
    func judge(_ delivery: Delivery, to entry: WebhookEntry, at now: Timestamp) -> Judgement {
        var senderID: String?
        do throws(APIError) {
            let planned = try admit(delivery, to: entry, at: now)
            senderID = try delivery.id(by: planned.scheme)
            return try judge(delivery, to: entry, planned, &senderID, at: now)
        } catch {
            return .refused(error, senderID: senderID)
        }
    }

    /// The same for one whose sender is not asked who they are.
    func judge(_ content: DeliveryContent, to entry: WebhookEntry, at now: Timestamp) -> Judgement {
        let delivery = Delivery(content, to: entry.webhook.endpoint, url: "")
        var senderID: String?
        do throws(APIError) {
            let planned = try plan(of: entry, for: content.method)
            try checkOpen(entry)
            return try judge(delivery, to: entry, planned, &senderID, at: now)
        } catch {
            return .refused(error, senderID: nil)
        }
    }

    /// Whether a delivery of this method could be taken at all.
    func plan(of entry: WebhookEntry, for method: String) throws(APIError) -> PlannedWebhook {
        // What others deliver must not pass as what a connector has verified.
        guard let planned = entry.planned, entry.filters != nil,
            entry.webhook.isSubscribed == (planned.trigger != nil)
        else {
            throw APIError(.webhookUnusable, "This host does not understand the webhook's trigger.")
        }
        guard planned.methods.contains(method) else {
            let allowed = planned.methods.joined(separator: ", ")
            throw APIError(
                .methodNotAllowed, "This webhook takes \(allowed).",
                details: ["allowed": .array(planned.methods.map(JSON.string))], headers: [.allow: allowed])
        }
        return planned
    }

    private func admit(
        _ delivery: Delivery, to entry: WebhookEntry, at now: Timestamp
    ) throws(APIError) -> PlannedWebhook {
        let planned = try plan(of: entry, for: delivery.content.method)
        if planned.scheme != .none {
            let refusal = WebhookVerification.refusal(
                scheme: planned.scheme, secrets: entry.secrets, of: delivery.signed, now: now)
            if let refusal { throw APIError(refusal) }
        }
        try checkOpen(entry)
        return planned
    }

    private func checkOpen(_ entry: WebhookEntry) throws(APIError) {
        guard entry.webhook.isEnabled else {
            throw APIError(.webhookDisabled, "The webhook is disabled and takes no deliveries.")
        }
        guard entry.workflow.status == .active else {
            throw APIError(.workflowPaused, "The workflow is paused and takes no deliveries.")
        }
    }

    private func judge(
        _ delivery: Delivery, to entry: WebhookEntry, _ planned: PlannedWebhook, _ senderID: inout String?,
        at now: Timestamp
    ) throws(APIError) -> Judgement {
        let id = DeliveryID.new(at: now)
        let shown = delivery.content.shown
        var trigger: JSON
        do throws(UnreadableDelivery) {
            trigger = try delivery.content.trigger(
                id: senderID ?? id.description, node: entry.webhook.node, path: delivery.endpoint, shown: shown)
        } catch {
            throw APIError(error)
        }
        let body = trigger["body"] ?? .null
        if senderID == nil, let named = delivery.id(by: planned.scheme, in: body) {
            senderID = named
            if case .object(var object) = trigger {
                object["delivery_id"] = .string(named)
                trigger = .object(object)
            }
        }
        var record = entry.record(of: delivery.content, id: id, shown: shown, at: now)
        record.senderID = senderID
        if planned.scheme == .slack, body["type"] == "url_verification", let challenge = body["challenge"]?.string {
            record.verdict = .filtered
            record.reason = "challenge"
            record.status = 200
            return .challenge(entry.new(record, delivery), challenge)
        }
        for filter in entry.filters ?? [] {
            do throws(WebhookFilter.Problem) {
                if try filter.passes(trigger, environment: environment) { continue }
                record.reason = filter.text.shortened(to: 500)
            } catch {
                record.reason = error.message.shortened(to: 500)
            }
            record.verdict = .filtered
            record.status = 200
            return .filtered(entry.new(record, delivery))
        }
        let run = RunID.new(at: now)
        record.run = run
        let new = entry.new(record, delivery)
        return .accepted(new, ReadyDelivery(new.delivery, workflow: entry.workflow, run: run, trigger: trigger))
    }
}

extension WebhookEntry {
    /// What the history keeps of a delivery to it, as accepted.
    func record(
        of content: DeliveryContent, id: DeliveryID, shown: JSONObject? = nil, at now: Timestamp
    ) -> DeliveryRecord {
        DeliveryRecord(
            id: id, tenant: webhook.tenant, webhook: webhook.id, workflow: workflow.id, receivedAt: now,
            verdict: .accepted, method: content.method, query: content.query,
            headers: .object(shown ?? content.shown), size: content.body.count)
    }

    func new(_ record: DeliveryRecord, _ delivery: Delivery) -> NewDelivery {
        NewDelivery(
            StoredDelivery(
                record: record, body: delivery.content.body, endpoint: delivery.endpoint, node: webhook.node,
                version: workflow.version),
            revision: webhook.revision)
    }
}

extension DeliveryJudge.Judgement {
    /// {verdict, reason, status, trigger}
    var json: JSONObject {
        func about(_ verdict: DeliveryVerdict, _ reason: String?, _ status: Int, _ trigger: JSON) -> JSONObject {
            [
                "verdict": .string(verdict.rawValue), "reason": reason.json, "status": .int(Int64(status)),
                "trigger": trigger,
            ]
        }
        switch self {
        case .accepted(_, let ready): return about(.accepted, nil, 202, ready.trigger)
        case .filtered(let new): return about(.filtered, new.record.reason, 200, .null)
        case .challenge: return about(.filtered, "challenge", 200, .null)
        case .refused(let error, _): return about(.refused, error.code.rawValue, error.status.code, .null)
        }
    }
}
