import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOPosix
import PatchbayCore
import PatchbayJSON
import ServiceLifecycle
import Synchronization
import Testing

@testable import PatchbayAPI

/// Deliveries that are answered where they come in, and the requests around them, over a socket.
@Suite(.timeLimit(.minutes(2)))
struct DeliveryLaneTests {
    private let api = TestAPI()

    private static let workflow: JSON = [
        "name": "Deployments", "nodes": [["id": "hook", "type": "webhook", "config": ["path": "deploy"]]], "edges": [],
    ]

    private static func delivery(_ body: String, _ more: String = "", path: String = "/webhook/deploy") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(more)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// What the host answers to these pieces, each sent by itself, until so many answers have come.
    private func answers(
        _ count: Int, to pieces: [String], thenEnds: Bool = false
    ) async throws -> [String] {
        try await api.testLive { client in
            _ = try await client.store(Self.workflow)
            // Known from here on.
            _ = try await client.raw(.post, "/webhook/deploy", body: Array("{}".utf8))
            let port = client.client.port ?? 0
            let socket = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true))
                    }
                }
            return try await socket.executeThenClose { inbound, outbound in
                for piece in pieces { try await outbound.write(ByteBuffer(string: piece)) }
                if thenEnds { outbound.finish() }
                var text = ""
                for try await part in inbound {
                    text += String(buffer: part)
                    if text.components(of: "HTTP/1.1 ").count > count, text.isWhole { break }
                }
                return text.components(of: "HTTP/1.1 ").dropFirst().map { String($0) }
            }
        }
    }

    @Test func `requests that were sent ahead are answered in their order, whoever answers them`() async throws {
        let requests = [
            Self.delivery(#"{"n":1}"#), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", Self.delivery(#"{"n":2}"#),
            Self.delivery("{", "X-Request-ID: broken\r\n"), Self.delivery(#"{"n":3}"#, path: "/webhook/nowhere"),
            Self.delivery(#"{"n":4}"#, "X-Request-ID: last\r\n"),
        ]
        for pieces in [[requests.joined()], requests.joined().map { String($0) }, requests] {
            let found = try await answers(6, to: pieces)
            #expect(found.map { $0.prefix(3) } == ["202", "200", "202", "400", "404", "202"])
            #expect(found[3].contains("broken"))
            #expect(found[5].contains("X-Request-ID: last"))
            #expect(found[5].contains("X-Content-Type-Options: nosniff"))
            #expect(found[5].contains("Date: "))
        }
        let bodies = api.deliveries.state.withLock { $0.kept }.filter { $0.record.verdict == .accepted }.map(\.body)
        let texts = bodies.map { String(decoding: $0, as: UTF8.self) }.filter { $0 != "{}" }
        #expect(texts == (1...3).flatMap { _ in [#"{"n":1}"#, #"{"n":2}"#, #"{"n":4}"#] })
    }

    @Test func `many sent ahead are all answered, and none is read before it may`() async throws {
        let count = 500
        let found = try await answers(
            count, to: [(0..<count).map { Self.delivery(#"{"n":\#($0)}"#) }.joined()])
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.hasPrefix("202") })
    }

    @Test func `who says that nothing more comes is answered all the same`() async throws {
        let requests = [Self.delivery(#"{"n":1}"#), Self.delivery("{"), Self.delivery(#"{"n":2}"#)]
        for count in 1...3 {
            let found = try await answers(count, to: [requests.prefix(count).joined()], thenEnds: true)
            #expect(found.map { $0.prefix(3) } == ["202", "400", "202"].prefix(count).map { $0[...] })
        }
    }

    @Test(arguments: [
        "Content-Length: \(innocent.utf8.count)\r\n\r\n\(innocent)",
        "Transfer-Encoding: chunked\r\n\r\n\(String(innocent.utf8.count, radix: 16))\r\n\(innocent)\r\n0\r\n\r\n",
        "Connection: x\r\nContent-Length: \(innocent.utf8.count)\r\n\r\n\(innocent)",
    ])
    func `what looks like a delivery inside another request is none`(rest: String) async throws {
        let request = "POST /api/v1/workflows HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + rest
        for pieces in [[request], request.map { String($0) }] {
            let found = try await answers(2, to: [Self.delivery("[]")] + pieces)
            #expect(found.map { $0.prefix(3) } == ["202", "401"])
        }
        let kept = api.deliveries.state.withLock { $0.kept }.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(kept == ["{}", "[]", "{}", "[]"])
    }

    private static let innocent = delivery(#"{"n":"smuggled"}"#)

    @Test func `a host that stops closes connections that only brought deliveries`() async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = makeApplication(
            api.dependencies, at: APIAddress(host: "127.0.0.1", port: 0), logger: api.log.logger(),
            onListening: { port.yield($0) })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application], logger: api.log.logger()))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let number = try #require(await ports.first { _ in true })
            try await makeKnown(at: number)
            let socket = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: number) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            let text = try await socket.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.delivery("[]")))
                var text = ""
                for try await part in inbound {
                    text += String(buffer: part)
                    if text.isWhole { await group.triggerGracefulShutdown() }
                }
                return text
            }
            #expect(text.hasPrefix("HTTP/1.1 202"))
            try await tasks.waitForAll()
        }
    }

    private func makeKnown(at port: Int) async throws {
        try await HummingbirdTesting.TestClient.withClient(host: "127.0.0.1", port: port) { client in
            let headers: HTTPFields = [.authorization: "Bearer \(TestAPI.key)", .contentType: "application/json"]
            _ = try await client.post(
                "/api/v1/workflows", headers: headers, body: ByteBuffer(bytes: Self.workflow.bytes()))
            _ = try await client.post("/webhook/deploy", headers: headers, body: ByteBuffer(string: "{}"))
        }
    }

    @Test func `what the store cannot take at once takes the long way`() async throws {
        api.deliveries.state.withLock { $0.isFull = true }
        let found = try await answers(1, to: [Self.delivery("[]")])
        #expect(found[0].hasPrefix("503"))
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (1_709_210_096, "Thu, 29 Feb 2024 12:34:56 GMT"),
    ])
    func `dates are those of HTTP`(second: Int64, text: String) {
        #expect(DateHeader.text(ofSecond: second) == text)
    }
}

extension String {
    fileprivate func components(of separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }

    /// Whether the last answer has the body that it announces.
    fileprivate var isWhole: Bool {
        guard let head = components(of: "HTTP/1.1 ").last, let end = head.firstRange(of: "\r\n\r\n") else {
            return false
        }
        let length = head[..<end.lowerBound].split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
        return head[end.upperBound...].utf8.count >= length.flatMap { Int($0.dropFirst(16)) } ?? 0
    }
}
