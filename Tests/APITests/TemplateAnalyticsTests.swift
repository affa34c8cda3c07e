import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayAPI

struct TemplateAnalyticsTests {
    private let api = TestAPI()
    private static let place = "/api/v1/templates/greeter"

    /// For a tenant elsewhere.
    private func publish(_ client: TestClient) async throws {
        let there: HTTPFields = [.tenantID: TestAPI.elsewhere.description]
        let template: JSON = [
            "name": "greeter", "version": "1.0.0", "description": "Says hello", "category": "devops",
            "workflow": ["name": "Greeter", "nodes": [["id": "start", "type": "manual"]], "edges": []],
        ]
        let made = try await client.post("/api/v1/templates", template, headers: there)
        let id = made.json["template_id"]?.string ?? ""
        #expect(try await client.post("/api/v1/templates/\(id)/publish", headers: there).status == 200)
        #expect(try await client.post("/api/v1/submissions/\(id)/1.0.0/approve").status == 200)
    }

    @Test func `views count once a person and hour, by where they came from, and not for the publisher`() async throws {
        let people = [
            api.person("ann@example.com", [.initial: "viewer"]), api.person("bob@example.com", [.initial: "viewer"]),
            api.person("eve@example.com", [.initial: "viewer", TestAPI.elsewhere: "owner"]),
        ]
        try await api.test { client in
            try await publish(client)
            func look(_ person: Int, _ path: String = "", from: String? = nil, in tenant: TenantID = .initial)
                async throws
            {
                var headers = try await api.session(of: people[person], in: tenant)
                if let from { headers[.referer] = from }
                let answer = try await client.page(.get, "/templates/greeter" + path, as: headers)
                #expect(answer.status == 200, "\(answer.json)")
            }
            try await look(0, "?ref=Newsletter", from: "https://other.example/")
            try await look(0, "/preview", from: "https://other.example/")
            try await look(1, from: "https://News.example:8443/a?b#c")
            try await look(2, in: TestAPI.elsewhere)
            _ = try await client.get(Self.place, headers: [.referer: "http://192.0.2.1/page"])
            #expect(try await client.get(Self.place + "?ref=a%20b").code == "VALIDATION_ERROR")
            // What cannot be written now is written later.
            api.statistics.setAway(true)
            await api.views.flush()
            api.statistics.setAway(false)
            await api.views.flush()
            let told = try await client.get(Self.place + "/analytics?days=2").json
            #expect(told["totals"]?["views"] == 3)
            #expect(
                told["referrals"] == [
                    ["source": "news.example", "views": 1], ["source": "newsletter", "views": 1],
                    ["source": "other", "views": 1],
                ])
            #expect(told["days"]?.array?.count == 2 && told["days"]?[1]?["views"] == 3)
            api.clock.advance(by: 3_600_000)
            try await look(0)
            await api.views.flush()
            #expect(try await client.get(Self.place + "/analytics").json["totals"]?["views"] == 4)
        }
    }

    @Test func `only its publisher and operators see how a template does`() async throws {
        let ann = api.person("ann@example.com", [.initial: "owner", TestAPI.elsewhere: "viewer"])
        try await api.test { client in
            try await publish(client)
            let path = "/templates/greeter/analytics"
            let stranger = try await api.session(of: ann, in: .initial)
            #expect(try await client.page(.get, path, as: stranger).code == "FORBIDDEN")
            let publisher = try await api.session(of: ann, in: TestAPI.elsewhere)
            let told = try await client.page(.get, path, as: publisher)
            #expect(told.status == 200 && told.json["days"]?.array?.count == 30, "\(told.json)")
            for wrong in ["0", "366", "x"] {
                #expect(try await client.get(Self.place + "/analytics?days=\(wrong)").code == "VALIDATION_ERROR")
            }
            let there: HTTPFields = [.tenantID: TestAPI.elsewhere.description]
            _ = try await client.post(Self.place + "/unpublish", headers: there)
            #expect(try await client.page(.get, path, as: stranger).code == "TEMPLATE_NOT_FOUND")
            #expect(try await client.page(.get, path, as: publisher).status == 200)
            #expect(try await client.get("/api/v1/templates/none/analytics").code == "TEMPLATE_NOT_FOUND")
        }
    }

    @Test func `days without a change have as many installations as the day before`() {
        func active(_ known: [TemplateDay], now: Int = 9) -> [Int?] {
            TemplateAnalytics(known, over: 10...14, now: now).days.map(\.active)
        }
        #expect(active([]) == [9, 9, 9, 9, 9])
        #expect(active([TemplateDay(day: 3, active: 4)]) == [4, 4, 4, 4, 4])
        let days = [
            TemplateDay(day: 11, installs: 3, uninstalls: 1, active: 6), TemplateDay(day: 12, views: 8),
            TemplateDay(day: 13, uninstalls: 2, active: 4),
        ]
        #expect(active(days) == [4, 6, 6, 4, 4])
        #expect(active([TemplateDay(day: 9, active: 1)] + days) == [1, 6, 6, 4, 4])
    }

    @Test(
        arguments: [
            ("news.example", "news.example"), ("A-b_c", "a-b_c"), ("192.0.2.1", nil), ("a b", nil), ("", nil),
            ("mañana", nil),
        ] as [(String, String?)])
    func `a source is a name`(text: String, name: String?) {
        #expect(ViewSource.named(text) == name)
        #expect(ViewSource.named(String(repeating: "a", count: 65)) == nil)
    }
}
