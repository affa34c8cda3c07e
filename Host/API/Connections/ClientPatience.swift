import NIOCore
import NIOHTTP1

/// Cuts connections of clients that are too slow (`ClientPatienceState`). Two handlers: this one where bytes come and go, and
/// `Parts` where these are requests and answers.
final class ClientPatience: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let limits: ConnectionLimits
    private var state: ClientPatienceState
    private var ticking: RepeatedTask?

    init(_ limits: ConnectionLimits) {
        self.limits = limits
        state = ClientPatienceState(limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        ticking = context.eventLoop.scheduleRepeatedTask(
            initialDelay: .milliseconds(limits.tick), delay: .milliseconds(limits.tick)
        ) { _ in
            let (patience, context) = bound.value
            patience.look(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !state.isLive { state.received(Self.unwrapInboundIn(data).readableBytes, at: Self.now) }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        state.reads(false)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        state.reads(true)
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        state.wrote(Self.unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }

    // MARK: What others find out

    func received(_ bytes: Int) { state.received(bytes, at: Self.now) }

    func headEnded() { state.headEnded(at: Self.now) }

    func bodyEnded() { state.bodyEnded() }

    func answered() { state.answered(at: Self.now) }

    /// Somebody else reads the request, from its first byte on.
    func beginsAnew() { state.beginsAnew(at: Self.now) }

    private func stop() {
        ticking?.cancel()
        ticking = nil
    }

    private func look(_ context: ChannelHandlerContext) {
        let buffered = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        switch state.look(at: Self.now, buffered: buffered) {
        case .fine: return
        case .cut: break
        case .cutWithAnswer:
            let answer = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            context.writeAndFlush(Self.wrapOutboundOut(.byteBuffer(ByteBuffer(string: answer))), promise: nil)
        }
        stop()
        context.close(promise: nil)
    }

    private static var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000) }

    /// Where bytes are requests and answers.
    final class Parts: ChannelDuplexHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias InboundOut = HTTPServerRequestPart
        typealias OutboundIn = HTTPServerResponsePart
        typealias OutboundOut = HTTPServerResponsePart

        private let patience: ClientPatience

        init(_ patience: ClientPatience) { self.patience = patience }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !patience.state.isLive {
                switch Self.unwrapInboundIn(data) {
                case .head: patience.headEnded()
                case .body: break
                case .end: patience.bodyEnded()
                }
            }
            context.fireChannelRead(data)
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if !patience.state.isLive {
                switch Self.unwrapOutboundIn(data) {
                case .head(let head) where head.status == .switchingProtocols: patience.state.becameLive()
                case .end: patience.answered()
                case .head, .body: break
                }
            }
            context.write(data, promise: promise)
        }
    }
}
