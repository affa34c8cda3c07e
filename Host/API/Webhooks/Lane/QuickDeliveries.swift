import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// What acknowledges a delivery.
struct QuickAnswer {
    let head: HTTPResponse
    let body: ByteBuffer
}

/// A delivery that is stored, with what its acknowledgement is made of.
struct QuickReceipt: Sendable {
    let run: RunID
    /// As its sender knows it.
    let delivery: String
    let requestID: String
    let path: String
    let receivedAt: Timestamp
    let start: ContinuousClock.Instant
    let standing: RateStanding?
}

/// Takes deliveries whose endpoint is known, whose sender is nowhere near a limit, and that are accepted and acknowledged at
/// once, without waiting for anything but the disk. What is more complicated is for `DeliveryRoutes`.
struct QuickDeliveries: Sendable {
    /// Bytes of the largest body that is gathered here.
    private static let mostBytes = 64 << 10
    private static let prefix = "/webhook/"

    let desk: DeliveryDesk
    let pump: DeliveryPump
    let limiter: RateLimiter
    let identity: RequestIdentity
    let security: SecurityHeaders
    let log: AccessLog
    let logger: Logger
    let clock: any TimeSource
    let publicURL: String?
    let date = DateHeader()

    /// Whether a request may be one; before its body is read.
    func fits(_ head: HTTPRequest) -> Bool {
        guard head.method == .post, let path = head.path, path.hasPrefix(Self.prefix), !path.utf8.contains(0x25) else {
            return false
        }
        let fields = head.headerFields
        guard let length = fields[.contentLength].flatMap({ Int($0) }), (0...Self.mostBytes).contains(length) else {
            return false
        }
        return fields[.connection] == nil && fields[.expect] == nil && fields[.transferEncoding] == nil
            && fields[.upgrade] == nil
    }

    /// False when it is for the routes. Else `then` is called once, from any thread: with nil when nothing came of it and it is
    /// for the routes after all.
    func take(
        _ head: HTTPRequest, _ body: [UInt8], then: @escaping @Sendable (QuickReceipt?) -> Void
    ) -> Bool {
        let start = ContinuousClock.now
        let target = head.path ?? ""
        let path = target.prefix { $0 != "?" }
        let now = clock.now
        guard let entry = desk.directory.known(at: String(path.dropFirst(Self.prefix.count)), now: now),
            !entry.webhook.isSubscribed, entry.webhook.perMinute == nil, entry.planned?.wait == nil,
            body.count <= entry.webhook.mostBytes ?? .max
        else { return false }
        let url = WebhookLinks(publicURL: publicURL, authority: head.authority).base + target
        let delivery = Delivery(
            head, query: target.dropFirst(path.count + 1), endpoint: entry.webhook.endpoint, url: url, body: body)
        guard case .accepted(let new, let ready) = desk.judge(delivery, to: entry, at: now),
            let admission = limiter.admitAtOnce(RateKey(.webhook, tenant: entry.webhook.tenant), at: now)
        else { return false }
        let receipt = QuickReceipt(
            run: ready.run, delivery: new.record.senderID ?? ready.id.description,
            requestID: identity.name(for: head.headerFields, at: now), path: String(path), receivedAt: now,
            start: start, standing: admission.standing)
        return desk.offer(new) { isStored in
            if isStored { pump.take(ready) }
            then(isStored ? receipt : nil)
        }
    }

    func answer(_ receipt: QuickReceipt) -> QuickAnswer {
        let body = JSON.object(DeliveryReceipt.json(receipt.run, receipt.delivery, isDuplicate: false)).bytes()
        var fields: HTTPFields = [
            .contentType: "application/json; charset=utf-8", .contentLength: String(body.count),
            .date: date.text(at: receipt.receivedAt), .requestID: receipt.requestID,
        ]
        receipt.standing?.write(to: &fields)
        security.write(to: &fields)
        log.write(.post, receipt.path, .accepted, since: receipt.start, logger, receipt.requestID)
        return QuickAnswer(
            head: HTTPResponse(status: .accepted, headerFields: fields), body: ByteBuffer(bytes: body))
    }
}
