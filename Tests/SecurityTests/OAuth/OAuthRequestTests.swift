import PatchbayCore
import Testing

@testable import PatchbaySecurity

@Suite struct OAuthRequestTests {
    private func client(_ more: [String: String] = [:]) -> OAuthClient {
        let fields = [
            "client_id": "id", "client_secret": "s3cret", "token_url": "https://a.example/token",
            "authorize_url": "https://a.example/authorize", "revoke_url": "https://a.example/revoke",
            "scopes": "chat:write  im:write",
        ].merging(more) { $1 }
        return OAuthClient(fields.mapValues { Secret($0) })!
    }

    private func body(_ request: WebRequest?) -> String { String(decoding: request?.body ?? [], as: UTF8.self) }

    private func authorization(_ request: WebRequest?) -> String? {
        request?.headers.first { $0.name == "Authorization" }?.value
    }

    /// RFC 7636, appendix B.
    @Test func `the challenge is that of the RFC's example`() {
        let proof = CodeProof(verifier: Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        #expect(proof.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func `every proof is another, of the length and the letters that the RFC wants`() {
        let proofs = (0..<50).map { _ in CodeProof().verifier.reveal() }
        #expect(Set(proofs).count == 50)
        let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(proofs.allSatisfy { $0.count == 43 && $0.allSatisfy(letters.contains) })
    }

    @Test func `the browser is sent with everything encoded`() {
        let proof = CodeProof(verifier: Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        let url = client(["client_id": "a b&c"]).authorizationURL(
            redirect: "https://h.example/oauth/callback", state: Secret("st"), proof: proof)
        #expect(
            url == "https://a.example/authorize?response_type=code&client_id=a%20b%26c"
                + "&redirect_uri=https%3A%2F%2Fh.example%2Foauth%2Fcallback&scope=chat%3Awrite%20im%3Awrite&state=st"
                + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256")
    }

    @Test func `a query that the URL has already stays, and no scope is none`() throws {
        let url = try #require(
            client(["authorize_url": "https://a.example/authorize?tenant=1", "scopes": ""]).authorizationURL(
                redirect: "r", state: Secret("s"), proof: CodeProof()))
        #expect(url.hasPrefix("https://a.example/authorize?tenant=1&response_type=code&"))
        #expect(!url.contains("scope="))
    }

    @Test func `a client proves who it is by Basic, with both parts encoded`() {
        let request = client(["client_id": "a:b", "client_secret": "p%ss w"]).tokenRequest(.refresh(Secret("r/t")))
        #expect(body(request) == "grant_type=refresh_token&refresh_token=r%2Ft")
        // a%3Ab:p%25ss%20w
        #expect(authorization(request) == "Basic YSUzQWI6cCUyNXNzJTIwdw==")
        #expect(request.url == "https://a.example/token")
        #expect(request.method == "POST")
    }

    @Test func `or as fields of the form, or not at all`() {
        let inBody = client(["client_authentication": "body"]).tokenRequest(.itself)
        #expect(
            body(inBody) == "grant_type=client_credentials&scope=chat%3Awrite%20im%3Awrite&client_id=id"
                + "&client_secret=s3cret")
        #expect(authorization(inBody) == nil)
        var open = client()
        open.secret = nil
        let code = open.tokenRequest(
            .code(Secret("c"), redirect: "https://h/cb", proof: CodeProof(verifier: Secret("v"))))
        #expect(
            body(code)
                == "grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fh%2Fcb&code_verifier=v&client_id=id"
        )
        #expect(authorization(code) == nil)
    }

    @Test func `a token is taken back where that is known`() {
        let request = client().revocation(of: Secret("t"), hint: "refresh_token")
        #expect(request?.url == "https://a.example/revoke")
        #expect(body(request) == "token=t&token_type_hint=refresh_token")
        var silent = client()
        silent.revokeURL = nil
        #expect(silent.revocation(of: Secret("t"), hint: "refresh_token") == nil)
    }

    @Test func `what is missing or unknown makes no client`() {
        #expect(OAuthClient(["client_id": Secret("a")]) == nil)
        #expect(OAuthClient(["client_id": Secret("a"), "token_url": Secret("b"), "grant": Secret("magic")]) == nil)
        let least = OAuthClient(["client_id": Secret("a"), "token_url": Secret("b")])
        #expect(least?.grant == .authorizationCode)
        #expect(least?.authentication == .basic)
        #expect(least?.scopes == [])
        #expect(least?.authorizationURL(redirect: "r", state: Secret("s"), proof: CodeProof()) == nil)
    }
}
