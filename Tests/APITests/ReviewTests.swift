import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

struct ReviewTests {
    private let api = TestAPI()
    private static let template: JSON = [
        "name": "greeter", "version": "1.0.0", "description": "Says hello", "category": "devops",
        "workflow": ["name": "Greeter", "nodes": [["id": "start", "type": "manual"]], "edges": []],
    ]
    private static let place = "/api/v1/templates/greeter"

    /// Publishes it for a tenant elsewhere, so that the first one may review it.
    private func publish(_ client: TestClient) async throws {
        api.person("maker@example.com", [TestAPI.elsewhere: "owner"])
        let there: HTTPFields = [.tenantID: TestAPI.elsewhere.description]
        let made = try await client.post("/api/v1/templates", Self.template, headers: there)
        #expect(made.status == 201, "\(made.json)")
        let id = made.json["template_id"]?.string ?? ""
        #expect(try await client.post("/api/v1/templates/\(id)/publish", headers: there).status == 200)
        #expect(try await client.post("/api/v1/submissions/\(id)/1.0.0/approve").json["state"] == "published")
    }

    private func install(_ client: TestClient) async throws -> String {
        let made = try await client.post("/api/v1/installations", ["template_id": "greeter"])
        #expect(made.status == 201, "\(made.json)")
        return made.json["id"]?.string ?? ""
    }

    @Test func `only who has or had a template reviews it, once, and their tenant is not its publisher`() async throws {
        try await api.test { client in
            try await publish(client)
            let path = Self.place + "/review"
            #expect(try await client.get(Self.place).json["rating"] == ["average": .null, "reviews": 0])
            let stranger = try await client.put(path, ["stars": 5])
            #expect(stranger.code == "REVIEW_REFUSED")
            #expect(stranger.json["error"]?["details"]?["reason"] == "not_installed")
            let own = try await client.put(
                path, ["stars": 5], headers: [.tenantID: TestAPI.elsewhere.description])
            #expect(own.json["error"]?["details"]?["reason"] == "own_template")
            let installation = try await install(client)
            #expect(try await client.get(path).code == "REVIEW_NOT_FOUND")
            for wrong in [["stars": 0], ["stars": 6], ["text": "good"], ["stars": 4.5]] as [JSON] {
                #expect(try await client.put(path, wrong).code == "VALIDATION_ERROR", "\(wrong)")
            }
            let long = String(repeating: "x", count: 4_001)
            #expect(try await client.put(path, ["stars": 5, "text": .string(long)]).code == "VALIDATION_ERROR")
            let first = try await client.put(path, ["stars": 5, "text": "Good.", "author": "Ann"])
            #expect(first.status == 200 && first.json["version"] == "1.0.0", "\(first.json)")
            #expect(try await client.delete("/api/v1/installations/\(installation)").status == 204)
            let second = try await client.put(path, ["stars": 2])
            #expect(second.json["id"] == first.json["id"] && second.json["text"] == "")
            #expect(try await client.get(path).json["stars"] == 2)
            #expect(try await client.get(Self.place + "/reviews").json["items"]?.array?.count == 1)
            let listed = try await client.get("/api/v1/templates?sort=rating").json["items"]?[0]
            #expect(listed?["rating"] == ["average": 2.0, "reviews": 1])
            #expect(try await client.delete(path).status == 204)
            #expect(try await client.delete(path).code == "REVIEW_NOT_FOUND")
            #expect(try await client.get(Self.place).json["rating"]?["reviews"] == 0)
        }
        let told = api.audit.all.map(\.action)
        #expect(told.contains(.reviewWritten) && told.contains(.reviewRemoved))
    }

    @Test func `one caller does the same to one template only so often a minute`() async throws {
        var api = api
        api.rateLimits = RateLimits([.marketplace: 2])
        let ann = api.person("ann@example.com", [.initial: "viewer"])
        try await api.test { [api] client in
            try await publish(client)
            for _ in 0..<2 { _ = try await install(client) }
            let third = try await client.post("/api/v1/installations", ["template_id": "greeter"])
            #expect(third.code == "RATE_LIMITED" && third.headers[.retryAfter] != nil, "\(third.json)")
            #expect(third.json["error"]?["details"]?["class"] == "marketplace")
            // Looking at what would be installed is another thing, and so are other deeds and other callers.
            let trial: JSON = ["template_id": "greeter", "dry_run": true]
            #expect(try await client.post("/api/v1/installations", trial).status == 200)
            for stars in 1...2 as ClosedRange<Int64> {
                #expect(try await client.put(Self.place + "/review", ["stars": .int(stars)]).status == 200)
            }
            #expect(try await client.put(Self.place + "/review", ["stars": 3]).code == "RATE_LIMITED")
            let page = try await api.session(of: ann, in: .initial)
            #expect(try await client.person(.put, Self.place + "/review", ["stars": 3], as: page).status == 200)
            for reason in ["spam", "broken"] as [JSON] {
                _ = try await client.post(Self.place + "/reports", ["reason": reason])
            }
            #expect(try await client.post(Self.place + "/reports", ["reason": "spam"]).code == "RATE_LIMITED")
        }
    }

    @Test func `moderators hide a review and say why, and it counts no more`() async throws {
        let ann = api.person("ann@example.com", [.initial: "viewer"])
        try await api.test { client in
            try await publish(client)
            _ = try await install(client)
            let page = try await api.session(of: ann, in: .initial)
            let review = try await client.person(.put, Self.place + "/review", ["stars": 1, "text": "Buy!"], as: page)
            #expect(review.status == 200, "\(review.json)")
            let place = Self.place + "/reviews/" + (review.json["id"]?.string ?? "")
            #expect(try await client.person(.post, place + "/hide", ["reason": "no"], as: page).code == "FORBIDDEN")
            #expect(try await client.post(place + "/hide", [:]).code == "VALIDATION_ERROR")
            #expect(try await client.post(place + "/hide", ["reason": "An advertisement."]).status == 200)
            #expect(try await client.get(Self.place).json["rating"]?["reviews"] == 0)
            #expect(try await client.person(.get, Self.place + "/reviews", as: page).json["items"] == [])
            #expect(
                try await client.person(.get, Self.place + "/review", as: page).json["hidden"] == "An advertisement.")
            #expect(try await client.get(Self.place + "/reviews").json["items"]?.array?.count == 1)
            #expect(try await client.post(place + "/reports", ["reason": "spam"]).code == "REVIEW_NOT_FOUND")
            #expect(try await client.post(place + "/restore").json["hidden"] == .null)
            #expect(try await client.get(Self.place).json["rating"]?["reviews"] == 1)
            #expect(try await client.post(Self.place + "/reviews/none/restore").code == "REVIEW_NOT_FOUND")
        }
        let told = api.audit.all.map(\.action)
        #expect(told.contains(.reviewHidden) && told.contains(.reviewRestored))
    }

    @Test func `anybody reports a template or a review once, and moderators decide`() async throws {
        let ann = api.person("ann@example.com", [.initial: "viewer"])
        try await api.test { client in
            try await publish(client)
            _ = try await install(client)
            let page = try await api.session(of: ann, in: .initial)
            let path = Self.place + "/reports"
            #expect(try await client.post(path, ["reason": "dull"]).code == "VALIDATION_ERROR")
            #expect(try await client.post(path, ["reason": "other"]).code == "VALIDATION_ERROR")
            let made = try await client.person(.post, path, ["reason": "malicious", "text": "It mines."], as: page)
            #expect(made.status == 201 && made.json["state"] == "open", "\(made.json)")
            let again = try await client.person(.post, path, ["reason": "spam"], as: page)
            #expect(again.code == "REPORT_CONFLICT")
            #expect(again.json["error"]?["details"]?["report_id"] == made.json["id"])
            #expect(try await client.post(path, ["reason": "broken"]).status == 201)
            let review = try await client.put(Self.place + "/review", ["stars": 1]).json["id"]?.string ?? ""
            let other = try await client.person(
                .post, Self.place + "/reviews/\(review)/reports", ["reason": "spam"], as: page)
            #expect(other.json["review_id"]?.string == review)
            #expect(
                try await client.post(Self.place + "/reviews/%01/reports", ["reason": "spam"]).code
                    == "REVIEW_NOT_FOUND")
            #expect(try await client.person(.get, "/api/v1/reports", as: page).code == "FORBIDDEN")
            let queue = try await client.get("/api/v1/reports").json["items"]?.array ?? []
            #expect(queue.count == 3 && queue.first?["reported_by"]?.string == ann.id.description)
            let place = "/api/v1/reports/" + (made.json["id"]?.string ?? "")
            #expect(try await client.post(place + "/resolve", [:]).code == "VALIDATION_ERROR")
            let closed = try await client.post(place + "/resolve", ["note": "Withdrawn."])
            #expect(closed.json["state"] == "resolved" && closed.json["note"] == "Withdrawn.")
            #expect(try await client.post(place + "/dismiss").code == "REPORT_CONFLICT")
            #expect(try await client.get(place).json["decided_at"] != .null)
            #expect(try await client.get("/api/v1/reports?state=resolved").json["items"]?.array?.count == 1)
            #expect(try await client.person(.post, path, ["reason": "spam"], as: page).status == 201)
            #expect(try await client.post("/api/v1/reports/none/dismiss").code == "REPORT_NOT_FOUND")
        }
        let told = api.audit.all.map(\.action)
        for action in [.templateReported, .reviewReported, .reportResolved] as [AuditAction] {
            #expect(told.contains(action), "\(action)")
        }
    }
}

extension TestClient {
    /// A request of a page that somebody has signed in on, by its whole path.
    fileprivate func person(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, as headers: HTTPFields
    ) async throws -> Answer {
        try await page(method, String(path.dropFirst("/api/v1".count)), body, as: headers)
    }
}
