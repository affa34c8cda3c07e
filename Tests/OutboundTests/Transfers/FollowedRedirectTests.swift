import PatchbayCore
import PatchbayOutbound
import Testing

@Suite(.timeLimit(.minutes(5))) struct FollowedRedirectTests {
    let client: OutboundClient

    init() throws { client = try loopbackClient() }

    @Test(arguments: [301, 302, 303, 307, 308]) func `a redirect is followed`(status: Int) async throws {
        let server = LoopbackServer { request in
            request.path == "/old" ? .redirect(status, to: "new?x=1") : .text("arrived by \(request.method)")
        }
        let response = try await client.send(
            .to(server.origin + "/old", method: "POST", body: [7, 8]).with { $0.maxRedirects = 1 })
        let isKept = status >= 307
        #expect(String(decoding: response.body, as: UTF8.self) == "arrived by \(isKept ? "POST" : "GET")")
        #expect(response.url == server.origin + "/new?x=1")
        #expect(response.header("location") == nil)
        #expect(server.requests.last?.body == (isKept ? [7, 8] : []))
        #expect(server.requests.last?.header("content-length") == (isKept ? "2" : nil))
    }

    @Test func `with no redirects allowed, a redirect is the answer`() async throws {
        let server = LoopbackServer { _ in .redirect(302, to: "/new") }
        let response = try await client.send(.to(server.origin))
        #expect(response.status == 302)
        #expect(response.header("location") == "/new")
        #expect(String(decoding: response.body, as: UTF8.self) == "moved")
    }

    @Test func `a redirect without a location is the answer`() async throws {
        let server = LoopbackServer { _ in .reply(302, body: [1]) }
        let response = try await client.send(.to(server.origin).with { $0.maxRedirects = 5 })
        #expect(response.status == 302)
        #expect(response.body == [1])
    }

    @Test func `going in circles ends`() async throws {
        let server = LoopbackServer { _ in .redirect(302, to: "/again") }
        let error = try await client.failure(of: .to(server.origin).with { $0.maxRedirects = 4 })
        #expect(error?.code == .tooManyRedirects)
        #expect(error?.mayHaveHadEffect == true)
        #expect(server.requests.count == 5)
    }

    @Test func `the secret and the request's own authorization stay behind at another host`() async throws {
        let other = LoopbackServer(on: "127.0.0.2") { _ in .text("other") }
        let server = LoopbackServer { _ in .redirect(307, to: other.origin + "/?key=s3cr3t&a=b") }
        let response = try await client.send(
            .to(
                server.origin + "/",
                headers: [
                    HTTPField(name: "Authorization", value: "Basic mine"), HTTPField(name: "Cookie", value: "c=d"),
                    HTTPField(name: "X-Mine", value: "stays"),
                ]
            ).with {
                $0.maxRedirects = 1
                $0.attachment = .query(name: "key", value: Secret("s3cr3t"))
                $0.attachmentHosts = [HostPattern("127.0.0.1:\(server.port)")!]
            })
        #expect(response.url == other.origin + "/?a=b")
        #expect(server.requests.first?.target == "/?key=s3cr3t")
        #expect(server.requests.first?.header("authorization") == "Basic mine")
        let request = try #require(other.requests.first)
        #expect(request.target == "/?a=b")
        #expect(request.header("authorization") == nil)
        #expect(request.header("cookie") == nil)
        #expect(request.header("x-mine") == "stays")
    }

    @Test func `another name or port of the same machine is another host`() async throws {
        let other = LoopbackServer { _ in .text("other port") }
        let server = LoopbackServer { request in
            .redirect(302, to: request.header("host")!.hasPrefix("127") ? "http://localhost:\(other.port)/" : "/")
        }
        let attached = SecretAttachment.header(name: "X-Key", value: Secret("s3cr3t"))
        _ = try await client.send(
            .to(server.origin).with {
                ($0.maxRedirects, $0.attachment) = (2, attached)
                $0.attachmentHosts = [HostPattern("127.0.0.1:\(server.port)")!]
            })
        #expect(server.requests.first?.header("x-key") == "s3cr3t")
        #expect(other.requests.first?.header("x-key") == nil)
    }

    @Test func `a redirect out of the declared hosts goes nowhere`() async throws {
        let other = LoopbackServer(on: "127.0.0.2") { _ in .text("") }
        let server = LoopbackServer { _ in .redirect(302, to: other.origin) }
        let error = try await client.failure(
            of: .to(server.origin).with {
                $0.maxRedirects = 1
                $0.allowedHosts = [HostPattern("127.0.0.1:\(server.port)")!]
            })
        #expect(error?.code == .hostNotDeclared)
        #expect(other.connections == 0)
    }

    @Test func `a redirect into a network that is not allowed goes nowhere`() async throws {
        let other = LoopbackServer(on: "127.0.0.2") { _ in .text("") }
        let server = LoopbackServer { _ in .redirect(302, to: other.origin) }
        let client = try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.1/32"))
        let error = try await client.failure(of: .to(server.origin).with { $0.maxRedirects = 1 })
        #expect(error?.code == .egressDenied)
        #expect(error?.mayHaveHadEffect == true)
        #expect(other.connections == 0)
    }

    @Test func `a large body of a redirect is not counted`() async throws {
        let server = LoopbackServer { request in
            request.path == "/"
                ? .reply(302, [("Location", "/end")], body: [UInt8](repeating: 0, count: 100_000)) : .text("end")
        }
        let response = try await client.send(.to(server.origin).with { ($0.maxRedirects, $0.maxBody) = (1, 10) })
        #expect(response.body == Array("end".utf8))
    }
}
