import NIOCore
import NIOHTTP1

/// Lets a connection's first request ask for WebSocket only when it may have it; otherwise takes the wish away, so that
/// the request is answered as an ordinary one. (The upgrade handler behind it forgets a request whose upgrade it
/// refuses, and nobody would ever answer.)
final class UpgradeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private enum State {
        case closed
        /// Nobody knows yet; what comes meanwhile waits.
        case asking(HTTPRequestHead, [NIOAny], isReadComplete: Bool)
        case open
    }

    private let mayUpgrade: @Sendable (HTTPRequestHead) async -> Bool
    private var state = State.closed

    init(_ mayUpgrade: @escaping @Sendable (HTTPRequestHead) async -> Bool) { self.mayUpgrade = mayUpgrade }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .open:
            context.fireChannelRead(data)
        case .asking(let head, let waiting, _):
            state = .asking(head, waiting + [data], isReadComplete: false)
        case .closed:
            guard case .head(let head) = Self.unwrapInboundIn(data) else {
                state = .open
                context.fireChannelRead(data)
                return
            }
            decide(on: head, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .asking(let head, let waiting, _) = state {
            state = .asking(head, waiting, isReadComplete: true)
        } else {
            context.fireChannelReadComplete()
        }
    }

    private func decide(on head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.headers.contains(name: "Upgrade") else { return open(head, as: false, context) }
        guard head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }),
            head.headers["Sec-WebSocket-Version"] == ["13"], head.headers["Sec-WebSocket-Key"].count == 1,
            // A request with a body is no handshake, and the handler behind would break the connection.
            !head.headers.contains(name: "Content-Length"), !head.headers.contains(name: "Transfer-Encoding")
        else { return open(head, as: false, context) }
        state = .asking(head, [], isReadComplete: false)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let mayUpgrade = mayUpgrade
        context.eventLoop.makeFutureWithTask { await mayUpgrade(head) }.whenComplete { result in
            let (gate, context) = bound.value
            gate.open(head, as: (try? result.get()) ?? false, context)
        }
    }

    private func open(_ head: HTTPRequestHead, as upgrade: Bool, _ context: ChannelHandlerContext) {
        var head = head
        if !upgrade { head.headers.remove(name: "Upgrade") }
        let before = state
        state = .open
        context.fireChannelRead(Self.wrapInboundOut(.head(head)))
        guard case .asking(_, let waiting, let isReadComplete) = before else { return }
        for data in waiting { context.fireChannelRead(data) }
        if isReadComplete { context.fireChannelReadComplete() }
    }
}
