import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

@testable import PatchbayAPI

struct MembershipTests {
    private let api = TestAPI()

    @Test func `nobody makes others more than they are, nor lowers their betters`() async throws {
        let owner = api.person("owner@example.com", [.initial: "owner"])
        let admin = api.person("admin@example.com", [.initial: "admin"])
        let viewer = api.person("viewer@example.com", [.initial: "viewer"])
        try await api.test { client in
            let page = try await api.session(of: admin)
            let path = { (account: AccountRecord) in "/members/\(account.id)" }
            #expect(try await client.page(.put, path(viewer), ["role": "editor"], as: page).status == 200)
            for (who, role) in [(viewer, "owner"), (owner, "viewer"), (admin, "owner")] {
                let answer = try await client.page(.put, path(who), ["role": .string(role)], as: page)
                #expect(answer.status == 403 && answer.json["error"]?["details"]?["permission"] == "tenant:delete")
            }
            #expect(try await client.page(.delete, path(owner), as: page).status == 403)
            let invite = try await client.page(
                .post, "/invitations", ["email": "x@example.com", "role": "owner"], as: page)
            #expect(invite.status == 403)
            let unknown = try await client.page(.put, path(viewer), ["role": "emperor"], as: page)
            #expect(unknown.status == 404 && unknown.code == "ROLE_NOT_FOUND")
            let own = try await api.session(of: owner)
            let last = try await client.page(.put, path(owner), ["role": "viewer"], as: own)
            #expect(last.status == 409 && last.code == "LAST_OWNER")
            #expect(try await client.page(.delete, path(owner), as: own).code == "LAST_OWNER")
            #expect(try await client.page(.delete, path(viewer), as: own).status == 204)
            #expect(try await client.page(.delete, path(viewer), as: own).code == "MEMBER_NOT_FOUND")
        }
    }

    @Test func `a role of one's own holds what its members may`() async throws {
        let owner = api.person("owner@example.com", [.initial: "owner"])
        let other = api.person("other@example.com", [.initial: "viewer"])
        try await api.test { client in
            let page = try await api.session(of: owner)
            let role: JSON = ["description": "on call", "permissions": ["run:read", "run:replay"]]
            #expect(try await client.page(.put, "/roles/on-call", role, as: page).status == 200)
            let roles = try await client.page(.get, "/roles", as: page).json["items"]?.array ?? []
            #expect(roles.map { $0["name"]?.string } == ["owner", "admin", "editor", "operator", "viewer", "on-call"])
            #expect(try await client.page(.put, "/members/\(other.id)", ["role": "on-call"], as: page).status == 200)
            let theirs = try await api.session(of: other)
            #expect(try await client.page(.get, "/runs", as: theirs).status == 200)
            #expect(try await client.page(.get, "/workflows", as: theirs).code == "FORBIDDEN")
            // It counts at once that the role lost something.
            let less: JSON = ["permissions": ["workflow:read"]]
            #expect(try await client.page(.put, "/roles/on-call", less, as: page).status == 200)
            #expect(try await client.page(.get, "/runs", as: theirs).code == "FORBIDDEN")
            #expect(try await client.page(.delete, "/roles/on-call", as: page).code == "ROLE_IN_USE")
            #expect(try await client.page(.delete, "/roles/nothing", as: page).code == "ROLE_NOT_FOUND")
            for (name, body) in [
                ("owner", role), ("A", role), ("x", ["permissions": ["run:reed"]]), ("x", [:]),
                ("x", ["permissions": ["installation:manage"]]), ("x", ["permissions": [1]]),
            ] as [(String, JSON)] {
                #expect(try await client.page(.put, "/roles/" + name, body, as: page).status == 400)
            }
        }
    }

    @Test func `only who was invited accepts`() async throws {
        let there = TestAPI.elsewhere
        let (ann, bob) = (
            api.person("ann@example.com", [there: "viewer"]), api.person("bob@example.com", [there: "viewer"])
        )
        try await api.test { client in
            let invited = try await client.post(
                "/api/v1/invitations", ["email": "Ann@Example.com", "role": "editor"])
            #expect(invited.json["email"] == "ann@example.com")
            let token = try #require(invited.json["token"])
            let wrong = try await client.page(
                .post, "/auth/invitations/accept", ["token": token], as: try await api.session(of: bob))
            #expect(wrong.status == 404 && wrong.code == "LINK_INVALID")
            // There is an account already, so none is made.
            let twice = try await client.raw(
                .post, "/api/v1/auth/register", headers: [.contentType: "application/json"],
                body: JSON.object(["token": token, "name": "A", "password": "correct horse battery"]).bytes())
            #expect(twice.status == 409 && twice.code == "ACCOUNT_EXISTS")
            let page = try await api.session(of: ann)
            let right = try await client.page(.post, "/auth/invitations/accept", ["token": token], as: page)
            #expect(right.status == 200 && right.json["role"] == "editor")
            // Two tenants now, so one has to be named.
            let which = try await client.page(.get, "/workflows", as: page)
            #expect(which.status == 400 && which.code == "TENANT_REQUIRED")
            var named = page
            named[.tenantID] = TenantID.initial.description
            #expect(try await client.page(.post, "/workflows", [:], as: named).code == "VALIDATION_ERROR")
            named[.tenantID] = there.description
            #expect(try await client.page(.post, "/workflows", [:], as: named).code == "FORBIDDEN")
            for nobody in ["", "x", "ten_", TenantID.new(at: api.clock.now).description] {
                named[.tenantID] = nobody
                #expect(try await client.page(.get, "/workflows", as: named).code == "TENANT_NOT_FOUND")
            }
            #expect(try await client.page(.get, "/auth/session", as: page).json["tenants"]?.array?.count == 2)
        }
    }

    @Test func `who may not use credentials saves no workflow that does`() async throws {
        let ann = api.person("ann@example.com", [.initial: "author"])
        try await api.identity.put(
            CustomRole(name: "author", about: "", permissions: [.workflowCreate, .workflowUpdate]), in: .initial,
            at: api.clock.now)
        try await api.test { client in
            let page = try await api.session(of: ann)
            let plain: JSON = ["name": "w", "nodes": [["id": "a", "type": "manual"]], "edges": []]
            let made = try await client.page(.post, "/workflows", plain, as: page)
            #expect(made.status == 201)
            let secret: JSON = [
                "name": "w",
                "nodes": [
                    [
                        "id": "a", "type": "webhook",
                        "config": ["path": "p", "verify": ["scheme": "github", "secret": "HOOK"]],
                    ]
                ], "edges": [],
            ]
            #expect(
                try await client.post(
                    "/api/v1/credentials", ["name": "HOOK", "kind": "secret", "fields": ["value": "hush-hush"]]
                ).status == 201)
            let path = "/workflows/" + (made.json["id"]?.string ?? "")
            for (method, path) in [(HTTPRequest.Method.post, "/workflows"), (.put, path)] {
                let answer = try await client.page(method, path, secret, as: page)
                #expect(answer.status == 403)
                #expect(answer.json["error"]?["details"]?["permission"] == "credential:use")
            }
        }
    }

    @Test func `operators reach the installation, not the tenants`() async throws {
        let account = api.person("root@example.com", [:], isOperator: true)
        try await api.test { client in
            let page = try await api.session(of: account, in: .initial)
            #expect(try await client.page(.get, "/connectors/breakers", as: page).status == 200)
            #expect(try await client.page(.get, "/workflows", as: page).code == "FORBIDDEN")
        }
    }

    @Test func `operators are made and accounts disabled by operators`() async throws {
        let (ann, bob) = (api.person("ann@example.com", [.initial: "owner"]), api.person("bob@example.com", [:]))
        try await api.test { client in
            let (anns, bobs) = (try await api.session(of: ann), try await api.session(of: bob, in: .initial))
            #expect(try await client.page(.get, "/accounts", as: anns).code == "FORBIDDEN")
            let path = { (account: AccountRecord) in "/api/v1/accounts/\(account.id)" }
            let made = try await client.put(path(bob), ["is_operator": true])
            #expect(made.json["is_operator"] == true && made.json["is_disabled"] == false)
            #expect(try await client.page(.get, "/accounts", as: bobs).json["items"]?.array?.count == 2)
            #expect(try await client.put(path(ann), ["is_disabled": true]).json["is_disabled"] == true)
            #expect(try await client.page(.get, "/workflows", as: anns).status == 401)
            #expect(try await client.put("/api/v1/accounts/acc_x", [:]).code == "MEMBER_NOT_FOUND")
            #expect(try await client.put(path(bob), ["operator": true]).status == 400)
        }
    }

    @Test func `the installation's key chooses its tenant`() async throws {
        api.person("x@example.com", [:])
        try await api.test { client in
            let there = try await client.get("/api/v1/workflows", headers: [.tenantID: TestAPI.elsewhere.description])
            #expect(there.status == 200)
            let nowhere = try await client.get(
                "/api/v1/workflows", headers: [.tenantID: TenantID.new(at: api.clock.now).description])
            #expect(nowhere.code == "TENANT_NOT_FOUND")
            let session = try await client.get("/api/v1/auth/session")
            #expect(session.json["kind"] == "installation_key")
            for path in ["/auth/sessions", "/auth/logout"] {
                let method: HTTPRequest.Method = path == "/auth/logout" ? .post : .get
                #expect(try await client.send(method, "/api/v1" + path).code == "SESSION_REQUIRED")
            }
        }
    }
}

struct APIKeyTests {
    private let api = TestAPI()

    private func key(_ answer: TestClient.Answer) throws -> HTTPFields {
        let text = try #require(answer.json["key"]?.string)
        return [.authorization: "Bearer " + text]
    }

    @Test func `a key is shown once and may what it names`() async throws {
        try await api.test { client in
            let made = try await client.post(
                "/api/v1/api-keys",
                ["name": "ci", "permissions": ["workflow:read", "run:read"], "expires_in_days": 30])
            #expect(made.status == 201)
            let text = try #require(made.json["key"]?.string)
            let headers = try key(made)
            #expect(try await client.get("/api/v1/workflows", headers: headers).status == 200)
            let refused = try await client.get("/api/v1/credentials", headers: headers)
            #expect(refused.status == 403 && refused.json["error"]?["details"]?["permission"] == "credential:view")
            let list = try await client.get("/api/v1/api-keys")
            #expect(list.json["items"]?.array?.count == 1)
            #expect(!String(decoding: list.bytes, as: UTF8.self).contains(text))
            #expect(list.json["items"]?.array?.first?["used_at"]?.isNull == false)
            let other = text.dropLast() + (text.hasSuffix("a") ? "b" : "a")
            let wrong = try await client.get("/api/v1/workflows", headers: [.authorization: "Bearer " + other])
            #expect(wrong.status == 401)
            api.clock.advance(by: 30 * 86_400_000)
            #expect(try await client.get("/api/v1/workflows", headers: headers).status == 401)
        }
        #expect(!api.log.lines.contains { $0.contains("pbk_") })
    }

    @Test func `a revoked key opens nothing from then on`() async throws {
        try await api.test { client in
            let made = try await client.post("/api/v1/api-keys", ["name": "ci", "permissions": ["workflow:read"]])
            let headers = try key(made)
            #expect(try await client.get("/api/v1/workflows", headers: headers).status == 200)
            let id = try #require(made.json["id"]?.string)
            #expect(try await client.delete("/api/v1/api-keys/" + id).status == 204)
            #expect(try await client.get("/api/v1/workflows", headers: headers).status == 401)
            #expect(try await client.delete("/api/v1/api-keys/" + id).code == "API_KEY_NOT_FOUND")
        }
    }

    @Test func `a key is no more than its maker, also later`() async throws {
        let maker = api.person("ann@example.com", [.initial: "operator"])
        api.person("owner@example.com", [.initial: "owner"])
        try await api.test { client in
            let page = try await api.session(of: maker)
            let more = try await client.page(
                .post, "/api-keys", ["name": "x", "permissions": ["workflow:create"]], as: page)
            #expect(more.status == 403)
            let made = try await client.page(
                .post, "/api-keys", ["name": "x", "permissions": ["workflow:execute", "run:read"]], as: page)
            let headers = try key(made)
            #expect(try await client.get("/api/v1/runs", headers: headers).status == 200)
            #expect(try await client.send(.put, "/api/v1/members/\(maker.id)", ["role": "viewer"]).status == 200)
            #expect(try await client.get("/api/v1/runs", headers: headers).status == 200)
            #expect(try await client.send(.post, "/api/v1/runs", [:], headers: headers).code == "FORBIDDEN")
            #expect(try await client.delete("/api/v1/members/\(maker.id)").status == 204)
            #expect(try await client.get("/api/v1/runs", headers: headers).status == 401)
        }
    }

    @Test func `a key for some workflows has to do with no other`() async throws {
        try await api.test { client in
            let document: JSON = ["name": "w", "nodes": [["id": "a", "type": "manual"]], "edges": []]
            var ids: [String] = []
            for _ in 0..<2 {
                let made = try await client.post("/api/v1/workflows", document)
                ids.append(try #require(made.json["id"]?.string))
            }
            let other = try await client.post("/api/v1/runs", ["workflow_id": .string(ids[1])])
            let otherRun = try #require(other.json["id"]?.string)
            let made = try await client.post(
                "/api/v1/api-keys",
                [
                    "name": "one", "permissions": ["workflow:read", "workflow:execute", "workflow:create", "run:read"],
                    "workflows": [.string(ids[0])],
                ])
            let headers = try key(made)
            #expect(try await client.get("/api/v1/workflows/" + ids[0], headers: headers).status == 200)
            let run = try await client.send(
                .post, "/api/v1/runs", ["workflow_id": .string(ids[0])], headers: headers)
            #expect(run.status == 202)
            let runID = try #require(run.json["id"]?.string)
            #expect(try await client.get("/api/v1/runs/" + runID, headers: headers).status == 200)
            #expect(try await client.get("/api/v1/runs?workflow_id=" + ids[0], headers: headers).status == 200)
            for path in [
                "/workflows/" + ids[1], "/runs/" + otherRun, "/executions/" + otherRun, "/runs", "/workflows",
                "/runs?workflow_id=" + ids[1], "/workflows/x", "/runs/x", "/auth/sessions",
            ] {
                #expect(try await client.get("/api/v1" + path, headers: headers).code == "FORBIDDEN", "\(path)")
            }
            #expect(
                try await client.send(.post, "/api/v1/runs", ["workflow_id": .string(ids[1])], headers: headers).code
                    == "FORBIDDEN")
            #expect(try await client.send(.post, "/api/v1/workflows", document, headers: headers).code == "FORBIDDEN")
        }
    }

    @Test(
        arguments: [
            [:], ["name": "x"], ["name": "x", "permissions": "all"], ["name": "x", "permissions": ["all"]],
            ["name": "x", "permissions": ["installation:manage"]], ["name": "x", "permissions": [], "workflows": []],
            ["name": "x", "permissions": [], "workflows": ["wf_x"]],
            ["name": "x", "permissions": [], "expires_in_days": 0],
            ["name": "", "permissions": []], ["name": "x", "permissions": [], "admin": true],
        ] as [JSON])
    func `a request for a key that makes no sense is refused`(body: JSON) async throws {
        let answer = try await api.test { try await $0.post("/api/v1/api-keys", body) }
        #expect(answer.status == 400)
    }
}
