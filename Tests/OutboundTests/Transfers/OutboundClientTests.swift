import Glibc
import PatchbayCore
import PatchbayOutbound
import Testing

@Suite(.timeLimit(.minutes(5))) struct OutboundClientTests {
    let client: OutboundClient

    init() throws { client = try loopbackClient() }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY"])
    func `a request without a body arrives as asked`(method: String) async throws {
        let server = LoopbackServer { _ in .reply(200, [("X-A", "b")], body: [1, 2, 3]) }
        let response = try await client.send(.to(server.origin + "/p/q?r=s", method: method))
        #expect(response.status == 200)
        #expect(response.header("x-A") == "b")
        #expect(response.body == (method == "HEAD" ? [] : [1, 2, 3]))
        #expect(response.url == server.origin + "/p/q?r=s")
        let request = try #require(server.requests.first)
        #expect(request.method == method)
        #expect(request.target == "/p/q?r=s")
        #expect(request.header("content-type") == nil)
        #expect(request.header("content-length") == (["POST", "PUT", "PATCH"].contains(method) ? "0" : nil))
        #expect(request.header("user-agent") == "Patchbay")
        #expect(request.header("expect") == nil)
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE"])
    func `binary bodies pass unchanged both ways`(method: String) async throws {
        let server = LoopbackServer { .reply(201, body: $0.body.reversed()) }
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let response = try await client.send(.to(server.origin, method: method, body: body))
        #expect(response.status == 201)
        #expect(response.body == body.reversed())
        #expect(server.requests.first?.body == body)
        #expect(server.requests.first?.method == method)
    }

    @Test func `headers arrive as given, also empty and repeated ones`() async throws {
        let server = LoopbackServer { _ in .text("") }
        let headers = [
            HTTPField(name: "X-Empty", value: ""), HTTPField(name: "X-Twice", value: "1"),
            HTTPField(name: "X-Twice", value: "2"), HTTPField(name: "Content-Type", value: "text/x; a=\"ü\""),
            HTTPField(name: "User-Agent", value: "mine"), HTTPField(name: "X-Blank", value: "  "),
        ]
        _ = try await client.send(.to(server.origin, method: "POST", headers: headers, body: [1]))
        let request = try #require(server.requests.first)
        #expect(request.header("x-empty") == "")
        #expect(request.header("x-blank") == "")
        #expect(request.headers.filter { $0.name == "X-Twice" }.map(\.value) == ["1", "2"])
        #expect(request.header("content-type") == "text/x; a=\"ü\"")
        #expect(request.header("user-agent") == "mine")
    }

    @Test(arguments: [204, 304, 400, 401, 404, 429, 500, 503]) func `every status is an answer`(status: Int)
        async throws
    {
        let server = LoopbackServer { _ in .reply(status) }
        #expect(try await client.send(.to(server.origin)).status == status)
    }

    @Test func `a compressed body is decoded and its headers agree`() async throws {
        let server = LoopbackServer { request in
            request.header("accept-encoding")?.contains("gzip") == true
                ? .reply(200, [("Content-Encoding", "gzip"), ("X-A", "b")], body: squeezed) : .reply(406)
        }
        let response = try await client.send(.to(server.origin))
        #expect(String(decoding: response.body, as: UTF8.self) == "a body that was squeezed")
        #expect(response.headers == [HTTPField(name: "x-a", value: "b")])
    }

    @Test func `an attached secret reaches its host, and its echo is masked`() async throws {
        let server = LoopbackServer { request in
            .reply(200, [("X-Echo", "got \(request.header("authorization") ?? "nothing")")])
        }
        let request = OutboundRequest.to(server.origin).with {
            $0.attachment = .header(name: "Authorization", value: Secret("Bearer s3cr3t"))
            $0.attachmentHosts = [HostPattern("127.0.0.1:\(server.port)")!]
        }
        let response = try await client.send(request)
        #expect(server.requests.first?.header("authorization") == "Bearer s3cr3t")
        #expect(response.header("x-echo") == "got ‹secret›")
        _ = try await client.send(request.with { $0.attachmentHosts = [HostPattern("127.0.0.1")!] })
        #expect(server.requests.last?.header("authorization") == nil)
    }

    @Test func `an attached parameter is in no URL that comes back`() async throws {
        let server = LoopbackServer { _ in .text("") }
        let response = try await client.send(
            .to(server.origin + "/?a=1").with {
                $0.attachment = .query(name: "key", value: Secret("s3cr3t"))
                $0.attachmentHosts = everywhere
            })
        #expect(server.requests.first?.target == "/?a=1&key=s3cr3t")
        #expect(response.url == server.origin + "/?a=1")
    }

    @Test func `a connection is used again`() async throws {
        let server = LoopbackServer { _ in .text("x") }
        for _ in 0..<5 { _ = try await client.send(.to(server.origin)) }
        #expect(server.requests.count == 5)
        #expect(server.connections == 1)
    }

    @Test func `a hundred requests at once all get their own answer`() async throws {
        let server = LoopbackServer { .text("answer to \($0.target)") }
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<100 {
                group.addTask {
                    let response = try await client.send(.to(server.origin + "/\(number)"))
                    return (number, String(decoding: response.body, as: UTF8.self))
                }
            }
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 100)
        #expect(answers.allSatisfy { $0.value == "answer to /\($0.key)" })
    }

    /// In a process of its own, since variables belong to the whole process.
    @Test func `variables of the environment do not choose a proxy`() async throws {
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://127.0.0.1:1", 1)
            let server = LoopbackServer { _ in .text("") }
            let response = try await loopbackClient().send(.to(server.origin))
            #expect(response.status == 200)
        }
    }

    @Test func `the operator's proxy is used, and resolves the names`() async throws {
        let proxy = LoopbackServer { .text("proxied \($0.target)") }
        let client = try OutboundClient(policy: EgressPolicy(), route: OutboundRoute(proxy: proxy.origin))
        let response = try await client.send(.to("http://no.such.host.invalid/x"))
        #expect(String(decoding: response.body, as: UTF8.self) == "proxied http://no.such.host.invalid/x")
        #expect(try await client.failure(of: .to("http://10.0.0.1/"))?.code == .egressDenied)
    }
}
