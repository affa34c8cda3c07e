import PatchbayCore
import Testing

@testable import PatchbaySecurity

@Suite struct OAuthRulesTests {
    private let right = [
        "client_id": "id", "token_url": "https://a.example/token", "authorize_url": "https://a.example/authorize",
    ]

    private func pointers(_ more: [String: String?]) -> [String] {
        var fields = right
        for (name, value) in more { fields[name] = value }
        return OAuthRules.problems(of: fields.mapValues { Secret($0) }).map { "\($0.code) \($0.pointer)" }
    }

    @Test func `a client of either grant is in order`() {
        #expect(pointers([:]) == [])
        #expect(
            pointers(["grant": "client_credentials", "client_secret": "s", "authorize_url": nil, "scopes": "a b"]) == []
        )
        #expect(pointers(["client_authentication": "body", "revoke_url": "https://a.example/revoke?x=1"]) == [])
    }

    @Test func `words, scopes and what belongs together are checked`() {
        #expect(
            pointers(["grant": "implicit", "client_authentication": "jwt", "scopes": "a\"b"]) == [
                "invalid-field /fields/grant", "invalid-field /fields/client_authentication",
                "invalid-field /fields/scopes",
            ])
        #expect(pointers(["authorize_url": nil]) == ["missing-field /fields/authorize_url"])
        #expect(pointers(["grant": "client_credentials"]) == ["missing-field /fields/client_secret"])
    }

    @Test(arguments: [
        "https://a.example/token", "HTTPS://a.example", "http://127.0.0.1:8080/t", "http://[::1]:1/t",
        "http://localhost/t?x=1",
    ])
    func `secrets may be sent by TLS, and to this machine`(url: String) { #expect(OAuthRules.isURL(url)) }

    @Test(arguments: [
        "", "a.example", "http://a.example/t", "http://127.0.0.1.evil.example/", "http://localhost@evil.example/",
        "https://u:p@a.example/", "https://a.example/#f", "https://", "https:///x", "ftp://a.example", "https://a b",
        "https://a.example\\@evil.example/", "https://ä.example/", "http://[::1].evil.example/",
        "https://a.example/" + String(repeating: "x", count: 2_048),
    ])
    func `and to nobody else`(url: String) { #expect(!OAuthRules.isURL(url)) }
}
