import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

struct TenantTests {
    private let api = TestAPI()

    @Test func `operators make tenants, limit, suspend and delete them`() async throws {
        try await api.test { client in
            let made = try await client.post("/api/v1/tenants", ["name": "Acme", "limits": ["workflows": 5]])
            #expect(made.status == 201 && made.json["state"] == "active")
            let path = try #require(made.headers[.location])
            #expect(try await client.get(path).json["limits"]?["workflows"] == 5)
            #expect(try await client.get(path).json["limits"]?["concurrency"] == .null)
            let changed = try await client.put(path, ["name": "Acme 2", "limits": ["concurrency": 3]])
            #expect(changed.json["name"] == "Acme 2" && changed.json["limits"]?["workflows"] == .null)
            #expect(changed.json["limits"]?["concurrency"] == 3)
            #expect(try await client.post(path + "/suspend").json["state"] == "suspended")
            #expect(try await client.post(path + "/resume").json["state"] == "active")
            #expect(try await client.get(path + "/usage").json["items"]?.array?.first?["steps"] == 2)
            #expect(try await client.get("/api/v1/tenants").json["items"]?.array?.count == 2)
            // Nothing is deleted by mistake.
            #expect(try await client.delete(path).code == "CONFIRMATION_REQUIRED")
            #expect(try await client.delete(path + "?confirm=Acme").code == "VALIDATION_ERROR")
            let deleted = try await client.delete(path + "?confirm=Acme%202")
            #expect(deleted.status == 202 && deleted.json["state"] == "deleting")
            #expect(try await client.post(path + "/resume").code == "TENANT_NOT_ACTIVE")
            let first = "/api/v1/tenants/\(TenantID.initial)"
            #expect(try await client.delete(first + "?confirm=default").code == "FIRST_TENANT")
            #expect(try await client.get("/api/v1/tenants/x").code == "TENANT_NOT_FOUND")
        }
    }

    @Test(
        arguments: [
            [:], ["name": ""], ["name": "x", "limits": ["workflows": -1]], ["name": "x", "limits": ["worflows": 1]],
            ["name": "x", "limits": 7], ["name": "x", "limits": ["concurrency": 0]], ["name": "x", "quota": [:]],
        ] as [JSON])
    func `what is wrong with a tenant is told`(body: JSON) async throws {
        try await api.test { client in
            let answer = try await client.post("/api/v1/tenants", body)
            #expect(answer.code == "VALIDATION_ERROR")
        }
    }

    @Test(arguments: [
        "?from=x", "?from=2026-02-01T00:00:00Z&through=2026-01-01T00:00:00Z", "?from=2020-01-01T00:00:00Z", "?x=1",
    ])
    func `usage is told for a time that can be`(query: String) async throws {
        try await api.test { client in
            let answer = try await client.get("/api/v1/tenant/usage" + query)
            #expect(answer.code == "VALIDATION_ERROR")
        }
    }

    @Test func `members see the tenants they belong to, and what their role may`() async throws {
        let there = TestAPI.elsewhere
        let (ann, bob) = (
            api.person("ann@example.com", [.initial: "owner", there: "viewer"]),
            api.person("bob@example.com", [there: "owner"])
        )
        try await api.test { client in
            let here = try await api.session(of: ann, in: .initial)
            let items = try await client.page(.get, "/tenants", as: here).json["items"]?.array ?? []
            #expect(items.map { $0["name"] } == ["default", "elsewhere"])
            #expect(try await client.page(.put, "/tenant", ["name": "Home"], as: here).json["name"] == "Home")
            let guest = try await api.session(of: ann, in: there)
            #expect(try await client.page(.get, "/tenant", as: guest).json["name"] == "elsewhere")
            #expect(try await client.page(.get, "/tenant/usage", as: guest).status == 200)
            for (method, path) in [
                (.put, "/tenant"), (.get, "/tenant/export"), (.delete, "/tenant?confirm=elsewhere"),
                (.get, "/tenants/\(there)"), (.post, "/tenants"),
            ] as [(HTTPRequest.Method, String)] {
                #expect(try await client.page(method, path, method == .get ? nil : [:], as: guest).code == "FORBIDDEN")
            }
            let owner = try await api.session(of: bob)
            #expect(try await client.page(.get, "/tenants", as: owner).json["items"]?.array?.count == 1)
            #expect(try await client.page(.delete, "/tenant", as: owner).code == "CONFIRMATION_REQUIRED")
            #expect(try await client.page(.delete, "/tenant?confirm=elsewhere", as: owner).status == 202)
        }
    }

    @Test func `an export is read as it is written`() async throws {
        try await api.testLive { client in
            for _ in 0..<3 {
                let answer = try await client.get("/api/v1/tenant/export")
                #expect(answer.status == 200 && answer.headers[.contentType] == "application/jsonl; charset=utf-8")
                let lines = answer.bytes.split(separator: UInt8(ascii: "\n"))
                #expect(lines.count == 2_002)
                #expect(try JSON(parsing: Array(lines[0])) == ["tenant": .string(TenantID.initial.description)])
                #expect(try JSON(parsing: Array(lines[2_001])) == ["end": [:]])
            }
        }
    }
}
