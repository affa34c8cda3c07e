import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import PatchbayJSON

/// Somebody who listens to live updates.
struct LiveClient {
    struct Refused: Error {}

    private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    private var iterator: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator

    /// Connects, and calls `body` with the connection. Throws `Refused` when the server answers with ordinary HTTP.
    static func connect<Value: Sendable>(
        _ path: String, port: Int, key: String = TestAPI.key, headers: [(String, String)]? = nil,
        _ body: (inout LiveClient) async throws -> Value
    ) async throws -> Value {
        typealias Channel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
        let upgrade = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader<Channel?> { channel, _ in
                        channel.eventLoop.makeCompletedFuture { try Channel(wrappingChannelSynchronously: channel) }
                    }
                    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
                    head.headers.add(name: "Host", value: "127.0.0.1")
                    head.headers.add(contentsOf: headers ?? [("Authorization", "Bearer \(key)")])
                    var configuration = NIOUpgradableHTTPClientPipelineConfiguration<Channel?>(
                        upgradeConfiguration: .init(
                            upgradeRequestHead: head, upgraders: [upgrader],
                            notUpgradingCompletionHandler: { channel in
                                channel.eventLoop.makeSucceededFuture(nil)
                            }))
                    // The first messages may come in one piece with the answer that they follow.
                    configuration.leftOverBytesStrategy = .forwardBytes
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: configuration)
                }
            }
        guard let channel = try await upgrade.get() else { throw Refused() }
        return try await channel.executeThenClose { inbound, outbound in
            var client = LiveClient(outbound: outbound, iterator: inbound.makeAsyncIterator())
            return try await body(&client)
        }
    }

    /// The next message; the close code as an int when the server says goodbye; nil at the end.
    mutating func next() async throws -> JSON? {
        while let frame = try await iterator.next(isolation: #isolation) {
            var data = frame.unmaskedData
            switch frame.opcode {
            case .text: return try JSON(parsing: Array(buffer: data))
            case .connectionClose: return data.readInteger(as: UInt16.self).map { .int(Int64($0)) }
            default: continue
            }
        }
        return nil
    }

    func send(_ opcode: WebSocketOpcode, _ text: String) async throws {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(string: text))
        try await outbound.write(frame)
    }
}
