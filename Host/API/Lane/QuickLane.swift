import NIOCore
import NIOHTTP1

/// Answers requests where a connection's bytes come in, without decoder, task and routes: the common deliveries of webhooks and
/// starts of runs that are written plainly. Every other request, and every one that turns out to be something else, goes on to
/// the decoder as it came.
///
/// One request of a connection is under way at a time, here or behind: what a client sends ahead waits. Where a request ends
/// must be beyond doubt (`PlainHead`); from the first that leaves doubt on, and where the decoder finds another end, all that
/// comes over the connection goes to the decoder.
final class QuickLane: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum Phase {
        /// Between two requests.
        case idle
        /// The body of one for the lane is awaited.
        case gathering(PlainHead, any QuickAnswers)
        /// It is being stored.
        case storing
        /// A request is with the routes: its bytes that have not come yet, and whether it was answered to its end.
        case passing(unread: Int, isAnswered: Bool)
        /// Whatever comes is the decoder's.
        case blind
    }

    /// Bytes sent ahead, beyond which nothing is read.
    private static let mostHeld = 128 << 10

    private let kinds: [any QuickAnswers]
    /// Where the connection comes from.
    private let peer: String
    private let patience: ClientPatience
    private var phase = Phase.idle
    /// Whether anybody behind has heard of the connection.
    private var hasPassed = false
    private var held = ByteBuffer()
    private var heldEvents: [Any] = []
    /// Whether the decoder was given anything since it was told last that there is no more for now.
    private var hasNews = false
    private var isReadWanted = false
    private var context: ChannelHandlerContext?
    /// Ends of requests that the decoder has found.
    private var endsFound = 0

    init(_ kinds: [any QuickAnswers], from peer: String, patience: ClientPatience) {
        self.kinds = kinds
        self.peer = peer
        self.patience = patience
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .blind = phase {
            hasNews = true
            return context.fireChannelRead(data)
        }
        var bytes = Self.unwrapInboundIn(data)
        if held.readableBytes == 0 { held = bytes } else { held.writeBuffer(&bytes) }
        advance(context)
    }

    /// Tells only those who were given something.
    func channelReadComplete(context: ChannelHandlerContext) {
        guard hasNews else { return }
        hasNews = false
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        guard held.readableBytes < Self.mostHeld else {
            isReadWanted = true
            return
        }
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        held.clear()
        phase = .blind
        context.fireChannelInactive()
    }

    /// That the client sends no more, or that the host stops, is told behind what came before. Where nobody behind knows of
    /// the connection, nobody would end it.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        let isEnd = (event as? ChannelEvent) == .inputClosed
        switch phase {
        case .storing: return heldEvents.append(event)
        case .gathering where !isEnd: return heldEvents.append(event)
        case .passing where held.readableBytes > 0: return heldEvents.append(event)
        case .idle where !hasPassed && held.readableBytes == 0 && (isEnd || event is ChannelShouldQuiesceEvent):
            context.close(promise: nil)
        case .idle where isEnd, .gathering: goBlind(context)
        case .idle, .passing, .blind: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Requests

    /// Goes through what is there, until it is used up or something has to be waited for.
    private func advance(_ context: ChannelHandlerContext) {
        while held.readableBytes > 0 {
            switch phase {
            case .idle:
                guard begin(context) else { return }
            case .gathering(let head, let kind):
                guard held.readableBytes >= head.total else { return }
                // By itself, so that the large buffer that was read into can be used again.
                var request = context.channel.allocator.buffer(capacity: head.total)
                request.writeImmutableBuffer(held.getSlice(at: held.readerIndex, length: head.total) ?? ByteBuffer())
                held.moveReaderIndex(forwardBy: head.total)
                if held.readableBytes == 0 { held = ByteBuffer() }
                take(PlainRequest(head, request), by: kind, request, context)
            case .passing(let unread, let isAnswered) where unread > 0:
                pass(unread, isAnswered, context)
            case .storing, .passing: return
            case .blind:
                let rest = held
                held = ByteBuffer()
                hasNews = true
                context.fireChannelRead(Self.wrapInboundOut(rest))
            }
        }
        if case .blind = phase { releaseEvents(context) }
    }

    private func releaseEvents(_ context: ChannelHandlerContext) {
        let events = heldEvents
        heldEvents = []
        for event in events { userInboundEventTriggered(context: context, event: event) }
        guard isReadWanted, held.readableBytes < Self.mostHeld else { return }
        isReadWanted = false
        context.read()
    }

    /// Looks at a request's head; false when it is not there to its end.
    private func begin(_ context: ChannelHandlerContext) -> Bool {
        switch PlainHead.read(held.readableBytesUInt8Span) {
        case .unfinished: return false
        case .other:
            phase = .blind
            hasPassed = true
        case .plain(let head):
            if let kind = kinds.first(where: { $0.fits(head, held) }) {
                phase = .gathering(head, kind)
                patience.headEnded()
            } else {
                phase = .passing(unread: head.total, isAnswered: false)
            }
        }
        return true
    }

    private func take(
        _ request: PlainRequest, by kind: any QuickAnswers, _ bytes: ByteBuffer, _ context: ChannelHandlerContext
    ) {
        phase = .storing
        patience.bodyEnded()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let isUnderWay = kind.take(request, from: peer) { answer in
            loop.execute {
                let (lane, context) = bound.value
                if let answer {
                    lane.send(answer, context)
                } else {
                    lane.handOn(bytes, context)
                    lane.advance(context)
                    lane.channelReadComplete(context: context)
                }
            }
        }
        if !isUnderWay { handOn(bytes, context) }
    }

    private func send(_ answer: QuickAnswer, _ context: ChannelHandlerContext) {
        patience.answered()
        let bytes = answer.write(context.channel.allocator)
        context.writeAndFlush(Self.wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        becomeIdle(context)
    }

    /// To the decoder, as if it had never been here.
    private func handOn(_ request: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .storing = phase else { return }
        patience.beginsAnew()
        let ahead = held
        held = request
        pass(request.readableBytes, false, context)
        var rest = ahead
        held.writeBuffer(&rest)
    }

    /// Gives as much of a request to the decoder as is there.
    private func pass(_ unread: Int, _ isAnswered: Bool, _ context: ChannelHandlerContext) {
        guard let part = held.readSlice(length: min(unread, held.readableBytes)) else { return }
        let left = unread - part.readableBytes
        let ends = endsFound
        phase = .passing(unread: left, isAnswered: isAnswered)
        (hasPassed, hasNews) = (true, true)
        context.fireChannelRead(Self.wrapInboundOut(part))
        guard endsFound - ends == (left == 0 ? 1 : 0) else { return phase = .blind }
        if left == 0, isAnswered { phase = .idle }
    }

    private func becomeIdle(_ context: ChannelHandlerContext) {
        phase = .idle
        if held.readableBytes > 0 {
            patience.received(held.readableBytes)
            advance(context)
            channelReadComplete(context: context)
        }
        releaseEvents(context)
    }

    private func goBlind(_ context: ChannelHandlerContext) {
        if case .gathering = phase { patience.beginsAnew() }
        phase = .blind
        hasPassed = true
        advance(context)
        channelReadComplete(context: context)
    }

    // MARK: Behind the decoder

    /// What goes over the connection may be no HTTP any more.
    private var isBlind: Bool { if case .blind = phase { true } else { false } }

    private func foundEnd() { endsFound += 1 }

    private func answered() {
        guard let context, case .passing(let unread, _) = phase else { return }
        if unread > 0 { phase = .passing(unread: unread, isAnswered: true) } else { becomeIdle(context) }
    }

    /// Where bytes are requests and answers: tells the lane where the decoder finds ends, and which answers are complete.
    final class Parts: ChannelDuplexHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias InboundOut = HTTPServerRequestPart
        typealias OutboundIn = HTTPServerResponsePart
        typealias OutboundOut = HTTPServerResponsePart

        private let lane: QuickLane

        init(_ lane: QuickLane) { self.lane = lane }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !lane.isBlind, case .end = Self.unwrapInboundIn(data) { lane.foundEnd() }
            context.fireChannelRead(data)
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            context.write(data, promise: promise)
            if !lane.isBlind, case .end = Self.unwrapOutboundIn(data) { lane.answered() }
        }
    }
}
