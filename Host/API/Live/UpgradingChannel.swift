import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import Synchronization

/// Serves HTTP/1.1, and WebSocket (RFC 6455) to a connection whose first request asks for it and may have it. A request
/// that may not goes on as HTTP, so that it is answered with what is wrong.
struct UpgradingChannel: HTTPChannelHandler {
    struct Value: ServerChildChannelValue {
        let outcome: EventLoopFuture<Outcome>
        let channel: any Channel
    }

    enum Outcome: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case live(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, LiveAdmission)
    }

    /// Bytes of a frame from a client, which has nothing to say.
    private static let largestFrame = 4 << 10

    let responder: Responder
    let live: LiveConnections
    let limits: HTTP1Channel.Configuration.DecoderConfiguration
    let connections: ConnectionLimits
    /// What is answered in front of the decoder.
    let quick: [any QuickAnswers]

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let admitted = Admitted()
            var upgrade = NIOUpgradableHTTPServerPipelineConfiguration<Outcome>(
                upgradeConfiguration: .init(
                    upgraders: [upgrader(admitted)],
                    notUpgradingCompletionHandler: { channel in
                        channel.eventLoop.makeCompletedFuture { try http(on: channel, logger: logger) }
                    }))
            upgrade.enablePipelining = false
            upgrade.enableErrorHandling = false
            upgrade.enableResponseHeaderValidation = false
            upgrade.decoderConfiguration.maxHeaderFieldSize = limits.maxHeaderFieldSize
            upgrade.decoderConfiguration.maxHeaderListSize = limits.maxHeaderListSize
            upgrade.decoderConfiguration.maxHeaderFieldCount = limits.maxHeaderFieldCount
            let outcome = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                configuration: upgrade)
            // What is there is read at once; asking whether there is more would cost each request a call of the kernel.
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            let pipeline = channel.pipeline.syncOperations
            let upgrading = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Outcome>.self)
            let patience = ClientPatience(connections)
            let lane = QuickLane(quick, from: channel.remoteAddress?.ipAddress ?? "", patience: patience)
            try pipeline.addHandlers([patience, lane], position: .first)
            try pipeline.addHandlers(
                [QuickLane.Parts(lane), ClientPatience.Parts(patience)], position: .before(upgrading))
            try pipeline.addHandler(
                UpgradeGate { [live] in admitted.set(await live.admission($0)) }, position: .before(upgrading))
            return Value(outcome: outcome, channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            // A connection that ends before its first request has no outcome but an error, which is nobody's business.
            guard let outcome = try? await value.outcome.get() else { return }
            switch outcome {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .live(let channel, let admission): await live.serve(admission, on: channel, logger: logger)
            }
        }
    }

    private func upgrader(_ admitted: Admitted) -> NIOTypedWebSocketServerUpgrader<Outcome> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: Self.largestFrame,
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    guard let admission = admitted.admission else { throw ChannelError.inputClosed }
                    return .live(try NIOAsyncChannel(wrappingChannelSynchronously: channel), admission)
                }
            })
    }

    private func http(on channel: any Channel, logger: Logger) throws -> Outcome {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
        return .http(
            try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
    }
}

/// What a connection's first request may hear of, once somebody has found out.
private final class Admitted: Sendable {
    private let state: Mutex<LiveAdmission?> = Mutex(nil)

    var admission: LiveAdmission? { state.withLock(\.self) }

    /// Whether there is anything.
    func set(_ admission: LiveAdmission?) -> Bool {
        state.withLock { $0 = admission }
        return admission != nil
    }
}
