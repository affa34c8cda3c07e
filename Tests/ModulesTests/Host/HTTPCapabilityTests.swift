import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Synchronization
import Testing

@testable import PatchbayModules

/// The fixture's requests, through the real client, to a real server.
@Suite(.bothIsolations, .timeLimit(.minutes(5))) struct HTTPCapabilityTests {
    private let bench: Workbench
    private let client: OutboundClient

    init() throws {
        bench = try Workbench(grace: .milliseconds(50))
        client = try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.0/8"))
    }

    private func invoker(
        hosts: [JSON], credentials: Credentials = Credentials(), settings: JSON = [:]
    ) async throws -> ModuleInvoker {
        try bench.install(CConnector(manifest: FixtureManifest.declared(hosts: hosts)))
        return bench.invoker(await bench.registry(), outbound: client, credentials: credentials, settings: settings)
    }

    private func host(_ server: LoopbackServer) -> JSON { .string("127.0.0.1:\(server.port)") }

    private func failure(_ invoker: ModuleInvoker, _ call: OperationCall) async throws -> OperationFailure {
        do {
            let result = try await invoker.invoke(call)
            throw Missing(what: "a failure; there is \(result.output.text)")
        } catch let failure as OperationFailure {
            return failure
        }
    }

    @Test func `a request goes out and its answer comes back`() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("hello") }
        let result = try await invoker(hosts: [host(server)]).invoke(
            .fixture("request", ["url": .string(server.url), "headers": "X-One: 1"]))
        #expect(result.output == ["status": 200, "body": "hello"])
        #expect(server.heads.count == 1)
        #expect(server.heads[0].hasPrefix("GET /path HTTP/1.1\r\n"))
        #expect(server.heads[0].contains("X-One: 1\r\n"))
    }

    @Test func `a status of 400 and above is an answer`() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("no", status: "503 Service Unavailable") }
        let result = try await invoker(hosts: [host(server)]).invoke(.fixture("request", ["url": .string(server.url)]))
        #expect(result.output == ["status": 503, "body": "no"])
    }

    @Test func `a token that the vendor refuses is renewed once, and what it was for is done`() async throws {
        let server = try LoopbackServer { head in
            head.contains("Authorization: Bearer second-t0ken\r\n")
                ? LoopbackServer.answer("done") : LoopbackServer.answer("", status: "498 Token Expired")
        }
        try bench.install(CConnector(manifest: FixtureManifest.declared(hosts: [host(server)])))
        let registry = await bench.registry()
        func invoker(_ source: RenewedCredential) -> ModuleInvoker {
            ModuleInvoker(
                registry: registry, outbound: client, credentials: source, settings: Settings(settings: [:]))
        }
        let call = OperationCall.fixture(
            "request_with_credential", ["url": .string(server.url), "slot": "key"], credential: "mine")
        let source = RenewedCredential(["second-t0ken"])
        #expect(try await invoker(source).invoke(call).output == ["status": 200, "body": "done"])
        #expect(source.left == 0)
        #expect(server.heads.count == 2)
        // Another one that is refused too, and then none.
        let useless = RenewedCredential(["third-t0ken", "fourth-t0ken"])
        #expect(try await failure(invoker(useless), call).code == .authExpired)
        #expect(useless.left == 1)
        #expect(try await failure(invoker(RenewedCredential([])), call).code == .authExpired)
        #expect(server.heads.count == 5)
    }

    @Test(arguments: [
        (CredentialKind.bearer, ["token": "t0ps3cret"], "Authorization: Bearer t0ps3cret"),
        (.basic, ["username": "ada", "password": "t0ps3cret"], "Authorization: Basic YWRhOnQwcHMzY3JldA=="),
        (.apiKey, ["key": "t0ps3cret"], "X-Key: k t0ps3cret"),
    ]) func `the host attaches the secret, and masks it wherever it comes back`(
        kind: CredentialKind, fields: [String: String], header: String
    ) async throws {
        let server = try LoopbackServer { head in
            let line = head.split(separator: "\r\n").first { $0.hasPrefix("Authorization") || $0.hasPrefix("X-Key") }
            return LoopbackServer.answer("you sent \(line ?? "nothing")")
        }
        let invoker = try await invoker(hosts: [host(server)], credentials: .one(kind, fields))
        let result = try await invoker.invoke(
            .fixture("request_with_credential", ["url": .string(server.url), "slot": "key"], credential: "mine"))
        #expect(server.heads[0].contains(header + "\r\n"))
        let body = try #require(result.output["body"]?.string)
        #expect(body.contains(Redaction.mask), "\(body)")
        #expect(!body.contains("t0ps3cret") && !body.contains("YWRhOnQwcHMzY3JldA"))
    }

    @Test func `a key may go into the query`() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("ok") }
        var document = FixtureManifest.declared(hosts: [host(server)]).object ?? [:]
        var permissions = document["permissions"]?.object ?? [:]
        permissions["credentials"] = [
            [
                "name": "key", "title": "Key", "access": "inject",
                "kinds": [["kind": "api_key", "in": "query", "name": "api_key"]],
            ]
        ]
        document["permissions"] = .object(permissions)
        try bench.install(CConnector(manifest: .object(document)))
        let invoker = bench.invoker(
            await bench.registry(), outbound: client, credentials: .one(.apiKey, ["key": "t0ps3cret"]))
        _ = try await invoker.invoke(
            .fixture("request_with_credential", ["url": .string(server.url), "slot": "key"], credential: "mine"))
        #expect(server.heads[0].hasPrefix("GET /path?api_key=t0ps3cret HTTP/1.1"))
    }

    @Test func `without naming the slot nothing is attached`() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("ok") }
        let invoker = try await invoker(hosts: [host(server)], credentials: .one(.bearer, ["token": "t0ps3cret"]))
        _ = try await invoker.invoke(
            .fixture("request_with_credential", ["url": .string(server.url)], credential: "mine"))
        #expect(!server.heads[0].contains("t0ps3cret"))
    }

    @Test func `a slot that the call has no credential for is denied, with a line in the log`() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("ok") }
        let invoker = try await invoker(hosts: [host(server)], credentials: .one(.bearer, ["token": "t0ps3cret"]))
        for (operation, slot, credential) in [
            ("request", "key", nil), ("request_with_credential", "other", "mine"),
        ] as [(String, JSON, String?)] {
            let failure = try await failure(
                invoker, .fixture(operation, ["url": .string(server.url), "slot": slot], credential: credential))
            #expect(failure.message == "send answered -4")
            #expect(failure.log.first?.level == .warning)
            #expect(failure.log.first?.message.contains("the credential slot `\(slot.string ?? "")`") == true)
        }
        #expect(server.heads.isEmpty)
    }

    @Test func `a host that is not declared is denied`() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("ok") }
        let failure = try await failure(
            invoker(hosts: ["example.com"]), .fixture("request", ["url": .string(server.url)]))
        #expect(failure.message == "send answered -4")
        #expect(failure.log.first?.message.contains("127.0.0.1") == true)
        #expect(server.heads.isEmpty)
    }

    @Test func `a setting's host is declared by its value`() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("ok") }
        let hosts: [JSON] = [["setting": "base_url"]]
        let invoker = try await invoker(hosts: hosts, settings: ["base_url": .string(server.url)])
        let result = try await invoker.invoke(.fixture("request", ["url": .string(server.url)]))
        #expect(result.output["status"] == 200)
    }

    @Test func `where every host is declared the secret goes only where its record says`() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("ok") }
        let call = OperationCall.fixture(
            "request_with_credential", ["url": .string(server.url), "slot": "key"], credential: "mine")
        let failure = try await failure(invoker(hosts: ["*"], credentials: .one(.bearer, ["token": "t0ps3cret"])), call)
        #expect(failure.message == "send answered -4")
        #expect(failure.log.first?.message.contains("`hosts`") == true)
        #expect(server.heads.isEmpty)

        let allowed = Credentials.one(.bearer, ["token": "t0ps3cret"], hosts: ["127.0.0.1:\(server.port)"])
        _ = try await invoker(hosts: ["*"], credentials: allowed).invoke(call)
        #expect(server.heads.count == 1 && server.heads[0].contains("Bearer t0ps3cret"))
    }

    @Test(arguments: ["", "nonsense", "ftp://127.0.0.1/", "http://user:pass@127.0.0.1/"])
    func `a malformed address is invalid`(url: String) async throws {
        let failure = try await failure(invoker(hosts: ["*"]), .fixture("request", ["url": .string(url)]))
        #expect(failure.message == "send answered -2")
        #expect(failure.log.first?.message.contains("malformed") == true)
    }

    @Test(arguments: ["no colon", "Bad Name: x", "X: a\u{1}b", "Host: evil"])
    func `a malformed header is invalid`(header: String) async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("ok") }
        let input: JSON = ["url": .string(server.url), "headers": .string(header)]
        // The fixture reads its input as text, so control characters arrive escaped; those are refused by name instead.
        let result = try? await invoker(hosts: [host(server)]).invoke(.fixture("request", input))
        #expect(result == nil || header.contains("\u{1}"))
    }

    @Test func `nobody listens`() async throws {
        let port: UInt16
        do { port = try LoopbackServer { _ in nil }.port }
        let failure = try await failure(
            invoker(hosts: [.string("127.0.0.1:\(port)")]),
            .fixture("request", ["url": .string("http://127.0.0.1:\(port)/")]))
        #expect(failure.code == .unavailable)
    }

    @Test func `a network that the operator has not allowed`() async throws {
        let strict = try OutboundClient(policy: EgressPolicy())
        let server = try LoopbackServer { _ in LoopbackServer.answer("ok") }
        try bench.install(CConnector(manifest: FixtureManifest.declared(hosts: [host(server)])))
        let invoker = bench.invoker(await bench.registry(), outbound: strict)
        let failure = try await failure(invoker, .fixture("request", ["url": .string(server.url)]))
        #expect(failure.code == .config)
        #expect(failure.message.contains("loopback"))
    }

    @Test func `an aborted request ends with cancelled`() async throws {
        let server = try LoopbackServer { _ in nil }
        let failure = try await failure(
            invoker(hosts: [host(server)]), .fixture("request_and_abort", ["url": .string(server.url)]))
        #expect(failure.code == .cancelled)
    }

    @Test func `a request ends with its call`() async throws {
        let server = try LoopbackServer { _ in nil }
        let invoker = try await invoker(hosts: [host(server)])
        let result = try await invoker.invoke(.fixture("request_and_leave", ["url": .string(server.url)]))
        #expect(result.output == ["left": true])
        // The fixture's reply then completes a call that is over, which the host answers with PB_STALE.
        let failure = try await failure(invoker, .fixture("request", ["url": .string(server.url)], milliseconds: 60))
        #expect(failure.code == .timeout || failure.code == .cancelled)
        #expect(bench.calls.count == 0)
    }
}

/// A credential of OAuth 2.0 whose first token is over, and others that come one after the other.
private final class RenewedCredential: CredentialSource {
    private let tokens: Mutex<[String]>

    init(_ tokens: [String]) { self.tokens = Mutex(tokens) }

    var left: Int { tokens.withLock { $0.count } }

    func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? {
        Credentials.one(.oauth2, ["token": "first-t0ken"]).grants["mine"]
    }

    func renewed(_ grant: CredentialGrant) async throws -> CredentialGrant? {
        let token = tokens.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let token else { return nil }
        return Credentials.one(.oauth2, ["token": token]).grants["mine"]
    }
}
