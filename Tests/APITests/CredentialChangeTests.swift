import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

struct CredentialChangeTests {
    private let api = TestAPI()
    private static let base = "/api/v1/credentials"

    private static let hook: JSON = ["name": "HOOK", "kind": "secret", "fields": ["value": "hush-hush"]]
    private static let basic: JSON = [
        "name": "jira", "kind": "basic", "fields": ["username": "jo", "password": "hush-1"], "connector": "echo",
        "hosts": ["echo.internal"],
    ]

    @Test func `what is left out of a change stays, secrets too`() async throws {
        try await api.test { client in
            let made = try await client.post(Self.base, Self.basic)
            let path = made.headers[.location] ?? ""
            let changed = try await client.put(path, ["fields": ["password": "hush-2"], "shared_with": ["editor"]])
            #expect(changed.status == 200)
            #expect(changed.json["connector"] == "echo" && changed.json["hosts"] == ["echo.internal"])
            #expect(changed.json["shared_with"] == ["editor"] && changed.json["state"] == "ready")
            let grant = try await api.vault.grant(named: "jira", in: .initial)
            #expect(grant?.fields.mapValues { $0.reveal() } == ["username": "jo", "password": "hush-2"])
            let open = try await client.put(
                path,
                [
                    "connector": nil, "shared_with": nil, "name": "jira-2", "hosts": [],
                    "fields": ["password": "hush-2"],
                ])
            #expect(open.json["connector"] == .null && open.json["shared_with"] == .null && open.json["hosts"] == [])
            let seen = try await client.get(path)
            #expect(seen.json == open.json && seen.json["name"] == "jira-2")
            for answer in [made, changed, open, seen] {
                #expect(!String(decoding: answer.bytes, as: UTF8.self).contains("hush"))
            }
        }
    }

    @Test func `a change that cannot be is told whole, and changes nothing`() async throws {
        try await api.test { client in
            _ = try await client.post(Self.base, Self.hook)
            let before = try await client.post(Self.base, Self.basic)
            let path = Self.base + "/jira"
            let wrong = try await client.put(
                path,
                [
                    "name": "JIRA", "fields": ["token": "hush-3", "password": "a\nb"], "hosts": ["*"],
                    "shared_with": ["editor", "No One"],
                ])
            #expect(wrong.status == 400)
            #expect(
                wrong.problems == ["invalid-name", "invalid-field", "unknown-field", "invalid-host", "invalid-role"])
            #expect(!String(decoding: wrong.bytes, as: UTF8.self).contains("hush"))
            for body in [["kind": "bearer"], ["value": "x"], ["fields": ["password": 7]], [], ["hosts": "x"]] as [JSON]
            {
                #expect(try await client.put(path, body).status == 400, "\(body.text)")
            }
            #expect(try await client.put(path, ["name": "HOOK"]).status != 200)
            #expect(try await client.get(path).json == before.json)
            #expect(try await client.put(Self.base + "/nobody", [:]).code == "CREDENTIAL_NOT_FOUND")
            #expect(try await client.get(Self.base + "/nobody").code == "CREDENTIAL_NOT_FOUND")
        }
    }

    @Test(
        arguments: [
            ["hosts": ["echo.internal", "evil.example"]], ["connector": nil], ["connector": "http"],
            ["settings": ["base_url": "https://evil.example"]],
            ["hosts": ["*.internal"], "fields": ["username": "eve"]],
        ] as [JSON])
    func `who does not know a secret does not send it elsewhere`(change: JSON) async throws {
        try await api.test { client in
            let made = try await client.post(Self.base, Self.basic)
            let refused = try await client.put(Self.base + "/jira", change)
            #expect(refused.status == 400 && refused.problems == ["value-needed"], "\(change.text)")
            #expect(try await client.get(Self.base + "/jira").json == made.json)
            var known = change.object ?? [:]
            known["fields"] = ["password": "hush-3"]
            #expect(try await client.put(Self.base + "/jira", .object(known)).status == 200)
        }
    }

    @Test func `one that workflows use says which, and goes only by force`() async throws {
        try await api.test { client in
            _ = try await client.post(Self.base, Self.hook)
            let path = Self.base + "/HOOK"
            #expect(try await client.get(path + "/used-by").json == ["items": [], "alerts": []])
            let workflow = try await client.store(
                Documents.webhook(scheme: "github", secret: "HOOK"))
            let users = try await client.get(path + "/used-by").json["items"]
            #expect(
                users == [["workflow_id": .string(workflow), "name": "Deployments", "version": 1, "newest": true]])
            let kept = try await client.delete(path)
            #expect(kept.status == 409 && kept.code == "CREDENTIAL_IN_USE")
            #expect(kept.json["error"]?["details"]?["workflows"] == users)
            #expect(try await client.put(path, ["name": "HOOK2"]).code == "CREDENTIAL_IN_USE")
            #expect(try await client.put(path, ["fields": ["value": "hush-4"]]).status == 200)
            #expect(try await client.delete(path + "?force=perhaps").status == 400)
            #expect(try await client.delete(path + "?force=true").status == 204)
            #expect(try await client.get(path).status == 404)
        }
    }

    @Test func `one that an alert tells by is kept too`() async throws {
        try await api.test { client in
            _ = try await client.post(Self.base, Self.hook)
            let path = Self.base + "/HOOK"
            let alert: JSON = [
                "name": "failures", "condition": ["kind": "failures", "count": 1, "window": "10m"],
                "notify": [["type": "webhook", "url": "https://example.com/", "credential": "HOOK"]],
            ]
            let made = try await client.post("/api/v1/alerts", alert)
            let id = try #require(made.json["id"]?.string, "\(made.json)")
            let users: JSON = [["alert_id": .string(id), "name": "failures"]]
            #expect(try await client.get(path + "/used-by").json == ["items": [], "alerts": users])
            let kept = try await client.delete(path)
            #expect(kept.code == "CREDENTIAL_IN_USE")
            #expect(kept.json["error"]?["message"]?.string?.contains("the alert \"failures\"") == true)
            #expect(kept.json["error"]?["details"]?["alerts"] == users)
            #expect(try await client.put(path, ["name": "HOOK2"]).code == "CREDENTIAL_IN_USE")
            #expect(try await client.delete("/api/v1/alerts/" + id).status == 204)
            #expect(try await client.delete(path).status == 204)
        }
    }

    @Test func `kinds say what is asked for, and which connectors take them`() async throws {
        let answer = try await api.test { try await $0.get(Self.base + "/kinds") }
        let items = answer.json["items"]?.array ?? []
        #expect(items.map { $0["kind"]?.string } == CredentialKind.allCases.map(\.rawValue))
        let bearer = items.first { $0["kind"] == "bearer" }
        #expect(bearer?["schema"]?["required"] == ["token"])
        #expect(bearer?["schema"]?["properties"]?["token"]?["writeOnly"] == true)
        #expect(bearer?["connectors"]?[0]?["connector"] == "echo")
        #expect(bearer?["connectors"]?[0]?["version"] == "1.1.0")
        let basic = items.first { $0["kind"] == "basic" }
        #expect(basic?["schema"]?["properties"]?["username"]?["writeOnly"] == false)
        #expect(basic?["connectors"] == [])
    }

    @Test func `who it is not shared with neither uses nor changes it`() async throws {
        let editor = api.person("ed@example.com", [.initial: "editor"])
        let admin = api.person("ann@example.com", [.initial: "admin"])
        try await api.test { client in
            let hook: JSON = [
                "name": "HOOK", "kind": "secret", "fields": ["value": "hush-hush"], "shared_with": ["admin"],
            ]
            _ = try await client.post(Self.base, hook)
            let document = Documents.webhook(scheme: "github", secret: "HOOK")
            let (ed, ann) = (try await api.session(of: editor), try await api.session(of: admin))
            let refused = try await client.page(.post, "/workflows", document, as: ed)
            #expect(refused.status == 403 && refused.json["error"]?["details"]?["credential"] == "HOOK")
            for (method, body) in [(.put, ["shared_with": nil]), (.delete, nil)] as [(HTTPRequest.Method, JSON?)] {
                #expect(try await client.page(method, "/credentials/HOOK", body, as: ed).status == 403)
            }
            // Seeing that there is one is another permission, which editors have.
            #expect(try await client.page(.get, "/credentials/HOOK", as: ed).json["shared_with"] == ["admin"])
            #expect(try await client.page(.post, "/workflows", document, as: ann).status == 201)
            #expect(
                try await client.page(.put, "/credentials/HOOK", ["shared_with": ["editor"]], as: ann).status == 200)
            let again = Documents.webhook(path: "again", scheme: "github", secret: "HOOK")
            #expect(try await client.page(.post, "/workflows", again, as: ed).status == 201)
        }
    }

    @Test func `a test says whether the vendor takes it, and shows no value`() async throws {
        try await api.test { client in
            for (name, token, connector) in [("good", "good", "echo"), ("bad", "hush-5", "echo")] {
                let body: JSON = [
                    "name": .string(name), "kind": "bearer", "connector": .string(connector),
                    "fields": ["token": .string(token)],
                ]
                #expect(try await client.post(Self.base, body).status == 201)
            }
            _ = try await client.post(Self.base, ["name": "any", "kind": "bearer", "fields": ["token": "good"]])
            _ = try await client.post(Self.base, Self.basic)
            let good = try await client.post(Self.base + "/good/test")
            #expect(good.json == ["operation": "echo@1.1.0/whoami", "ok": true, "error": .null])
            let other = try await client.post(Self.base + "/good/test", ["operation": "look"])
            #expect(other.json["operation"] == "echo@1.1.0/look")
            let bad = try await client.post(Self.base + "/bad/test", ["operation": "whoami"])
            #expect(bad.status == 200 && bad.json["ok"] == false)
            #expect(bad.json["error"]?["code"] == "auth_denied" && bad.json["error"]?["http_status"] == 401)
            #expect(!String(decoding: bad.bytes, as: UTF8.self).contains("hush"))
            #expect(try await client.post(Self.base + "/any/test", ["connector": "echo"]).json["ok"] == true)
            for (name, body) in [
                ("any", [:]), ("any", ["connector": "slack"]), ("good", ["connector": "slack"]), ("jira", [:]),
                ("good", ["operation": "say"]), ("good", ["input": ["text": "x"]]), ("good", ["input": 7]),
            ] as [(String, JSON)] {
                let answer = try await client.post(Self.base + "/\(name)/test", body)
                #expect(answer.status == 400, "\(name) \(body.text)")
            }
            #expect(try await client.post(Self.base + "/nobody/test").code == "CREDENTIAL_NOT_FOUND")
        }
    }
}
