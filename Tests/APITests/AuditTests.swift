import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

@testable import PatchbayAPI

struct AuditTests {
    private let api = TestAPI()
    private static let document: JSON = ["name": "deploy", "nodes": [["id": "a", "type": "manual"]], "edges": []]

    @Test func `every route that changes something has its line, and every line its route`() {
        let routes = guardedRoutes(api.dependencies, makeGate(api.dependencies))
        for route in routes {
            #expect(
                AuditTable.line(route.method, route.path) != nil,
                "AuditTable lacks a line for \(route.method.rawValue) \(route.path)")
        }
        let known = Set(routes.map { "\($0.method.rawValue) \($0.path)" })
        #expect(Set(AuditTable.lines.keys).subtracting(known) == [])
    }

    @Test func `a change is taken down with who made it, on what, and from where`() async throws {
        let ann = api.person("ann@example.com", [.initial: "editor"])
        try await api.test { client in
            let page = try await api.session(of: ann)
            let made = try await client.page(.post, "/workflows", Self.document, as: page)
            let id = try #require(made.json["id"]?.string)
            var renamed = Self.document.object ?? [:]
            renamed["name"] = "release"
            _ = try await client.page(.put, "/workflows/\(id)", .object(renamed), as: page)
            _ = try await client.page(.delete, "/workflows/\(id)", nil, as: page)
            let events = api.audit.all
            #expect(events.map(\.action) == [.workflowCreated, .workflowUpdated, .workflowDeleted])
            for event in events {
                #expect(event.resource == AuditEvent.Resource("workflow", id))
                #expect(event.actor.account == ann.id && event.actor.kind == "account")
                #expect(event.tenant == .initial && event.outcome == .success)
                #expect(event.origin.requestID?.isEmpty == false)
            }
            #expect(events[1].changes == ["name": ["old": "deploy", "new": "release"]])
        }
    }

    @Test func `what only looks, or is wrong, leaves no trace`() async throws {
        try await api.test { client in
            _ = try await client.get("/api/v1/workflows")
            _ = try await client.post("/api/v1/workflows", ["name": "x"])
            _ = try await client.post("/api/v1/workflows/validate", Self.document)
            _ = try await client.delete("/api/v1/workflows/x")
            #expect(api.audit.all.isEmpty)
        }
    }

    @Test func `a change that cannot be taken down is answered as an error`() async throws {
        try await api.test { client in
            api.audit.isBroken.withLock { $0 = true }
            let answer = try await client.post("/api/v1/workflows", Self.document)
            #expect(answer.status == 500)
            #expect(answer.code == "AUDIT_UNAVAILABLE")
            // Looking and being refused go on.
            let list = try await client.get("/api/v1/workflows")
            #expect(list.json["items"]?.array?.count == 1)
            let viewer = api.person("v@example.com", [.initial: "viewer"])
            let refused = try await client.page(.post, "/workflows", Self.document, as: api.session(of: viewer))
            #expect(refused.code == "FORBIDDEN")
        }
    }

    @Test func `refusals are taken down with what was lacking, and however many there are, they are few`()
        async throws
    {
        let viewer = api.person("v@example.com", [.initial: "viewer"])
        try await api.test { client in
            let page = try await api.session(of: viewer)
            for _ in 0..<100 { _ = try await client.page(.delete, "/workflows/wf_1", nil, as: page) }
            let refusals = api.audit.events(.accessRefused)
            #expect(refusals.count == 8 + 3)
            #expect(refusals.first?.details["permission"] == "workflow:delete")
            #expect(refusals.first?.details["path"] == "/api/v1/workflows/:id")
            #expect(refusals.first?.resource == AuditEvent.Resource("workflow", "wf_1"))
            #expect(refusals.allSatisfy { $0.outcome == .refused && $0.actor.account == viewer.id })
            let told = refusals.compactMap { $0.details["count"]?.int }.reduce(0, +)
            #expect(told == 64)
            // Another tenant, a page from elsewhere, and a handler's own refusal count as well.
            let stranger = try await api.session(of: viewer, in: TestAPI.elsewhere)
            api.clock.advance(by: 60_000)
            _ = try await client.page(.get, "/workflows", nil, as: stranger)
            let last = try #require(api.audit.events(.accessRefused).last)
            #expect(last.details["code"] == "TENANT_NOT_FOUND" && last.details["count"] == 37)
            #expect(last.tenant == nil && last.actor.account == viewer.id)
            var forged = page
            forged[.csrf] = nil
            _ = try await client.page(.post, "/workflows", Self.document, as: forged)
            #expect(api.audit.events(.accessRefused).last?.details["code"] == "CSRF_TOKEN_INVALID")
        }
    }

    @Test func `a key that is none is told of without a word of it, and one who brings none is not`() async throws {
        try await api.test { client in
            _ = try await client.raw(.get, "/api/v1/workflows", headers: [.authorization: "Bearer pk_guess_canary"])
            _ = try await client.raw(.get, "/api/v1/workflows")
            let events = api.audit.all
            #expect(events.map(\.action) == [.keyRejected])
            #expect(events.first?.tenant == nil && events.first?.actor == .nobody)
            #expect(!events[0].content(at: 1).text.contains("canary"))
        }
    }

    @Test func `signing in, failing and being locked out are taken down in the person's tenants`() async throws {
        let there = TestAPI.elsewhere
        let ann = api.person("ann@example.com", [.initial: "owner", there: "viewer"])
        let hash = try await api.dependencies.identity.hashing.hash("right horse battery").text
        try await api.identity.setPassword(hash, of: ann.id)
        try await api.test { client in
            func login(_ email: String, _ password: String) async throws -> Int {
                let body: JSON = ["email": .string(email), "password": .string(password)]
                let answer = try await client.raw(
                    .post, "/api/v1/auth/login", headers: [.contentType: "application/json"], body: body.bytes())
                return answer.status
            }
            #expect(try await login("ann@example.com", "right horse battery") == 200)
            let signed = api.audit.events(.signedIn)
            #expect(Set(signed.map(\.tenant)) == [.initial, there])
            #expect(signed.first?.details["method"] == "password" && signed.first?.actor.account == ann.id)
            #expect(try await login("ann@example.com", "wrong canary") == 401)
            let failed = api.audit.events(.signInFailed)
            #expect(Set(failed.map(\.tenant)) == [.initial, there])
            #expect(failed.first?.resource == AuditEvent.Resource("account", ann.id.description))
            #expect(failed.first?.actor == .nobody)
            // Nobody's: in the installation's chain, with the address only when it is one.
            #expect(try await login("nobody@example.com", "wrong canary") == 401)
            #expect(try await login("my password canary", "x") == 401)
            let strangers = api.audit.events(.signInFailed).filter { $0.tenant == nil }
            #expect(strangers.map { $0.details["email"] } == ["nobody@example.com", nil])
            var status = 401
            for _ in 0..<20 where status != 429 { status = try await login("ann@example.com", "wrong canary") }
            #expect(status == 429)
            #expect(api.audit.events(.signInLocked).first?.resource?.id == ann.id.description)
            #expect(!api.audit.all.contains { $0.content(at: 1).text.contains("canary") })
        }
    }

    @Test func `a key's making and revoking are told without the key`() async throws {
        try await api.test { client in
            let made = try await client.post(
                "/api/v1/api-keys", ["name": "ci", "permissions": ["workflow:read"]])
            let key = try #require(made.json["key"]?.string)
            let id = try #require(made.json["id"]?.string)
            _ = try await client.delete("/api/v1/api-keys/\(id)")
            let events = api.audit.all
            #expect(events.map(\.action) == [.keyCreated, .keyRevoked])
            #expect(events.allSatisfy { $0.resource == AuditEvent.Resource("api_key", id) })
            #expect(!events.contains { $0.content(at: 1).text.contains(key) })
        }
    }

    @Test func `the log is listed, exported and verified, each tenant's its own`() async throws {
        let there = TestAPI.elsewhere
        let (ann, other) = (
            api.person("ann@example.com", [.initial: "owner"]), api.person("bob@example.com", [there: "owner"])
        )
        try await api.test { client in
            let (page, stranger) = (try await api.session(of: ann), try await api.session(of: other))
            for _ in 0..<3 { _ = try await client.page(.post, "/workflows", Self.document, as: page) }
            let first = try await client.page(.get, "/audit?limit=2", nil, as: page)
            #expect(first.json["items"]?.array?.compactMap { $0["sequence"]?.int } == [3, 2])
            #expect(first.json["items"]?[0]?["event"] == "workflow.created")
            #expect(first.json["items"]?[0]?["hash"]?.string?.utf8.count == 64)
            let next = try #require(first.json["next_cursor"]?.string)
            let rest = try await client.page(.get, "/audit?limit=2&cursor=\(next)", nil, as: page)
            #expect(rest.json["items"]?.array?.count == 1)
            let none = try await client.page(.get, "/audit?event=workflow.deleted", nil, as: page)
            #expect(none.json["items"]?.array?.isEmpty == true)
            let wrong = try await client.page(.get, "/audit?event=x&outcome=y&from=z&colour=red", nil, as: page)
            #expect(wrong.problems.count == 4)
            let exported = try await client.page(.get, "/audit/export", nil, as: page)
            #expect(exported.headers[.contentType] == "application/jsonl; charset=utf-8")
            let lines = exported.bytes.split(separator: UInt8(ascii: "\n"))
            // The export itself was taken down before it began.
            #expect(lines.count == 4)
            #expect(try JSON(parsing: Array(lines[3]))["event"] == "audit.exported")
            let verified = try await client.page(.get, "/audit/verify", nil, as: page)
            #expect(verified.json["valid"] == true && verified.json["records"] == 4)
            let anchor = "9:" + String(repeating: "0", count: 64)
            let cut = try await client.page(.get, "/audit/verify?anchor=\(anchor)", nil, as: page)
            #expect(cut.json["valid"] == false && cut.json["flaw"]?["kind"] == "anchor")
            let empty = try await client.page(.get, "/audit", nil, as: stranger)
            #expect(empty.json["items"]?.array?.isEmpty == true)
            // The installation's own is for operators.
            let refused = try await client.page(.get, "/installation/audit", nil, as: page)
            #expect(refused.code == "FORBIDDEN")
            let own = try await client.get("/api/v1/installation/audit")
            #expect(own.status == 200 && own.json["items"]?.array?.isEmpty == true)
        }
    }
}
