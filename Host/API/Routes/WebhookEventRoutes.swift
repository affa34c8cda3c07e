import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// What was delivered to a webhook, and deliveries that nobody sends: repeated ones, tried ones, simulated ones.
struct WebhookEventRoutes {
    /// Deliveries that are repeated in one request.
    private static let mostRepeated = 100

    let webhooks: any WebhookStore
    let deliveries: any DeliveryStore
    let directory: WebhookDirectory
    let desk: DeliveryDesk
    let pump: DeliveryPump
    let clock: any TimeSource
    let limits: APILimits
    let publicURL: String?

    var routes: [Route] {
        [
            Route(.get, "/webhooks/:id/events", list), Route(.get, "/webhooks/:id/events/:event", show),
            Route(.post, "/webhooks/:id/events/:event/replay", replayOne),
            Route(.post, "/webhooks/:id/replay", replayMany), Route(.post, "/webhooks/:id/test", test),
            Route(.post, "/webhooks/:id/simulate", simulate),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["verdict", "limit", "cursor"])
        let words = DeliveryVerdict.allCases.map(\.rawValue).joined(separator: ", ")
        let verdict = query.read("verdict", expecting: "one of \(words)") { DeliveryVerdict(rawValue: $0) }
        let page = query.page()
        try query.check()
        let webhook = try await webhooks.webhook(context)
        let found = try await deliveries.deliveries(
            to: webhook.id, in: context.tenant, verdict: verdict, page: page)
        return Response(found.json { .object($0.json) })
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let webhook = try await webhooks.webhook(context)
        let delivery = try await delivery(context.parameter("event"), to: webhook, context)
        var object = delivery.record.json
        let isKept = delivery.record.verdict != .refused
        let text = isKept ? String(validating: delivery.body, as: UTF8.self) : nil
        object["body"] = text.json
        object["body_base64"] = isKept && text == nil ? .string(Base64.text(delivery.body)) : .null
        return Response(.object(object))
    }

    private func delivery(
        _ text: String, to webhook: WebhookRecord, _ context: APIContext
    ) async throws -> StoredDelivery {
        guard let id = DeliveryID(text),
            let delivery = try await deliveries.delivery(id, to: webhook.id, in: context.tenant)
        else {
            throw APIError(
                .deliveryNotFound, "The webhook has no delivery with the id \(text.quoted), or no longer.",
                details: [
                    "webhook_id": .string(webhook.id.description), "delivery_id": .string(text.shortened(to: 80)),
                ])
        }
        return delivery
    }

    // MARK: Again

    @Sendable private func replayOne(_ request: Request, _ context: APIContext) async throws -> Response {
        let webhook = try await webhooks.webhook(context)
        let delivery = try await delivery(context.parameter("event"), to: webhook, context)
        let record = try await replay(delivery, to: webhook)
        context.audit.detail("run_id", (record.run?.description).json)
        return Response(.object(record.json), status: .accepted)
    }

    @Sendable private func replayMany(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["events"])
        let names = members.strings("events") ?? []
        if !(1...Self.mostRepeated).contains(names.count) || Set(names).count != names.count {
            members.report(
                "bad-value", at: "events",
                "\"events\" of the body must hold 1 to \(Self.mostRepeated) ids of deliveries, each once")
        }
        try members.check()
        let webhook = try await webhooks.webhook(context)
        // All of them, or none where one is not there.
        var found: [StoredDelivery] = []
        for name in names { found.append(try await delivery(name, to: webhook, context)) }
        var records: [DeliveryRecord] = []
        for delivery in found { records.append(try await replay(delivery, to: webhook)) }
        context.audit.detail("count", .int(Int64(records.count)))
        return Response(["items": .array(records.map { .object($0.json) })], status: .accepted)
    }

    /// By the newest version, as if it had come now. Filters are not asked: somebody wants it so.
    private func replay(_ delivery: StoredDelivery, to webhook: WebhookRecord) async throws -> DeliveryRecord {
        guard delivery.record.verdict != .refused else {
            throw APIError(
                .deliveryNotKept, "The delivery was refused and its body is not kept, so it cannot be repeated.",
                details: ["delivery_id": .string(delivery.record.id.description)])
        }
        guard let entry = try await directory.read(webhook.endpoint) else {
            throw APIError.noWebhook(id: webhook.id.description)
        }
        return try await desk.start(
            DeliveryContent(delivery), to: entry, replaying: delivery.record.id, by: pump)
    }

    // MARK: Trying

    /// A delivery as somebody writes it.
    private struct Sample {
        var content: DeliveryContent
        var isStarted: Bool
        var body: [UInt8] { content.body }
    }

    private func sample(_ request: Request, flag: String) async throws -> Sample {
        let body = try await request.json(limit: limits.body, whenEmpty: [:])
        var members = try MemberReader(body: body, known: ["method", "headers", "query", "body", "text", flag])
        let method = members.text("method", limit: 20) ?? "POST"
        let query = members.text("query", limit: 4_000) ?? ""
        let text = members.text("text", limit: 1 << 20)
        var headers: [String: String] = [:]
        for header in members.object("headers") ?? [:] {
            guard let value = header.value.string else {
                members.report("wrong-type", at: "headers", "the header \(header.name.quoted) must be a string")
                continue
            }
            headers[header.name.lowercased()] = value
        }
        let isStarted = members.bool(flag) ?? false
        if body["body"] != nil, text != nil {
            members.report("bad-value", at: "text", "either \"body\", as JSON, or \"text\" can be delivered")
        }
        try members.check()
        let bytes = text.map { Array($0.utf8) } ?? body["body"]?.bytes() ?? []
        if headers["content-type"] == nil, !bytes.isEmpty {
            headers["content-type"] = text == nil ? "application/json" : "text/plain; charset=utf-8"
        }
        return Sample(
            content: DeliveryContent(method: method, headers: headers, query: query, body: bytes), isStarted: isStarted)
    }

    /// What would become of a delivery that proves to be its sender's; with `start` it starts a run.
    @Sendable private func test(_ request: Request, _ context: APIContext) async throws -> Response {
        let sample = try await sample(request, flag: "start")
        let webhook = try await webhooks.webhook(context)
        guard let entry = try await directory.read(webhook.endpoint) else {
            throw APIError.noWebhook(id: webhook.id.description)
        }
        let now = clock.now
        let judgement = desk.tryOut(sample.content, to: entry, at: now)
        var answer = judgement.json
        answer["run_id"] = .null
        if sample.isStarted, judgement.isAccepted {
            let record = try await desk.start(sample.content, to: entry, by: pump)
            answer["run_id"] = (record.run?.description).json
            context.audit.detail("run_id", (record.run?.description).json)
        }
        return Response(.object(answer))
    }

    /// A delivery as its sender would sign it, to look at or to send; with `deliver` it arrives here.
    @Sendable private func simulate(_ request: Request, _ context: APIContext) async throws -> Response {
        let sample = try await sample(request, flag: "deliver")
        let webhook = try await webhooks.webhook(context)
        guard let entry = try await directory.read(webhook.endpoint), let planned = entry.planned else {
            throw APIError.noWebhook(id: webhook.id.description)
        }
        // What proves that a vendor sends is the connector's to say.
        guard planned.trigger == nil else { throw APIError.noSecretToSign }
        let url =
            WebhookLinks(publicURL: publicURL, request: request).url(of: webhook.endpoint)
            + (sample.content.query.isEmpty ? "" : "?" + sample.content.query)
        let now = clock.now
        let unsigned = SignedDelivery(headers: sample.content.headers, body: sample.body, url: url)
        var signature: [(name: String, value: String)] = []
        if planned.scheme != .none {
            let secret = entry.secrets.first
            let signed = secret.flatMap {
                WebhookVerification.headers(
                    scheme: planned.scheme, of: unsigned, id: DeliveryID.new(at: now).description, secret: $0,
                    at: now)
            }
            guard let signed else { throw APIError.noSecretToSign }
            signature = signed
        }
        let content = sample.content.signed(by: signature)
        var outcome: JSON = .null
        if sample.isStarted {
            outcome = try await desk.deliver(content, to: entry, url: url, by: pump)
        }
        let shown = content.masked(signature, of: planned.scheme)
        return Response([
            "method": .string(content.method), "url": .string(url), "headers": .object(shown),
            "body": String(validating: content.body, as: UTF8.self).json, "curl": .string(curl(content, shown, url)),
            "delivered": outcome,
        ])
    }

    private func curl(_ content: DeliveryContent, _ headers: JSONObject, _ url: String) -> String {
        func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }
        var words = ["curl", "-X", content.method, quoted(url)]
        for header in headers { words += ["-H", quoted("\(header.name): \(header.value.string ?? "")")] }
        if !content.body.isEmpty { words += ["--data-binary", quoted(String(decoding: content.body, as: UTF8.self))] }
        return words.joined(separator: " ")
    }
}

extension DeliveryContent {
    fileprivate func signed(by headers: [(name: String, value: String)]) -> DeliveryContent {
        var content = self
        for header in headers { content.headers[header.name.lowercased()] = header.value }
        return content
    }

    /// Its headers to be shown: where a header is the secret itself, or holds it, it is not.
    fileprivate func masked(_ signature: [(name: String, value: String)], of scheme: WebhookScheme) -> JSONObject {
        let secretive: Set = ["authorization", "x-gitlab-token"]
        let names = Set(signature.map { $0.name.lowercased() }).intersection(secretive)
        var shown = JSONObject()
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            shown[name] = .string(names.contains(name) && scheme != .jwt ? "‹secret›" : value)
        }
        return shown
    }
}

extension DeliveryRecord {
    /// What lists show of a delivery.
    var json: JSONObject {
        [
            "id": .string(id.description), "webhook_id": .string(webhook.description),
            "received_at": .string(receivedAt.description), "delivery_id": senderID.json,
            "verdict": .string(verdict.rawValue), "reason": reason.json, "run_id": (run?.description).json,
            "pending": .bool(isPending), "status": .int(Int64(status)), "method": .string(method),
            "query": .string(query), "headers": headers, "size": .int(Int64(size)),
            "skipped": .int(Int64(skipped)), "replay_of": (replayOf?.description).json,
        ]
    }
}
