import Glibc
import PatchbayCore
import PatchbayOutbound
import Testing

@Suite(.timeLimit(.minutes(5))) struct OutboundFailureTests {
    let client: OutboundClient

    init() throws { client = try loopbackClient() }

    @Test func `a server that does not answer is a timeout`() async throws {
        let server = LoopbackServer { _ in .silence }
        let request = OutboundRequest.to(server.origin + "/?k=v", method: "POST").with { $0.timeout = 1000 }
        let error = try await client.failure(of: request)
        #expect(
            error
                == OutboundError(
                    code: .timeout, message: "no complete answer from \(server.origin) within 1000 ms",
                    mayHaveHadEffect: true))
    }

    @Test func `the time counts over all redirects`() async throws {
        let server = LoopbackServer { $0.path == "/" ? .redirect(302, to: "/slow") : .silence }
        let error = try await client.failure(of: .to(server.origin).with { ($0.timeout, $0.maxRedirects) = (200, 1) })
        #expect(error?.code == .timeout)
    }

    @Test func `waiting for a connection counts too, and nothing was sent then`() async throws {
        let client = try loopbackClient(limits: OutboundLimits(connectionsPerHost: 1))
        let server = LoopbackServer { _ in .silence }
        let first = Task { try await client.send(.to(server.origin)) }
        await server.received(1)
        let error = try await client.failure(of: .to(server.origin, method: "POST").with { $0.timeout = 50 })
        #expect(error?.code == .timeout)
        #expect(error?.mayHaveHadEffect == false)
        #expect(server.requests.count == 1)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
    }

    @Test func `cancelling the task gives the request up`() async throws {
        let server = LoopbackServer { _ in .silence }
        let task = Task { try await client.send(.to(server.origin)) }
        await server.received(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a task that is cancelled already sends nothing for long`() async throws {
        let server = LoopbackServer { _ in .silence }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.send(.to(server.origin))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a ticket gives the request up, and is harmless afterwards`() async throws {
        let server = LoopbackServer { _ in .silence }
        let (results, report) = AsyncStream<Result<OutboundResponse, OutboundError>>.makeStream()
        let ticket = client.start(.to(server.origin, method: "POST")) { report.yield($0) }
        await server.received(1)
        client.cancel(ticket)
        client.cancel(ticket)
        var iterator = results.makeAsyncIterator()
        let result = await iterator.next()
        guard case .failure(let error) = result else { throw UnexpectedAnswer() }
        #expect(error.code == .cancelled)
        #expect(error.mayHaveHadEffect)
    }

    @Test func `a body larger than allowed is given up`() async throws {
        let server = LoopbackServer { _ in .reply(200, body: [UInt8](repeating: 65, count: 1_000_001)) }
        #expect(try await client.send(.to(server.origin).with { $0.maxBody = 1_000_001 }).body.count == 1_000_001)
        let error = try await client.failure(of: .to(server.origin).with { $0.maxBody = 1_000_000 })
        #expect(error?.code == .bodyTooLarge)
        #expect(error?.message == "the answer from \(server.origin) holds more than 1000000 bytes")
        #expect(error?.mayHaveHadEffect == true)
    }

    @Test func `the limit holds for what a body unpacks to`() async throws {
        let server = LoopbackServer { _ in .reply(200, [("Content-Encoding", "gzip")], body: bomb) }
        #expect(try await client.send(.to(server.origin)).body.count == 1_000_000)
        let error = try await client.failure(of: .to(server.origin).with { $0.maxBody = 100_000 })
        #expect(error?.code == .bodyTooLarge)
    }

    @Test func `endless headers are given up`() async throws {
        let server = LoopbackServer { _ in
            .raw(
                Array("HTTP/1.1 200 OK\r\n".utf8)
                    + Array(repeating: Array("X: yyyyyyyyyyyyyyyy\r\n".utf8), count: 20_000).joined())
        }
        let error = try await client.failure(of: .to(server.origin))
        #expect(error?.code == .bodyTooLarge)
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "\u{0}\u{1}\u{2}",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        "HTTP/1.1 200 OK\r\nX: a\u{0}b\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    ])
    func `what is no HTTP is a protocol error`(answer: String) async throws {
        let server = LoopbackServer { _ in .raw(Array(answer.utf8)) }
        let error = try await client.failure(of: .to(server.origin))
        #expect(error?.code == .protocolError)
        #expect(error?.mayHaveHadEffect == true)
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `a connection that ends early is lost`(answer: String) async throws {
        let server = LoopbackServer { _ in answer.isEmpty ? .hangUp : .raw(Array(answer.utf8)) }
        let error = try await client.failure(of: .to(server.origin, method: "POST", body: [1]))
        #expect(error?.code == .connectionLost)
        #expect(error?.mayHaveHadEffect == true)
    }

    @Test func `a port where nobody listens cannot be connected to`() async throws {
        let port = LoopbackServer { _ in .hangUp }.port
        let error = try await client.failure(of: .to("http://127.0.0.1:\(port)/?k=v"))
        #expect(error?.code == .connectFailed)
        #expect(error?.mayHaveHadEffect == false)
        #expect(error?.message.contains("127.0.0.1:\(port)") == true)
        #expect(error?.message.contains("k=v") == false)
    }

    @Test func `a name that does not exist cannot be resolved`() async throws {
        let error = try await client.failure(of: .to("http://no-such-host.invalid/"))
        #expect(error?.code == .resolveFailed)
        #expect(error?.mayHaveHadEffect == false)
    }

    @Test func `shutting down ends what is under way and refuses what comes`() async throws {
        let server = LoopbackServer { _ in .silence }
        async let first = client.failure(of: .to(server.origin))
        await server.received(1)
        client.shutdown()
        #expect(try await first?.code == .closing)
        #expect(try await client.failure(of: .to(server.origin))?.code == .closing)
        #expect(server.requests.count == 1)
    }

    @Test func `a client that goes away completes its requests`() async throws {
        let server = LoopbackServer { _ in .silence }
        let (results, report) = AsyncStream<OutboundError.Code?>.makeStream()
        var shortLived: OutboundClient? = try loopbackClient()
        shortLived?.start(.to(server.origin)) { result in
            if case .failure(let error) = result { report.yield(error.code) } else { report.yield(nil) }
        }
        await server.received(1)
        shortLived = nil
        var iterator = results.makeAsyncIterator()
        #expect(await iterator.next() == .closing)
    }

    @Test func `more requests than the limit are refused`() async throws {
        let client = try loopbackClient(limits: OutboundLimits(requests: 1))
        let server = LoopbackServer { _ in .silence }
        let first = Task { try await client.send(.to(server.origin)) }
        await server.received(1)
        let error = try await client.failure(of: .to(server.origin))
        #expect(error?.code == .busy)
        #expect(error?.mayHaveHadEffect == false)
        first.cancel()
        _ = await first.result
    }
}

private struct UnexpectedAnswer: Error {}
