import PatchbayJSON
import Testing

@testable import ConnectorSDK

@Suite struct ManifestTests {
    @Test func `the manifest is made from the code`() throws {
        let manifest = sample.manifest
        #expect(manifest["id"] == "sample")
        #expect(manifest["abi"] == ["major": 1, "least_minor": 0])
        #expect(manifest["isolation"] == "runner")
        #expect(manifest["category"] == "issue_tracking")
        #expect(manifest["permissions"]?["hosts"] == ["api.example.com", ["setting": "base_url"], "*"])
        #expect(
            manifest["permissions"]?["credentials"]?[0]?["kinds"] == [
                ["kind": "bearer"], ["kind": "basic"],
                ["kind": "api_key", "in": "header", "name": "X-Key", "prefix": "Key "],
                ["kind": "api_key", "in": "query", "name": "key", "prefix": ""],
            ])
        #expect(manifest["settings"]?["properties"]?["base_url"]?["default"] == "https://api.example.com")
        #expect(manifest["operations"]?.array?.map { $0["id"] } == ["echo", "fail", "fetch", "wait"])
    }

    @Test func `a provider of tokens is declared with what is known of it`() {
        var connector = sample
        connector.credentials = [
            CredentialSlot(
                "account", title: "Account",
                kinds: [
                    .oauth2(
                        OAuthProvider(
                            authorizeURL: "https://a.example/authorize", tokenURL: "https://a.example/token",
                            revokeURL: "https://a.example/revoke", scopes: ["x"], authentication: .body)),
                    .oauth2(OAuthProvider()),
                ])
        ]
        #expect(
            connector.manifest["permissions"]?["credentials"]?[0]?["kinds"] == [
                [
                    "kind": "oauth2", "authorize_url": "https://a.example/authorize",
                    "token_url": "https://a.example/token", "revoke_url": "https://a.example/revoke", "scopes": ["x"],
                    "client_authentication": "body",
                ], ["kind": "oauth2"],
            ])
    }

    @Test func `a slot names the action that its credentials are tried with`() {
        #expect(sample.manifest["permissions"]?["credentials"]?[0]?["check"] == nil)
        var connector = sample
        connector.credentials[0].check = Wait.self
        #expect(connector.manifest["permissions"]?["credentials"]?[0]?["check"] == "wait")
    }

    @Test func `an operation has its schemas, effect, slot and examples`() throws {
        let fetch = try #require(sample.manifest["operations"]?[2])
        #expect(fetch["effect"] == "write")
        #expect(fetch["idempotent"] == false)
        #expect(fetch["timeout_ms"] == 5000)
        #expect(fetch["credential"] == "account")
        #expect(fetch["docs"] == "https://example.com/fetch")
        let echo = try #require(sample.manifest["operations"]?[0])
        #expect(echo["effect"] == "read")
        #expect(echo["idempotent"] == true)
        #expect(echo["timeout_ms"] == 30_000)
        #expect(echo["credential"] == nil)
        #expect(echo["examples"] == [["title": "A word", "input": ["text": "hello"]]])
        #expect(echo["input"]?["required"] == ["text"])
    }

    @Test(arguments: [
        ("SendMessage", "send_message"), ("SendDM", "send_dm"), ("messageTS", "message_ts"),
        ("HTTPStatus", "http_status"),
        ("id", "id"), ("baseURL", "base_url"), ("userID2", "user_id2"),
    ])
    func `names become snake case`(name: String, expected: String) {
        #expect(snakeCase(name) == expected)
    }
}
