import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// Where deliveries of webhooks arrive. They carry no API key; what they prove is up to the trigger. A delivery is stored
/// before it is acknowledged, and starts its run afterwards.
struct DeliveryRoutes {
    let desk: DeliveryDesk
    let pump: DeliveryPump
    let runs: any RunStore
    let waiting: RunWaiting
    let limiter: RateLimiter
    let limits: APILimits
    let publicURL: String?

    var routes: [Route] {
        [HTTPRequest.Method.get, .post, .put, .patch, .delete].map { Route($0, "/webhook/**", receive) }
    }

    @Sendable private func receive(_ request: Request, _ context: APIContext) async throws -> Response {
        let endpoint = context.endpoint
        guard var entry = try await desk.directory.entry(at: endpoint) else {
            try await limiter.admit(context.rateKey(.webhook), noting: context.rates)
            throw APIError.noWebhook(endpoint)
        }
        // Senders are many tenants' at one address, such as GitHub's.
        let webhook = entry.webhook
        try await limiter.admit(RateKey(.webhook, tenant: webhook.tenant), noting: context.rates)
        if let most = webhook.perMinute {
            try await limiter.admit(
                RateKey(.webhook, tenant: webhook.tenant, thing: webhook.id.description), limit: most,
                noting: context.rates)
        }
        let url = WebhookLinks(publicURL: publicURL, request: request).base + request.uri.string
        let announced = Delivery(
            request.head, query: Substring(request.uri.query ?? ""), endpoint: endpoint, url: url, body: [])
        entry = try await desk.check(announced, to: entry)
        let body: [UInt8]
        do {
            body = try await request.bytes(limit: min(limits.delivery, webhook.mostBytes ?? limits.delivery))
        } catch let error as APIError {
            await desk.refuse(error, announced, to: entry)
            throw error
        }
        let outcome = try await desk.take(announced.with(body), to: entry)
        return try await answer(outcome, wait: entry.planned?.wait, in: webhook.tenant)
    }

    private func answer(
        _ outcome: DeliveryDesk.Outcome, wait: Int64?, in tenant: TenantID
    ) async throws -> Response {
        switch outcome {
        case .challenge(let challenge): return Response(["challenge": .string(challenge)])
        case .filtered(let id):
            return Response(["delivery_id": .string(id.description), "duplicate": false, "filtered": true])
        case .duplicate(let first, let run, let senderID):
            let receipt = DeliveryReceipt.json(run, senderID ?? first.description, isDuplicate: true)
            guard let wait, let run, let record = try await runs.run(run, in: tenant) else {
                return Response(.object(receipt), status: .accepted)
            }
            return try await result(of: record, within: wait, receipt)
        case .events(let outcomes):
            var receipts: [JSON] = []
            for case .accepted(let ready, let senderID) in outcomes {
                pump.take(ready)
                let receipt = DeliveryReceipt.json(
                    ready.run, senderID ?? ready.id.description, isDuplicate: false)
                receipts.append(.object(receipt))
            }
            for case .duplicate(let first, let run, let senderID) in outcomes {
                receipts.append(
                    .object(DeliveryReceipt.json(run, senderID ?? first.description, isDuplicate: true)))
            }
            return Response(["events": .array(receipts)], status: .accepted)
        case .accepted(let ready, let senderID):
            let receipt = DeliveryReceipt.json(ready.run, senderID ?? ready.id.description, isDuplicate: false)
            guard let wait else {
                pump.take(ready)
                return Response(.object(receipt), status: .accepted)
            }
            let record: RunRecord
            do {
                record = try await pump.start(ready)
            } catch {
                // It is stored, and started later.
                return Response(.object(receipt), status: .accepted)
            }
            return try await result(of: record, within: wait, receipt)
        }
    }

    /// What the run gives whoever delivered, when it does so in time.
    private func result(of run: RunRecord, within wait: Int64, _ receipt: JSONObject) async throws -> Response {
        switch try await waiting.result(of: run, within: wait) {
        case .response(let response): return Response(ofRun: response)
        case .goesOn: return Response(.object(receipt), status: .accepted)
        case .ended(let now):
            var receipt = receipt
            receipt["status"] = .string(now.status.rawValue)
            return Response(.object(receipt))
        }
    }
}
