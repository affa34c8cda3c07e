import OpenIDFixture
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbaySecurity

struct OpenIDProviderTests {
    private let clock = FixedTime()
    private let script: ScriptedProvider

    init() { script = ScriptedProvider(clock: clock) }

    private func provider(secret: String? = "s3cret /:&") -> OpenIDProvider {
        OpenIDProvider(
            OpenIDSettings(
                id: "corp", title: "Corp", issuer: "https://id.example.com", clientID: "patchbay",
                clientSecret: secret.map { Secret($0) }),
            publicURL: "https://flows.example.com/", web: script, clock: clock)
    }

    /// From the question to the person, as a browser carries it.
    private func signIn(
        by provider: OpenIDProvider, issuer: String? = nil, answering other: OpenIDQuestion? = nil
    ) async throws -> VouchedPerson {
        let question = OpenIDQuestion(provider: "corp", askedAt: clock.now)
        let (code, state) = script.visit(try await provider.address(asking: question))
        #expect(question.isAnswered(by: state))
        return try await provider.person(answering: other ?? question, code: code, issuer: issuer)
    }

    private func failure(_ body: () async throws -> Void) async -> OpenIDFailure? {
        do {
            try await body()
            return nil
        } catch {
            return error as? OpenIDFailure
        }
    }

    @Test func `a person is who the provider says`() async throws {
        let person = try await signIn(by: provider())
        #expect(person.identity == ExternalIdentity(issuer: "https://id.example.com", subject: "person-1"))
        #expect(person.email == "ann@example.com" && person.name == "Ann")
        let requests = script.state.withLock { $0.requests }
        #expect(requests.map(\.method) == ["GET", "POST", "GET"])
        let authorization = requests[1].headers.first { $0.name == "Authorization" }?.value
        #expect(authorization == "Basic " + Base64.text(Array("patchbay:s3cret%20%2F%3A%26".utf8)))
        #expect(!String(decoding: requests[1].body, as: UTF8.self).contains("s3cret"))
        #expect(requests.allSatisfy { $0.timeout <= 10_000 && $0.maxBody <= 256 << 10 })
    }

    @Test func `the browser is sent there with a question that nobody can guess`() async throws {
        let provider = provider()
        let question = OpenIDQuestion(provider: "corp", askedAt: clock.now)
        let address = try await provider.address(asking: question)
        #expect(
            address.hasPrefix("https://id.example.com/authorize?response_type=code&client_id=patchbay&redirect_uri="))
        #expect(address.contains("https%3A%2F%2Fflows.example.com%2Fapi%2Fv1%2Fauth%2Foidc%2Fcorp%2Fcallback"))
        #expect(address.contains("&code_challenge_method=S256") && !address.contains(question.verifier))
        #expect(
            question.state.utf8.count == 43 && question.verifier.utf8.count == 43 && question.nonce != question.state)
        #expect(OpenIDQuestion(provider: "corp", askedAt: clock.now).state != question.state)
        script.state.withLock { $0.metadata["authorization_endpoint"] = "https://id.example.com/authorize?tenant=a" }
        #expect(try await self.provider().address(asking: question).contains("/authorize?tenant=a&response_type=code"))
    }

    @Test func `secrets are sent as the provider wants them, and public clients have none`() async throws {
        script.state.withLock { $0.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"] }
        _ = try await signIn(by: provider())
        #expect(
            String(decoding: script.state.withLock { $0.requests[1].body }, as: UTF8.self).contains("client_secret=s3"))
        _ = try await signIn(by: provider(secret: nil))
        let last = script.state.withLock { $0.requests.last { $0.method == "POST" } }
        #expect(last?.headers.contains { $0.name == "Authorization" } == false)
        #expect(last.map { String(decoding: $0.body, as: UTF8.self).contains("client_id=patchbay") } == true)
    }

    @Test func `an answer is good for its own question only, and once`() async throws {
        let provider = provider()
        let question = OpenIDQuestion(provider: "corp", askedAt: clock.now)
        let (code, _) = script.visit(try await provider.address(asking: question))
        // Somebody else's browser has another verifier, and another nonce.
        let other = OpenIDQuestion(provider: "corp", askedAt: clock.now)
        #expect(
            await failure { _ = try await provider.person(answering: other, code: code, issuer: nil) }?.code == .refused
        )
        #expect(
            await failure { _ = try await provider.person(answering: question, code: code, issuer: nil) }?.message
                == "the provider did not take the code: invalid_grant")
        #expect(await failure { _ = try await provider.person(answering: question, code: "", issuer: nil) } != nil)
        script.state.withLock { $0.claims = ["nonce": "another"] }
        #expect(await failure { _ = try await signIn(by: provider) }?.message.hasSuffix("(nonce)") == true)
    }

    @Test func `a new key of the provider is fetched, once for all who need it`() async throws {
        let provider = provider()
        _ = try await signIn(by: provider)
        script.state.withLock { $0.keys = [TokenKey(id: "second"), $0.keys[0]] }
        clock.advance(by: 31_000)
        try await withThrowingTaskGroup(of: VouchedPerson.self) { group in
            for _ in 0..<8 { group.addTask { try await signIn(by: provider) } }
            for try await person in group { #expect(person.identity.subject == "person-1") }
        }
        #expect(script.state.withLock { $0.counts["/jwks"] } == 2)
        #expect(script.state.withLock { $0.counts["/.well-known/openid-configuration"] } == 1)
    }

    @Test func `made-up keys do not make the host ask on and on`() async throws {
        let provider = provider()
        _ = try await signIn(by: provider)
        clock.advance(by: 31_000)
        script.state.withLock { $0.header = ["kid": "made-up"] }
        for _ in 0..<5 { #expect(await failure { _ = try await signIn(by: provider) }?.code == .token) }
        #expect(script.state.withLock { $0.counts["/jwks"] } == 2)
        clock.advance(by: 30_000)
        #expect(await failure { _ = try await signIn(by: provider) }?.code == .token)
        #expect(script.state.withLock { $0.counts["/jwks"] } == 3)
        // The known one is still known.
        script.state.withLock { $0.header = [:] }
        #expect(try await signIn(by: provider).name == "Ann")
    }

    @Test func `a key that the provider has withdrawn counts for an hour at most`() async throws {
        let provider = provider()
        _ = try await signIn(by: provider)
        let withdrawn = script.state.withLock { $0.keys[0] }
        script.state.withLock { $0.answers["/jwks"] = WebAnswer(status: 200, body: JSON.object(["keys": []]).bytes()) }
        #expect(throws: Never.self) { try withdrawn.token([:]) }
        clock.advance(by: 3_600_000)
        #expect(await failure { _ = try await signIn(by: provider) }?.code == .token)
    }

    @Test func `addresses count when they are verified, and are asked for where the token has none`() async throws {
        script.state.withLock { $0.person = ["sub": "p", "email": "Ann@Example.com", "email_verified": "true"] }
        #expect(try await signIn(by: provider()).email == "ann@example.com")
        for wrong in [false, "false", 1, .null] as [JSON] {
            script.state.withLock { $0.claims = ["email_verified": wrong] }
            #expect(try await signIn(by: provider()).email == nil)
        }
        script.state.withLock {
            $0.person = ["sub": "p", "email": "ann@example.com", "email_verified": true, "name": "Ann\u{7}"]
            $0.claims = ["email": .null]
        }
        let person = try await signIn(by: provider())
        #expect(person.email == "ann@example.com" && person.name == "Ann")
        script.state.withLock {
            $0.answers["/userinfo"] = WebAnswer(
                status: 200,
                body: JSON.object(["sub": "q", "email": "bob@example.com", "email_verified": true]).bytes())
        }
        #expect(
            await failure { _ = try await signIn(by: provider()) }?.message
                == "the provider tells of somebody else (sub)")
    }

    @Test(arguments: [.null, "", 7, .string(String(repeating: "x", count: 256)), "a\u{0}b"] as [JSON])
    func `nobody is signed in without a name that lasts`(subject: JSON) async throws {
        script.state.withLock { $0.claims = ["sub": subject] }
        #expect(await failure { _ = try await signIn(by: provider()) }?.code == .token)
    }

    @Test(
        arguments: [
            ("issuer", "https://evil.example.com"), ("issuer", .null), ("token_endpoint", .null),
            ("token_endpoint", "http://id.example.com/token"), ("token_endpoint", "file:///etc/passwd"),
            ("jwks_uri", "http://localhost/jwks"), ("authorization_endpoint", "javascript:alert(1)"),
            ("authorization_endpoint", "https://id.example.com/a#b"), ("userinfo_endpoint", 7),
        ] as [(String, JSON)])
    func `a document that is not the provider's own is refused`(member: String, value: JSON) async throws {
        script.state.withLock { $0.metadata[member] = value }
        #expect(await failure { _ = try await signIn(by: provider()) }?.code == .provider)
    }

    @Test func `a provider that fails is asked again, but not at once`() async throws {
        let provider = provider()
        let document = "/.well-known/openid-configuration"
        let answers = [
            WebAnswer(status: 500), WebAnswer(status: 200, body: Array("<html>".utf8)),
            WebAnswer(status: 302, headers: [("location", "https://evil.example.com")]),
            WebAnswer(status: 200, body: Array("[]".utf8)),
        ]
        for (index, answer) in answers.enumerated() {
            script.state.withLock { $0.answers[document] = answer }
            for _ in 0..<3 { #expect(await failure { _ = try await signIn(by: provider) }?.code == .provider) }
            #expect(script.state.withLock { $0.counts[document] } == index + 1)
            clock.advance(by: 3_000)
        }
        script.state.withLock { $0.answers = [:] }
        #expect(try await signIn(by: provider).name == "Ann")
        for answer in answers {
            script.state.withLock { $0.answers = ["/token": answer] }
            #expect(await failure { _ = try await signIn(by: provider) } != nil)
        }
        let hostile = JSON.object(["error": "<script>alert(1)</script>"]).bytes()
        script.state.withLock { $0.answers = ["/token": WebAnswer(status: 400, body: hostile)] }
        #expect(await failure { _ = try await signIn(by: provider) }?.message.contains("script") == false)
    }

    @Test func `an answer may have to say whose it is`() async throws {
        #expect(try await signIn(by: provider(), issuer: "https://id.example.com").name == "Ann")
        #expect(
            await failure { _ = try await signIn(by: provider(), issuer: "https://evil.example.com") }?.code == .refused
        )
        script.state.withLock { $0.metadata["authorization_response_iss_parameter_supported"] = true }
        #expect(await failure { _ = try await signIn(by: provider()) }?.code == .refused)
    }
}

struct OpenIDQuestionTests {
    private let key = SealingKey()
    private let now = Timestamp(milliseconds: 1_768_212_300_000)

    @Test func `a browser carries the question and cannot read or change it`() throws {
        let question = OpenIDQuestion(provider: "corp", askedAt: now, returnPath: "/a?b", account: .new(at: now))
        let sealed = try question.sealed(with: key)
        #expect(OpenIDQuestion(sealed: sealed, with: key, at: now) == question)
        #expect(!sealed.contains(question.state) && !sealed.contains(question.verifier))
        #expect(OpenIDQuestion(sealed: sealed, with: SealingKey(), at: now) == nil)
        #expect(OpenIDQuestion(sealed: sealed, with: key, at: now + 599_999) != nil)
        #expect(OpenIDQuestion(sealed: sealed, with: key, at: now + 600_000) == nil)
        #expect(OpenIDQuestion(sealed: sealed, with: key, at: now + -61_000) == nil)
        for wrong in ["", "x", String(sealed.dropLast()), sealed + "A", String(repeating: "A", count: 5_000)] {
            #expect(OpenIDQuestion(sealed: wrong, with: key, at: now) == nil)
        }
    }
}

struct OpenIDSettingsTests {
    @Test func `a provider speaks for the domains that the operator names`() {
        var settings = OpenIDSettings(
            id: "a", title: "A", issuer: "https://a", clientID: "c", clientSecret: nil, domains: ["Example.com"])
        #expect(settings.speaks(for: "ann@example.com"))
        #expect(!settings.speaks(for: "ann@evil-example.com") && !settings.speaks(for: "ann@sub.example.com"))
        #expect(!settings.speaks(for: "example.com"))
        settings.domains = ["*"]
        #expect(settings.speaks(for: "bob@elsewhere.example"))
        settings.domains = []
        #expect(!settings.speaks(for: "ann@example.com"))
    }

    @Test(
        arguments: [
            ("https://id.example.com", true), ("http://localhost:9400", true), ("http://127.0.0.1", true),
            ("http://[::1]:1/x", true), ("http://id.example.com", false), ("http://localhost.evil.com", false),
            ("http://localhost@evil.com", false), ("http://127.0.0.1.evil.com/", false), ("ftp://localhost", false),
            ("", false),
        ])
    func `secrets leave this machine by TLS only`(url: String, isSafe: Bool) {
        #expect(OpenIDSettings.isSafe(url) == isSafe)
    }
}
