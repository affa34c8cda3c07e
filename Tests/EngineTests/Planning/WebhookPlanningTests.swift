import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

struct WebhookPlanningTests {
    private let planner = Planner(catalogue: FixtureCatalogue())

    private func plan(_ configs: JSON..., credentials: [CredentialRecord]? = nil) -> Planning {
        let nodes = configs.enumerated().map { index, config in
            ["id": .string("hook\(index)"), "type": "webhook", "config": config] as JSON
        }
        return planner.plan(["name": "w", "nodes": .array(nodes)], credentials: credentials)
    }

    @Test(arguments: ["deploy", "/deploy", "team/deploy", "a-b_c.d~e"])
    func `a path that can stand in a URL is taken`(path: String) {
        let planning = plan(["path": .string(path)])
        #expect(planning.problems == [])
        #expect(planning.webhooks.map(\.endpoint) == [path.hasPrefix("/") ? String(path.dropFirst()) : path])
    }

    @Test(arguments: [
        "/", "a//b", "a/", "//a", ".", "a/../b", "a b", "é", "a?b", "{{ env.X }}", "a%20b",
        String(repeating: "a", count: 201),
    ])
    func `any other path is refused`(path: String) {
        let found = plan(["path": .string(path)]).problems
        #expect(found.map(\.code) == ["bad-path"])
        #expect(found.first?.pointer == "/nodes/0/config/path")
    }

    @Test(
        arguments: [
            ([:], "missing-member"), (["path": 5], "wrong-type"), (["path": "a", "method": "FETCH"], "bad-value"),
            (["path": "a", "verify": ["scheme": "githb", "secret": "K"]], "bad-value"),
            (["path": "a", "verify": [:]], "missing-member"),
            (["path": "a", "verify": ["scheme": "github"]], "missing-member"),
            (["path": "a", "verify": ["scheme": "none", "secret": "K"]], "bad-value"),
            (["path": "a", "verify": ["scheme": "patchbay", "secret": "K", "x": 1]], "unknown-member"),
            (["path": "a", "verfy": [:]], "unknown-member"),
        ] as [(JSON, String)])
    func `a bad configuration says why`(config: JSON, code: String) {
        #expect(plan(config).problems.map(\.code) == [code])
    }

    @Test func `two webhooks of a workflow cannot share a path`() {
        let found = plan(["path": "a"], ["path": "/a"]).problems
        #expect(found.map(\.code) == ["duplicate-path"])
        #expect(found.first?.node == "hook1")
        #expect(found.first?.message.contains("\"hook0\"") == true)
    }

    @Test func `the signing key must be a credential of kind secret`() {
        let config: JSON = ["path": "a", "verify": ["scheme": "patchbay", "secret": "KEY"]]
        #expect(plan(config, credentials: []).problems.map(\.code) == ["unknown-credential"])
        #expect(plan(config, credentials: [.fixture("KEY", .bearer)]).problems.map(\.code) == ["misfit-credential"])
        let good = plan(config, credentials: [.fixture("KEY", .secret)])
        #expect(good.problems == [])
        #expect(good.webhooks == [PlannedWebhook(node: "hook0", endpoint: "a", scheme: .patchbay, secret: "KEY")])
    }

    @Test func `webhooks are told although something else is wrong`() {
        let planning = plan(["path": "a", "method": "PUT"], ["path": "b", "unknown": 1])
        #expect(planning.plan == nil)
        #expect(planning.webhooks.map(\.endpoint) == ["a", "b"])
        #expect(planning.webhooks.map(\.method) == ["PUT", "POST"])
    }
}
