import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayAPI

struct AccessTableTests {
    private let api = TestAPI()

    private var routes: [Route] { guardedRoutes(api.dependencies, makeGate(api.dependencies)) }

    @Test func `every route has its line in the table, and every line its route`() {
        let routes = Set(routes.map { "\($0.method.rawValue) \($0.path)" })
        let lines = AccessTable.rules.map { "\($0.method.rawValue) \($0.path)" }
        #expect(routes.subtracting(lines) == [])
        #expect(Set(lines).subtracting(routes) == [])
        #expect(lines.count == Set(lines).count)
    }

    @Test func `what changes something needs more than looking, and what is open says why`() {
        let looking: Set<Permission> = [
            .workflowRead, .runRead, .credentialView, .connectorRead, .memberRead, .tenantRead, .auditRead,
        ]
        // Checking and trying out change nothing.
        let harmless = [
            "/workflows/validate", "/workflows/import", "/expressions/evaluate", "/expressions/validate",
            "/expressions/complete",
        ]
        for rule in AccessTable.rules where rule.method != .get {
            guard case .needs(let permissions) = rule.access, !harmless.contains(rule.path) else { continue }
            #expect(!looking.isSuperset(of: permissions), "\(rule.method) \(rule.path)")
        }
        let open = AccessTable.rules.filter { $0.access == .open }.map(\.path)
        #expect(
            Set(open) == [
                "/auth/login", "/auth/register", "/auth/links", "/auth/links/redeem", "/auth/providers",
                "/auth/oidc/:provider/start", "/auth/oidc/:provider/callback", "/oauth/callback",
                "/openapi.json",
            ])
    }

    @Test(arguments: Role.allCases)
    func `each role is answered as the table says, in its tenant and no other`(role: Role) async throws {
        let there = TestAPI.elsewhere
        let account = api.person("ann@example.com", [.initial: role.rawValue, there: role.rawValue])
        // Whom the owner's role may be taken from.
        api.person("other@example.com", [.initial: "owner", there: "owner"])
        let routes = routes
        try await api.test { client in
            for tenant in [TenantID.initial, there] {
                for route in routes where route.rule.access != .open {
                    let path = Self.example(route.path)
                    let headers = try await api.session(of: account, in: tenant)
                    let answer = try await client.page(
                        route.method, path, route.method == .get ? nil : [:], as: headers)
                    let mayPass =
                        if case .needs(let permissions) = route.rule.access {
                            PermissionSet(permissions).isSubset(of: role.permissions)
                        } else {
                            true
                        }
                    let place: Comment =
                        "\(role) \(route.method.rawValue) \(path): \(answer.status) \(answer.code ?? "")"
                    #expect((answer.code == "FORBIDDEN") == !mayPass, place)
                    #expect(answer.status != 401 || answer.code == "INVALID_SIGN_IN", place)
                    #expect(answer.status < 500, place)
                }
            }
        }
    }

    @Test func `whoever is nobody is answered nothing`() async throws {
        let routes = routes
        try await api.test { client in
            for route in routes where route.rule.access != .open {
                let answer = try await client.raw(route.method, "/api/v1" + Self.example(route.path))
                #expect(answer.status == 401, "\(route.method) \(route.path)")
            }
        }
    }

    @Test func `members of one tenant never see the other's, whatever they name`() async throws {
        let there = TestAPI.elsewhere
        let canary = "canary-7f3a"
        let (here, stranger) = (
            api.person("ann@home.example", [.initial: "owner"]), api.person("there@example.com", [there: "owner"])
        )
        let routes = routes
        try await api.test { client in
            let home = try await api.session(of: here)
            let made = try await client.page(
                .post, "/workflows", ["name": .string(canary), "nodes": [["id": "a", "type": "manual"]], "edges": []],
                as: home)
            #expect(made.status == 201)
            let id = try #require(made.json["id"]?.string)
            let run = try await client.page(
                .post, "/runs", ["workflow_id": .string(id), "input": .string(canary)], as: home)
            let runID = try #require(run.json["id"]?.string)
            for route in routes where route.rule.access != .open {
                for named in [id, runID, here.id.description] {
                    let path = Self.example(route.path, id: named)
                    let own = try await client.page(
                        route.method, path, route.method == .get ? nil : [:], as: try await api.session(of: stranger))
                    #expect(!own.contains(canary) && !own.contains("ann@home.example"), "\(route.method) \(path)")
                    let named = try await client.page(
                        route.method, path, route.method == .get ? nil : [:],
                        as: try await api.session(of: stranger, in: .initial))
                    if case .needs = route.rule.access {
                        #expect(named.code == "TENANT_NOT_FOUND", "\(route.method) \(path)")
                    }
                    #expect(!named.contains(canary) && !named.contains("ann@home.example"))
                }
            }
            // It is still there.
            let still = try await client.page(.get, "/workflows/" + id, as: home)
            #expect(still.json["name"]?.string == canary)
        }
    }

    /// A path with its variable parts filled in.
    private static func example(_ path: String, id: String = "x") -> String {
        path.split(separator: "/").map { part in
            switch part {
            case ":id": "/" + id
            case ":version": "/1"
            case ":kind": "/manual"
            case ":name": "/some-role"
            default: "/" + part
            }
        }.joined()
    }
}

extension TestClient.Answer {
    fileprivate func contains(_ text: String) -> Bool { String(decoding: bytes, as: UTF8.self).contains(text) }
}
