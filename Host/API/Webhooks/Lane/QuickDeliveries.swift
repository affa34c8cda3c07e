import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

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
    let log: AccessLog
    let logger: Logger
    let clock: any TimeSource
    let publicURL: String?
    private let constant: String
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
        constant = Self.constant(security)
    }

    /// Whether a request may be one; before its body is there.
    func fits(_ head: PlainHead, _ bytes: ByteBuffer) -> Bool {
        let span = bytes.readableBytesUInt8Span
        guard span.holds("post", in: head.method), let length = head.length, length <= Self.mostBytes else {
            return false
        }
        let path = head.target.prefix { span[$0] != UInt8(ascii: "?") }
        guard path.count > Self.prefix.utf8.count,
            span.holds(Self.prefix, in: path.lowerBound..<path.lowerBound + Self.prefix.utf8.count)
        else { return false }
        return !path.contains { span[$0] == UInt8(ascii: "%") }
    }

    /// False when it is for the routes. Else `then` is called once, from any thread: with nil when nothing came of it and it is
    /// for the routes after all.
    func take(
        _ head: PlainHead, _ bytes: ByteBuffer, then: @escaping @Sendable (QuickReceipt?) -> Void
    ) -> Bool {
        let start = ContinuousClock.now
        let request = PlainRequest(head, bytes)
        let now = clock.now
        let endpoint = String(request.path.utf8.dropFirst(Self.prefix.utf8.count)) ?? ""
        guard let entry = desk.directory.known(at: endpoint, now: now),
            !entry.webhook.isSubscribed, entry.webhook.perMinute == nil, entry.planned?.wait == nil,
            request.content.body.count <= entry.webhook.mostBytes ?? .max
        else { return false }
        let url = WebhookLinks(publicURL: publicURL, authority: request.authority).base + request.target
        let delivery = Delivery(request.content, to: entry.webhook.endpoint, url: url)
        guard case .accepted(let new, let ready) = desk.judge(delivery, to: entry, at: now),
            let admission = limiter.admitAtOnce(RateKey(.webhook, tenant: entry.webhook.tenant), at: now)
        else { return false }
        let receipt = QuickReceipt(
            run: ready.run, delivery: new.record.senderID ?? ready.id.description,
            requestID: identity.name(request.content.headers["x-request-id"], at: now), path: String(request.path),
            receivedAt: now, start: start, standing: admission.standing)
        return desk.offer(new) { isStored in
            if isStored { pump.take(ready) }
            then(isStored ? receipt : nil)
        }
    }

    /// What acknowledges a delivery.
    func answer(_ receipt: QuickReceipt, by allocator: ByteBufferAllocator) -> ByteBuffer {
        let body = JSON.object(DeliveryReceipt.json(receipt.run, receipt.delivery, isDuplicate: false)).bytes()
        var answer = allocator.buffer(capacity: constant.utf8.count + body.count + 256)
        answer.writeString(constant)
        answer.writeField(.date, date.text(at: receipt.receivedAt))
        answer.writeField(.requestID, receipt.requestID)
        answer.writeField(.contentLength, String(body.count))
        if let standing = receipt.standing {
            answer.writeField(.rateLimit, String(standing.limit))
            answer.writeField(.rateRemaining, String(standing.remaining))
            answer.writeField(.rateReset, String(standing.reset.milliseconds / 1_000))
        }
        answer.writeStaticString("\r\n")
        answer.writeBytes(body)
        log.write(.post, receipt.path, .accepted, since: receipt.start, logger, receipt.requestID)
        return answer
    }

    /// The status and the fields that are always the same.
    private static func constant(_ security: SecurityHeaders) -> String {
        var fields: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        security.write(to: &fields)
        let status = HTTPResponse.Status.accepted
        return fields.reduce(into: "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n") {
            $0 += "\($1.name.rawName): \($1.value)\r\n"
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func writeField(_ name: HTTPField.Name, _ value: String) {
        writeString(name.rawName)
        writeStaticString(": ")
        writeString(value)
        writeStaticString("\r\n")
    }
}
