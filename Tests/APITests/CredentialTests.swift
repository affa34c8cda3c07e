import HTTPTypes
import PatchbayJSON
import Testing

struct CredentialTests {
    private let api = TestAPI()
    private static let secret = "xoxb-hush-hush"

    private static let bearer: JSON = [
        "name": "team-slack", "kind": "bearer", "fields": ["token": .string(secret)], "connector": "echo",
        "hosts": ["echo.internal"], "settings": ["base_url": "https://echo.internal"],
    ]

    @Test func `a credential comes in and its secret never goes out`() async throws {
        let answers = try await api.test { client in
            [
                try await client.post("/api/v1/credentials", Self.bearer), try await client.get("/api/v1/credentials"),
                try await client.post("/api/v1/credentials", Self.bearer),
                try await client.delete("/api/v1/credentials/team-slack"),
            ]
        }
        #expect(answers.map(\.status) == [201, 200, 409, 204])
        #expect(answers[0].json["id"]?.string?.hasPrefix("cred_") == true)
        #expect(answers[1].json["items"]?[0]?["name"] == "team-slack")
        #expect(answers[1].json["items"]?[0]?["kind"] == "bearer")
        #expect(answers[1].json["items"]?[0]?["hosts"] == ["echo.internal"])
        #expect(answers[1].json["items"]?[0]?["fields"] == nil)
        #expect(answers[2].code == "CREDENTIAL_NAME_TAKEN")
        for answer in answers { #expect(!String(decoding: answer.bytes, as: UTF8.self).contains(Self.secret)) }
        #expect(!api.log.lines.contains { $0.contains(Self.secret) })
    }

    @Test func `a credential is deleted by name or by id, once`() async throws {
        let statuses = try await api.test { client in
            let first = try await client.post("/api/v1/credentials", Self.bearer)
            let byName = try await client.delete("/api/v1/credentials/team-slack")
            let second = try await client.post("/api/v1/credentials", Self.bearer)
            let byID = try await client.delete(second.headers[.location] ?? "")
            let again = try await client.delete(first.headers[.location] ?? "")
            return [byName, byID, again]
        }
        #expect(statuses.map(\.status) == [204, 204, 404])
        #expect(statuses[2].code == "CREDENTIAL_NOT_FOUND")
    }

    @Test func `everything wrong with a credential is told at once, and no value with it`() async throws {
        let hush = JSON.string(Self.secret)
        let bodies: [JSON] = [
            [:], ["name": "a", "kind": hush, "fields": ["token": hush]],
            ["name": "a", "kind": "bearer", "fields": ["tokne": hush]],
            ["name": "a", "kind": "bearer", "fields": hush],
            ["name": "a", "kind": "bearer", "fields": ["token": [hush]]],
            ["name": "a", "kind": "bearer", "fields": ["token": ""]],
            ["name": "a", "kind": "basic", "fields": ["username": "u"]],
            ["name": "a", "kind": "bearer", "fields": ["token": hush], "hosts": [7, hush]],
            ["name": "a", "kind": "bearer", "fields": ["token": hush], "value": hush],
            ["name": [hush], "kind": "bearer", "fields": ["token": hush]], [hush], hush,
        ]
        let answers = try await api.test { client in
            var answers: [TestClient.Answer] = []
            for body in bodies { answers.append(try await client.post("/api/v1/credentials", body)) }
            return answers
        }
        for (answer, body) in zip(answers, bodies) {
            #expect(answer.status == 400, "\(body.text)")
            #expect(answer.code == "VALIDATION_ERROR")
            #expect(!String(decoding: answer.bytes, as: UTF8.self).contains(Self.secret))
        }
        #expect(answers[0].problems == ["missing-member", "missing-member", "missing-member"])
        #expect(answers[2].problems == ["missing-field", "unknown-field"])
        #expect(!api.log.lines.contains { $0.contains(Self.secret) })
    }

    @Test func `a body that ends in the middle of a secret does not show it`() async throws {
        let text = "{\"name\": \"a\", \"kind\": \"bearer\", \"fields\": {\"token\": \"\(Self.secret)"
        let answer = try await api.test {
            try await $0.raw(
                .post, "/api/v1/credentials", headers: [.authorization: "Bearer \(TestAPI.key)"], body: Array(text.utf8)
            )
        }
        #expect(answer.code == "INVALID_JSON")
        #expect(!String(decoding: answer.bytes, as: UTF8.self).contains("xoxb"))
    }
}
