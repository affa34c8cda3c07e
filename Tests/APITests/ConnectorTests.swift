import PatchbayJSON
import Testing

struct ConnectorTests {
    private let api = TestAPI()

    @Test func `every connector version is listed, a refused one with its reason`() async throws {
        let answer = try await api.test { try await $0.get("/api/v1/connectors") }
        #expect(answer.status == 200)
        #expect(answer.json["items"]?.array?.map { $0["id"] } == ["broken", "echo", "echo"])
        let broken = answer.json["items"]?[0]
        #expect(broken?["state"] == "refused")
        #expect(
            broken?["refusal"]
                == ["code": "not-elf", "have": "a text file", "need": "a shared library", "hint": "Build it again."])
        let echo = answer.json["items"]?[1]
        #expect(echo?["version"] == "1.1.0")
        #expect(echo?["state"] == "available")
        #expect(echo?["refusal"] == .null)
        #expect(echo?["sha256"] == "ab")
    }

    @Test func `where a connector runs, what keeps it there, and why it is set aside are shown`() async throws {
        let (list, one) = try await api.test { client in
            (try await client.get("/api/v1/connectors"), try await client.get("/api/v1/connectors/echo"))
        }
        let isolation: JSON = [
            "mode": "runner", "enforced": ["landlock-files"], "missing": ["landlock-signals"], "runners": 2,
            "quarantine": "It ended 5 times within a minute.",
        ]
        #expect(list.json["items"]?[1]?["isolation"] == isolation)
        #expect(one.json["isolation"] == isolation)
        #expect(list.json["items"]?[0]?["isolation"] == .null)
    }

    @Test func `one connector shows operations, credentials and settings`() async throws {
        let answer = try await api.test { try await $0.get("/api/v1/connectors/echo") }
        #expect(answer.json["version"] == "1.1.0")
        #expect(answer.json["operations"]?[0]?["id"] == "say")
        #expect(answer.json["operations"]?[0]?["input"]?["required"] == ["text"])
        #expect(answer.json["credentials"]?[0]?["name"] == "token")
        #expect(answer.json["settings_schema"]?["type"] == "object")
        #expect(answer.json["license"] == "Apache-2.0")
    }

    @Test func `an older version is to be had by its number`() async throws {
        let (old, unknown, malformed) = try await api.test { client in
            (
                try await client.get("/api/v1/connectors/echo?version=1.0.0"),
                try await client.get("/api/v1/connectors/echo?version=9.0.0"),
                try await client.get("/api/v1/connectors/echo?version=newest")
            )
        }
        #expect(old.json["version"] == "1.0.0")
        #expect(unknown.status == 404)
        #expect(unknown.json["error"]?["details"]?["versions"] == ["1.1.0", "1.0.0"])
        #expect(malformed.problems == ["bad-parameter"])
    }

    @Test func `a refused connector is shown, without what its manifest would say`() async throws {
        let answer = try await api.test { try await $0.get("/api/v1/connectors/broken") }
        #expect(answer.status == 200)
        #expect(answer.json["operations"] == .null)
        #expect(answer.json["refusal"]?["code"] == "not-elf")
    }

    @Test func `an unknown connector is not found, with what was meant`() async throws {
        let answers = try await api.test { client in
            [
                try await client.get("/api/v1/connectors/ecko"),
                try await client.get("/api/v1/connectors/ecko/settings"),
                try await client.put("/api/v1/connectors/ecko/settings", [:]),
            ]
        }
        for answer in answers {
            #expect(answer.status == 404)
            #expect(answer.code == "CONNECTOR_NOT_FOUND")
            #expect(answer.json["error"]?["details"]?["suggestion"] == "echo")
        }
    }

    @Test func `settings are empty until somebody sets them`() async throws {
        let (before, set, after) = try await api.test { client in
            let path = "/api/v1/connectors/echo/settings"
            return (
                try await client.get(path), try await client.put(path, ["base_url": "https://echo.internal"]),
                try await client.get(path)
            )
        }
        #expect(before.json == [:])
        #expect(set.status == 200)
        #expect(after.json == ["base_url": "https://echo.internal"])
    }

    @Test(arguments: [["base_url": 7], ["base_uri": "https://x"], []] as [JSON])
    func `settings that the schema does not allow are refused`(settings: JSON) async throws {
        let (answer, after) = try await api.test { client in
            let path = "/api/v1/connectors/echo/settings"
            return (try await client.put(path, settings), try await client.get(path))
        }
        #expect(answer.status == 400)
        #expect(answer.code == "VALIDATION_ERROR")
        #expect(after.json == [:])
    }

    @Test func `settings of a connector that cannot be used cannot be set`() async throws {
        let answer = try await api.test { try await $0.put("/api/v1/connectors/broken/settings", [:]) }
        #expect(answer.status == 409)
        #expect(answer.code == "CONNECTOR_REFUSED")
    }
}
