import PatchbayExpressions
import PatchbayJSON
import Testing

/// The expressions of the product's requirements, word for word.
struct TemplateExamplesTests {
    private let context: JSON = [
        "trigger": [
            "kind": "webhook",
            "payload": [
                "user": ["email": "ada@example.com"], "priority": "high", "items": [["name": "a"], ["name": "b"]],
                "data": "secret text",
            ],
        ],
        "steps": ["http_request": ["output": ["status": 200, "body": ["id": 7]]]],
        "env": ["SLACK_CHANNEL": "#deployments"], "credentials": ["github_token": "ghp_0123456789"],
        "now": "2026-01-12T10:05:00Z",
    ]

    /// The digest is none; it is enough that different seeds give different bytes.
    private static let surroundings = Surroundings(
        seed: Array(0..<32),
        digest: { _, bytes in (0..<32).map { place in bytes.reduce(UInt8(place)) { $0 &* 31 &+ $1 } } })

    private func value(_ template: String) -> JSON? {
        let answer = TemplateLine.answer(
            ["template": .string(template), "context": context], surroundings: Self.surroundings)
        return answer["value"] ?? answer["error"]
    }

    @Test(
        arguments: [
            ("{{trigger.payload.user.email}}", "ada@example.com"), ("{{steps.http_request.response.body.id}}", 7),
            (#"{{trigger.payload.priority == "high" ? "urgent" : "normal"}}"#, "urgent"),
            ("{{trigger.payload.items.map(i => i.name)}}", ["a", "b"]), ("{{env.SLACK_CHANNEL}}", "#deployments"),
            ("{{now()}}", "2026-01-12T10:05:00Z"), ("{{base64Encode(trigger.payload.data)}}", "c2VjcmV0IHRleHQ="),
        ] as [(String, JSON)])
    func `the requirements' examples give what they say`(template: String, result: JSON) {
        #expect(value(template) == result)
    }

    @Test func `a credential is a handle, and its secret is nowhere`() {
        let value = value("{{credentials.github_token}}")
        #expect(value == ["$credential": "github_token"])
        #expect(value?.text.contains("ghp_") == false)
    }

    @Test func `every uuid is another, of version 4`() throws {
        let answer = value("{{uuid()}} {{uuid()}}")
        let pair = try #require(answer?.string).split(separator: " ").map(String.init)
        #expect(pair.count == 2 && pair[0] != pair[1])
        for text in pair {
            let parts = text.split(separator: "-").map(\.count)
            #expect(parts == [8, 4, 4, 4, 12])
            #expect(Array(text)[14] == "4")
            #expect("89ab".contains(Array(text)[19]))
        }
    }
}
