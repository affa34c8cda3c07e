import HTTPTypes
import HummingbirdTesting
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbayAPI

struct RateLimitTests {
    private var api = TestAPI()

    init() { api.rateLimits = RateLimits([.api: 40, .execute: 2, .webhook: 3, .credentials: 5]) }

    private func standing(_ answer: TestClient.Answer) -> [String?] {
        [.limit, .remaining].map { answer.headers[$0] }
    }

    @Test func `every answer of a limited route tells how its sender stands`() async throws {
        let reset = (api.clock.now.milliseconds / 60_000 + 1) * 60
        try await api.test { client in
            let first = try await client.get("/api/v1/workflows")
            #expect(standing(first) == ["40", "39"])
            #expect(first.headers[.reset] == String(reset))
            let missing = try await client.get("/api/v1/workflows/wf_none")
            #expect(missing.status == 404)
            #expect(standing(missing) == ["40", "38"])
            let bad = try await client.get("/api/v1/workflows?colour=red")
            #expect(standing(bad) == ["40", "37"])
            let other = try await client.get("/api/v1/credentials")
            #expect(standing(other) == ["5", "4"])
            for path in ["/healthz", "/", "/nowhere"] {
                let found1 = try await standing(client.get(path))
                #expect(found1 == [nil, nil])
            }
        }
    }

    @Test func `who has made too many is told when to come again, and may then`() async throws {
        try await api.test { client in
            for _ in 0..<5 {
                let found2 = try await client.get("/api/v1/credentials").status
                #expect(found2 == 200)
            }
            let refused = try await client.get("/api/v1/credentials")
            #expect(refused.status == 429)
            #expect(refused.code == "RATE_LIMITED")
            #expect(standing(refused) == ["5", "0"])
            let seconds = try #require(refused.headers[.retryAfter].flatMap { Int64($0) })
            #expect((1...60).contains(seconds))
            #expect(refused.json["error"]?["details"]?["retry_after_seconds"] == .int(seconds))
            #expect(refused.json["error"]?["details"]?["class"] == "credentials")
            // Other classes are not concerned.
            let found3 = try await client.get("/api/v1/workflows").status
            #expect(found3 == 200)
            api.clock.advance(by: seconds * 1_000)
            let found4 = try await client.get("/api/v1/credentials").status
            #expect(found4 == 200)
        }
    }

    @Test func `live connections count like requests`() async throws {
        try await api.testLive { client in
            let port = try #require(client.client.port)
            for _ in 0..<40 {
                let greeting = try await LiveClient.connect("/api/v1/live", port: port) { try await $0.next() }
                #expect(greeting?["type"] == "connected")
            }
            await #expect(throws: LiveClient.Refused.self) {
                try await LiveClient.connect("/api/v1/live", port: port) { _ in }
            }
            let answer = try await client.get("/api/v1/live")
            #expect(answer.status == 429 && answer.headers[.retryAfter] != nil)
        }
    }

    @Test func `both ways to start a run count together`() async throws {
        try await api.test { client in
            let id = try await client.store(Documents.manual)
            let body: JSON = ["async": true]
            let found5 = try await client.post("/api/v1/workflows/\(id)/execute", body).status
            #expect(found5 == 202)
            let found6 = try await client.post("/api/v1/runs", ["workflow_id": .string(id)]).status
            #expect(found6 == 202)
            let found7 = try await client.post("/api/v1/runs", ["workflow_id": .string(id)]).status
            #expect(found7 == 429)
            let found8 = try await client.post("/api/v1/workflows/\(id)/execute", body).status
            #expect(found8 == 429)
        }
    }

    @Test func `each tenant has its own budget, and its own limit where the operator says so`() async throws {
        let there = TestAPI.elsewhere
        let here = api.person("ann@example.com", [.initial: "admin"])
        let other = api.person("bob@example.com", [there: "admin"])
        api.rates.state.withLock { $0.limits[there] = RateLimits([.credentials: 2]) }
        try await api.test { client in
            let (ann, bob) = (try await api.session(of: here), try await api.session(of: other))
            for _ in 0..<5 {
                let found9 = try await client.page(.get, "/credentials", as: ann).status
                #expect(found9 == 200)
            }
            let found10 = try await client.page(.get, "/credentials", as: ann).status
            #expect(found10 == 429)
            for _ in 0..<2 {
                let found11 = try await client.page(.get, "/credentials", as: bob).status
                #expect(found11 == 200)
            }
            let refused = try await client.page(.get, "/credentials", as: bob)
            #expect(refused.status == 429)
            #expect(standing(refused) == ["2", "0"])
        }
    }

    @Test func `whoever is nobody counts by address, and takes nothing from tenants`() async throws {
        try await api.test { client in
            for _ in 0..<40 {
                let found12 = try await client.raw(.get, "/api/v1/workflows").status
                #expect(found12 == 401)
            }
            let refused = try await client.raw(.get, "/api/v1/workflows")
            #expect(refused.status == 429)
            #expect(refused.headers[.limit] == "40")
            let login = try await client.raw(.post, "/api/v1/auth/login")
            #expect(login.status == 429)
            let found13 = try await client.get("/api/v1/workflows").status
            #expect(found13 == 200)
        }
    }

    @Test func `deliveries count for the webhook's tenant`() async throws {
        try await api.test { client in
            _ = try await client.store(Documents.webhook())
            for _ in 0..<3 {
                let found14 = try await client.raw(.post, "/webhook/deploy").status
                #expect(found14 == 202)
            }
            let refused = try await client.raw(.post, "/webhook/deploy")
            #expect(refused.status == 429)
            #expect(standing(refused) == ["3", "0"])
            let unknown = try await client.raw(.post, "/webhook/nowhere")
            #expect(unknown.status == 404)
            #expect(standing(unknown) == ["3", "2"])
        }
    }

    @Test func `many at once are let through as often as the limit says, and ask the database seldom`() async throws {
        let client = RateLimiter(
            store: api.rates, standard: RateLimits([.api: 100]), clock: api.clock, log: api.log.logger())
        let other = RateLimiter(
            store: api.rates, standard: RateLimits([.api: 100]), clock: api.clock, log: api.log.logger())
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<600 {
                group.addTask {
                    let key = RateKey(.api, tenant: .initial)
                    return (try? await (number % 2 == 0 ? client : other).admit(key, noting: nil)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 100)
        #expect(api.rates.state.withLock(\.questions) < 60)
    }

    @Test func `without the database a host counts alone`() async throws {
        api.rates.state.withLock { $0.isAway = true }
        try await api.test { client in
            for _ in 0..<5 {
                let found15 = try await client.get("/api/v1/credentials").status
                #expect(found15 == 200)
            }
            let found16 = try await client.get("/api/v1/credentials").status
            #expect(found16 == 429)
        }
    }

    @Test func `who gives up while waiting holds nobody up`() async throws {
        let limiter = RateLimiter(
            store: api.rates, standard: RateLimits([.api: 100]), clock: api.clock, log: api.log.logger())
        let key = RateKey(.api, tenant: .initial)
        let impatient = Task { try await limiter.admit(key, noting: nil) }
        impatient.cancel()
        _ = await impatient.result
        try await limiter.admit(key, noting: nil)
    }
}

extension HTTPField.Name {
    fileprivate static let limit = HTTPField.Name("X-RateLimit-Limit")!
    fileprivate static let remaining = HTTPField.Name("X-RateLimit-Remaining")!
    fileprivate static let reset = HTTPField.Name("X-RateLimit-Reset")!
}
