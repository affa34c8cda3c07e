import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// A delivery that is stored, with what its acknowledgement is made of.
private struct QuickReceipt: Sendable {
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
struct QuickDeliveries: QuickAnswers {
    /// Bytes of the largest body that is gathered here.
    private static let mostBytes = 64 << 10
    private static let prefix = "/webhook/"

    let desk: DeliveryDesk
    let pump: DeliveryPump
    let limiter: RateLimiter
    let identity: RequestIdentity
    let log: AccessLog
    let logger: Logger
    let clock: any TimeSource
    let publicURL: String?
    private let head: AnswerHead
    private let date = DateHeader()

    init(
        desk: DeliveryDesk, pump: DeliveryPump, limiter: RateLimiter, identity: RequestIdentity,
        security: SecurityHeaders, log: AccessLog, logger: Logger, clock: any TimeSource, publicURL: String?
    ) {
        self.desk = desk
        self.pump = pump
        self.limiter = limiter
        self.identity = identity
        self.log = log
        self.logger = logger
        self.clock = clock
        self.publicURL = publicURL
        head = AnswerHead(.accepted, security)
    }

    func fits(_ head: PlainHead, _ bytes: ByteBuffer) -> Bool {
        let span = bytes.readableBytesUInt8Span
        guard span.holds("POST", in: head.method), let length = head.length, length <= Self.mostBytes else {
            return false
        }
        let path = head.target.prefix { span[$0] != UInt8(ascii: "?") }
        guard path.count > Self.prefix.utf8.count,
            span.holds(Self.prefix, in: path.lowerBound..<path.lowerBound + Self.prefix.utf8.count)
        else { return false }
        return !path.contains { span[$0] == UInt8(ascii: "%") }
    }

    func take(_ request: PlainRequest, from peer: String, then: @escaping @Sendable (QuickAnswer?) -> Void) -> Bool {
        let start = ContinuousClock.now
        let now = clock.now
        let body = request.body
        let endpoint = String(request.path.utf8.dropFirst(Self.prefix.utf8.count)) ?? ""
        guard let entry = desk.directory.known(at: endpoint, now: now),
            !entry.webhook.isSubscribed, entry.webhook.perMinute == nil, entry.planned?.wait == nil,
            body.count <= entry.webhook.mostBytes ?? .max
        else { return false }
        var headers = request.headers
        let links = WebhookLinks(publicURL: publicURL, authority: headers.removeValue(forKey: "host"))
        let content = DeliveryContent(method: request.method, headers: headers, query: request.query, body: body)
        let delivery = Delivery(content, to: entry.webhook.endpoint, url: links.base + request.target)
        guard case .accepted(let new, let ready) = desk.judge(delivery, to: entry, at: now),
            let admission = limiter.admitAtOnce(RateKey(.webhook, tenant: entry.webhook.tenant), at: now)
        else { return false }
        let receipt = QuickReceipt(
            run: ready.run, delivery: new.record.senderID ?? ready.id.description,
            requestID: identity.name(headers["x-request-id"], at: now), path: String(request.path),
            receivedAt: now, start: start, standing: admission.standing)
        return desk.offer(new) { isStored in
            if isStored { pump.take(ready) }
            then(isStored ? QuickAnswer { answer(receipt, by: $0) } : nil)
        }
    }

    /// What acknowledges a delivery.
    private func answer(_ receipt: QuickReceipt, by allocator: ByteBufferAllocator) -> ByteBuffer {
        log.write(.post, receipt.path, .accepted, since: receipt.start, logger, receipt.requestID)
        return head.answer(
            JSON.object(DeliveryReceipt.json(receipt.run, receipt.delivery, isDuplicate: false)).bytes(),
            date: date.text(at: receipt.receivedAt), requestID: receipt.requestID, standing: receipt.standing,
            by: allocator)
    }
}
