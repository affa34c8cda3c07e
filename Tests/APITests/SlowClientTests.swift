import HummingbirdTesting
import NIOCore
import NIOPosix
import PatchbayAPI
import PatchbayJSON
import Testing

/// Clients that take their time, over sockets of their own. The waiting is the host's: a test ends when it closes.
@Suite(.timeLimit(.minutes(2)))
struct SlowClientTests {
    private var api = TestAPI()

    init() {
        api.connections = ConnectionLimits(head: 300, window: 400, leastBytes: 2_000, rest: 200, tick: 20)
    }

    private typealias Socket = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// What the host sends until it closes; `drip` sends bytes of the client meanwhile.
    private func talk(
        _ drip: @escaping @Sendable (NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws -> Void
    ) async throws -> String {
        try await api.testLive { client in
            let port = client.client.port ?? 0
            let socket = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.socketOption(.so_rcvbuf), value: 4_096)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture { try Socket(wrappingChannelSynchronously: channel) }
                }
            return try await socket.executeThenClose { inbound, outbound in
                try await withThrowingTaskGroup(of: String?.self) { group in
                    group.addTask {
                        // What is sent to a closed connection is lost, which is what the test waits for.
                        try? await drip(outbound)
                        return nil
                    }
                    group.addTask {
                        var text = ""
                        do {
                            for try await part in inbound { text += String(buffer: part) }
                        } catch {
                            text += " cut"
                        }
                        return text
                    }
                    while let text = try await group.next() {
                        guard let text else { continue }
                        group.cancelAll()
                        return text
                    }
                    return ""
                }
            }
        }
    }

    private static func head(_ more: String = "") -> String {
        "POST /api/v1/workflows HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestAPI.key)\r\n" + more
    }

    @Test func `a head that comes byte by byte is answered with 408, and the connection closed`() async throws {
        let answer = try await talk { outbound in
            for byte in Self.head("X-Long: \(String(repeating: "x", count: 5_000))").utf8 {
                try await outbound.write(ByteBuffer(bytes: [byte]))
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
    }

    @Test func `a body that comes byte by byte is cut`() async throws {
        let answer = try await talk { outbound in
            try await outbound.write(ByteBuffer(string: Self.head("Content-Length: 100000\r\n\r\n")))
            while !Task.isCancelled {
                try await outbound.write(ByteBuffer(string: " "))
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        #expect(!answer.hasPrefix("HTTP/1.1 2"))
    }

    @Test func `a body that never comes is cut`() async throws {
        let answer = try await talk { outbound in
            try await outbound.write(ByteBuffer(string: Self.head("Content-Length: 10\r\n\r\n")))
        }
        #expect(!answer.hasPrefix("HTTP/1.1 2"))
    }

    @Test func `who goes on sending behind a refusal is cut`() async throws {
        let answer = try await talk { outbound in
            try await outbound.write(
                ByteBuffer(string: Self.head("Content-Type: application/json\r\nContent-Length: 100000000\r\n\r\n")))
            while !Task.isCancelled {
                try await outbound.write(ByteBuffer(repeating: 0x20, count: 20_000))
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func `an ordinary client notices nothing of it`() async throws {
        let answer = try await talk { outbound in
            for _ in 0..<3 {
                try await outbound.write(ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
                try await Task.sleep(for: .milliseconds(450))
            }
            try await outbound.write(
                ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        }
        #expect(answer.split(separator: "HTTP/1.1 200 OK").count == 4)
    }

    @Test func `who never reads the answer is cut`() async throws {
        let isCut = try await api.testLive { client in
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.autoRead, value: false)
                .channelOption(.socketOption(.so_rcvbuf), value: 4_096)
                .connect(host: "127.0.0.1", port: client.client.port ?? 0).get()
            // More than what sockets' buffers hold.
            let asking = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
            // Writing goes well until the host has closed.
            var asked = 0
            while true {
                do {
                    try await channel.writeAndFlush(ByteBuffer(string: asking)).get()
                } catch {
                    return true
                }
                asked += 1
                if asked > 200 { try await Task.sleep(for: .milliseconds(20)) }
            }
        }
        #expect(isCut)
    }
}
