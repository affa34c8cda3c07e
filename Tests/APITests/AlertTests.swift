import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

struct AlertTests {
    private let api = TestAPI()

    private static let alert: JSON = [
        "name": "failures", "condition": ["kind": "failures", "count": 3, "window": "10m"],
        "notify": [["type": "email", "to": ["ops@example.com"]]],
    ]

    private func alert(_ changes: KeyValuePairs<String, JSON>) -> JSON {
        var object = Self.alert.object ?? [:]
        for (name, value) in changes { object[name] = value }
        return .object(object)
    }

    @Test func `an alert is made, shown, changed, switched and deleted`() async throws {
        try await api.test { client in
            let made = try await client.post("/api/v1/alerts", Self.alert)
            #expect(made.status == 201)
            #expect(made.json["status"] == "ok")
            #expect(made.json["quiet"] == "15m")
            #expect(made.json["condition"] == Self.alert["condition"])
            let id = try #require(made.json["id"]?.string)
            #expect(made.headers[.location] == "/api/v1/alerts/\(id)")
            let tag = try #require(made.headers[.eTag])
            #expect(try await client.get("/api/v1/alerts/\(id)", headers: [.ifNoneMatch: tag]).status == 304)
            let changed = try await client.put(
                "/api/v1/alerts/\(id)", alert(["quiet": "1h", "tag": "billing"]), headers: [.ifMatch: tag])
            #expect(changed.json["quiet"] == "1h")
            #expect(changed.json["tag"] == "billing")
            #expect(changed.json["version"] == 2)
            let off = try await client.post("/api/v1/alerts/\(id)/disable", [:])
            #expect(off.json["status"] == "disabled")
            #expect(try await client.post("/api/v1/alerts/\(id)/enable", [:]).json["enabled"] == true)
            #expect(try await client.get("/api/v1/alerts").json["items"]?.array?.count == 1)
            #expect(try await client.delete("/api/v1/alerts/\(id)").status == 204)
            #expect(try await client.get("/api/v1/alerts/\(id)").code == "ALERT_NOT_FOUND")
            #expect(try await client.get("/api/v1/alerts/x").code == "ALERT_NOT_FOUND")
        }
        let told = api.audit.all.map(\.action)
        for action in [.alertCreated, .alertUpdated, .alertDisabled, .alertEnabled, .alertDeleted] as [AuditAction] {
            #expect(told.contains(action), "\(action)")
        }
    }

    @Test func `who has read an older one has to look again`() async throws {
        try await api.test { client in
            let made = try await client.post("/api/v1/alerts", Self.alert)
            let (id, tag) = (made.json["id"]?.string ?? "", made.headers[.eTag] ?? "")
            #expect(try await client.put("/api/v1/alerts/\(id)", Self.alert).status == 200)
            let late = try await client.put("/api/v1/alerts/\(id)", Self.alert, headers: [.ifMatch: tag])
            #expect(late.code == "PRECONDITION_FAILED")
            #expect(late.headers[.eTag] == "\"2\"")
            let gone = try await client.send(.delete, "/api/v1/alerts/\(id)", headers: [.ifMatch: tag])
            #expect(gone.status == 412)
            #expect(try await client.put("/api/v1/alerts/\(id)", Self.alert, headers: [.ifMatch: "*"]).status == 200)
        }
    }

    @Test func `all that is wrong is told at once`() async throws {
        try await api.test { client in
            let refused = try await client.post(
                "/api/v1/alerts",
                [
                    "name": "", "colour": 1, "condition": ["kind": "error_rate", "percent": 200],
                    "notify": [["type": "email", "to": ["x"]]], "quiet": 5,
                ])
            #expect(refused.status == 400)
            let problems = refused.json["error"]?["details"]?["problems"]?.array ?? []
            #expect(
                Set(problems.compactMap { $0["pointer"]?.string }) == [
                    "/colour", "/name", "/condition/percent", "/condition", "/notify/0/to", "/quiet",
                ])
            let unknown = WorkflowID.new(at: Timestamp(milliseconds: 1)).description
            #expect(
                try await client.post("/api/v1/alerts", alert(["workflow_id": .string(unknown)])).code
                    == "WORKFLOW_NOT_FOUND")
        }
    }

    @Test func `the credentials that it names have to be there, and fit`() async throws {
        _ = try await api.vault.add(
            name: "github", kind: .bearer, connector: "github", fields: ["token": Secret("ghp_1")], in: .initial)
        _ = try await api.vault.add(
            name: "team", kind: .bearer, connector: "slack", fields: ["token": Secret("xoxb-1")], in: .initial)
        _ = try await api.vault.add(
            name: "SIGN", kind: .secret, fields: ["value": Secret("s3cret-s3cret")], in: .initial)
        try await api.test { client in
            func target(_ credential: String) -> JSON {
                alert(["notify": [["type": "slack", "channel": "#ops", "credential": .string(credential)]]])
            }
            for (name, code) in [
                ("nobody", "unknown-credential"), ("github", "wrong-credential"), ("SIGN", "wrong-credential"),
            ] {
                let refused = try await client.post("/api/v1/alerts", target(name))
                #expect(refused.problems == [code])
            }
            #expect(try await client.post("/api/v1/alerts", target("team")).status == 201)
            let hook = alert([
                "notify": [["type": "webhook", "url": "https://example.com/a", "credential": "SIGN"]]
            ])
            #expect(try await client.post("/api/v1/alerts", hook).status == 201)
        }
    }

    @Test func `a sample goes to all, and stands in the history`() async throws {
        try await api.test { client in
            let made = try await client.post("/api/v1/alerts", Self.alert)
            let id = made.json["id"]?.string ?? ""
            let sent = try await client.post("/api/v1/alerts/\(id)/test", [:])
            #expect(sent.status == 202)
            #expect(sent.json["notices"]?.array?.count == 1)
            let history = try await client.get("/api/v1/alerts/\(id)/events")
            #expect(history.json["items"]?[0]?["event"] == "test")
            #expect(history.json["items"]?[0]?["notices"]?[0]?["to"] == "ops@example.com")
        }
        #expect(api.alerts.notices.map(\.recipient) == ["ops@example.com"])
        #expect(api.alerts.notices[0].data["title"] == "Sample: failures")
    }

    @Test func `viewers see alerts, editors make them, and another tenant has none of them`() async throws {
        let viewer = api.person("viewer@example.com", [.initial: "viewer"])
        let editor = api.person("editor@example.com", [.initial: "editor"])
        let other = api.person("other@example.com", [TestAPI.elsewhere: "owner"])
        try await api.test { client in
            let page = try await api.session(of: editor)
            let made = try await client.page(.post, "/alerts", Self.alert, as: page)
            #expect(made.status == 201)
            let id = made.json["id"]?.string ?? ""
            let looking = try await api.session(of: viewer)
            #expect(try await client.page(.get, "/alerts/\(id)", as: looking).status == 200)
            #expect(try await client.page(.post, "/alerts", Self.alert, as: looking).code == "FORBIDDEN")
            #expect(try await client.page(.post, "/alerts/\(id)/test", [:], as: looking).code == "FORBIDDEN")
            let elsewhere = try await api.session(of: other)
            #expect(try await client.page(.get, "/alerts/\(id)", as: elsewhere).code == "ALERT_NOT_FOUND")
        }
    }
}
