import NIOCore
import NIOWebSocket
import PatchbayJSON
import Synchronization

/// Our side of one WebSocket connection.
final class LiveSocket: Sendable {
    /// Why we close, as the client is told (RFC 6455, section 7.4).
    enum Goodbye: Sendable {
        case runEnded, hostStops, failed, unwanted, revoked

        var code: WebSocketErrorCode {
            switch self {
            case .runEnded: .normalClosure
            case .hostStops: .goingAway
            case .failed: .unexpectedServerError
            case .unwanted, .revoked: .policyViolation
            }
        }

        var reason: String {
            switch self {
            case .runEnded: "the run has ended"
            case .hostStops: "the host stops; connect again"
            case .failed: "the feed broke off; connect again"
            case .unwanted: "nothing is expected from you here"
            case .revoked: "the session or key has ended"
            }
        }
    }

    private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    private let frames = Mutex(0)
    private let isClosing = Mutex(false)

    init(_ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>) { self.outbound = outbound }

    /// How many frames have come.
    var heard: Int { frames.withLock { $0 } }

    /// Waits while the client does not keep up.
    func send(_ message: JSON) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: message.bytes())))
    }

    func ping() async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
    }

    /// Says why we go; the client answers with a close frame of its own.
    func say(_ goodbye: Goodbye) async {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: goodbye.code)
        data.writeString(goodbye.reason)
        await close(with: data)
    }

    /// Nothing may follow a close frame, not even a second one.
    private func close(with data: ByteBuffer) async {
        let isFirst = isClosing.withLock { isClosing in
            defer { isClosing = true }
            return !isClosing
        }
        guard isFirst else { return }
        try? await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
    }

    /// Answers pings until the client goes (nil), or says something that it should not.
    func listen(to inbound: NIOAsyncChannelInboundStream<WebSocketFrame>) async -> Goodbye? {
        do {
            for try await frame in inbound {
                frames.withLock { $0 += 1 }
                switch frame.opcode {
                case .ping:
                    try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
                case .pong: break
                case .connectionClose:
                    // The code comes back as it was.
                    var data = frame.unmaskedData
                    await close(with: data.readSlice(length: min(2, data.readableBytes)) ?? ByteBuffer())
                    return nil
                default: return .unwanted
                }
            }
        } catch {
            // The connection is gone, or its frames are none; either way there is nobody to tell.
        }
        return nil
    }
}
