import HTTPTypes
import PatchbayJSON
import Testing

struct HealthTests {
    private let api = TestAPI()

    @Test func `a living process says so without a key`() async throws {
        let answer = try await api.test { try await $0.raw(.get, "/healthz") }
        #expect(answer.status == 200)
        #expect(answer.json == ["status": "ok"])
    }

    @Test func `readiness is the database's`() async throws {
        var api = api
        let up = try await api.test { try await $0.raw(.get, "/readyz") }
        #expect(up.status == 200)
        api.isReady = false
        let down = try await api.test { try await $0.raw(.get, "/readyz") }
        #expect(down.status == 503)
        #expect(down.code == "NOT_READY")
        #expect(try await api.test { try await $0.raw(.get, "/healthz") }.status == 200)
    }

    @Test func `the root points to the API`() async throws {
        let answer = try await api.test { try await $0.raw(.get, "/") }
        #expect(answer.json["api"] == "/api/v1")
        #expect(answer.json["version"] == "1.2.3")
    }

    @Test func `over a socket a HEAD that fails has no body either, and the connection lives on`() async throws {
        let (failed, next) = try await api.testLive { client in
            (try await client.raw(.head, "/nowhere"), try await client.raw(.get, "/healthz"))
        }
        #expect(failed.status == 404)
        #expect(failed.bytes.isEmpty)
        #expect(next.json == ["status": "ok"])
    }

    @Test func `over a socket a HEAD has the headers and no body`() async throws {
        let answer = try await api.testLive { try await $0.raw(.head, "/healthz") }
        #expect(answer.status == 200)
        #expect(answer.bytes.isEmpty)
    }
}
