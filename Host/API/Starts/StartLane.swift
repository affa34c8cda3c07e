import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers starts of runs where a connection's requests come in, without a task and without the routes: the common ones, which
/// are stored and answered. Every other request, and every start that turns out to be something else, goes on to the routes as
/// it came.
///
/// One request of a connection is under way at a time, here or behind: those that a client sends ahead wait.
final class StartLane: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        case idle
        /// A start's body is read.
        case gathering(HTTPRequest, ByteBuffer?)
        /// It is being stored.
        case storing
        /// A request is with the routes: whether it was read and answered to its end.
        case passing(isRead: Bool, isAnswered: Bool)
    }

    /// Parts of requests that were sent ahead, beyond which nothing is read.
    private static let mostHeld = 64

    private let quick: QuickStarts
    /// Where the connection comes from.
    private let address: String
    private var phase = Phase.idle
    private var held: [HTTPRequestPart] = []
    private var isReadWanted = false

    init(_ quick: QuickStarts, from address: String) {
        self.quick = quick
        self.address = address
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive(Self.unwrapInboundIn(data), context)
    }

    func read(context: ChannelHandlerContext) {
        guard held.count < Self.mostHeld else {
            isReadWanted = true
            return
        }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        guard case .passing(let isRead, _) = phase, case .end = Self.unwrapOutboundIn(data) else { return }
        guard isRead else {
            phase = .passing(isRead: false, isAnswered: true)
            return
        }
        phase = .idle
        releaseHeld(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        held = []
        context.fireChannelInactive()
    }

    private func receive(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch (phase, part) {
        case (.idle, .head(let head)) where quick.fits(head):
            phase = .gathering(head, nil)
        case (.idle, .head):
            phase = .passing(isRead: false, isAnswered: false)
            pass(part, context)
        case (.idle, _):
            pass(part, context)
        case (.gathering(let head, var body), .body(var bytes)):
            if body == nil { body = bytes } else { body?.writeBuffer(&bytes) }
            phase = .gathering(head, body)
        case (.gathering(let head, let body), .end):
            take(head, body, context)
        case (.gathering(let head, let body), .head):
            // The decoder ends a request before the next.
            handOn(head, body, isRead: false, context)
            pass(part, context)
        case (.storing, _), (.passing(isRead: true, _), _):
            held.append(part)
        case (.passing(_, let isAnswered), .end):
            phase = isAnswered ? .idle : .passing(isRead: true, isAnswered: false)
            pass(part, context)
        case (.passing, _):
            pass(part, context)
        }
    }

    private func take(_ head: HTTPRequest, _ body: ByteBuffer?, _ context: ChannelHandlerContext) {
        phase = .storing
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let bytes = body.map { Array($0.readableBytesView) } ?? []
        let isUnderWay = quick.take(head, bytes, from: address) { receipt in
            loop.execute {
                let (lane, context) = bound.value
                if let receipt {
                    lane.answer(lane.quick.answer(receipt), context)
                } else {
                    lane.handOn(head, body, isRead: true, context)
                    context.fireChannelReadComplete()
                }
            }
        }
        if !isUnderWay { handOn(head, body, isRead: true, context) }
    }

    private func answer(_ answer: (head: HTTPResponse, body: ByteBuffer), _ context: ChannelHandlerContext) {
        context.write(Self.wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(answer.body)), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        phase = .idle
        releaseHeld(context)
    }

    /// To the routes, as if it had never been here.
    private func handOn(_ head: HTTPRequest, _ body: ByteBuffer?, isRead: Bool, _ context: ChannelHandlerContext) {
        phase = .passing(isRead: isRead, isAnswered: false)
        pass(.head(head), context)
        if let body { pass(.body(body), context) }
        if isRead { pass(.end(nil), context) }
    }

    private func pass(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        context.fireChannelRead(Self.wrapInboundOut(part))
    }

    /// What was sent ahead, as far as the next request that is not answered at once.
    private func releaseHeld(_ context: ChannelHandlerContext) {
        guard !held.isEmpty || isReadWanted else { return }
        let parts = held
        held = []
        for part in parts { receive(part, context) }
        context.fireChannelReadComplete()
        if isReadWanted, held.count < Self.mostHeld {
            isReadWanted = false
            context.read()
        }
    }
}
