import ManifestFixture
import PatchbayJSON
import PatchbayModules
import Testing

/// One change at a time: what it is called, and how grave it is.
@Suite struct ChangeLevelTests {
    typealias Case = (pointer: String, value: JSON?, code: String, level: ManifestChange.Level)

    static let input = "/operations/0/input"
    static let output = "/operations/0/output"

    static let wholes: [Case] = [
        ("/id", "acme-two", "id-changed", .breaking),
        ("/summary", "Another text.", "text-changed", .compatible),
        ("/homepage", "https://acme.example", "text-changed", .compatible),
        ("/abi/least_minor", 1, "abi-minor-changed", .additive),
        ("/abi/major", 2, "abi-major-changed", .breaking),
        ("/isolation", "in_process", "isolation-changed", .breaking),
        ("/limits/concurrency", 2, "limit-changed", .compatible),
        ("/limits/timeout_ms", 10_000, "limit-changed", .additive),
        ("/limits/timeout_ms", 60_000, "limit-changed", .compatible),
        ("/limits/memory_mb", 256, "limit-changed", .additive),
    ]

    static let permissions: [Case] = [
        ("/permissions/hosts/-", "files.acme.example", "host-added", .breaking),
        ("/permissions/hosts/-", "*", "host-added", .breaking),
        ("/permissions/hosts/0", nil, "host-removed", .compatible),
        ("/permissions/hosts/1", nil, "host-removed", .breaking),
        ("/permissions/credentials/1", nil, "credential-removed", .breaking),
        ("/permissions/credentials/1/required", true, "credential-requirement-changed", .breaking),
        ("/permissions/credentials/0/required", false, "credential-requirement-changed", .additive),
        ("/permissions/credentials/0/access", "read", "credential-access-changed", .breaking),
        ("/permissions/credentials/0/kinds/0", nil, "credential-kind-removed", .breaking),
        ("/permissions/credentials/0/kinds/-", ["kind": "basic"], "credential-kind-added", .additive),
        ("/permissions/credentials/0/kinds/1/name", "X-Other", "credential-kind-changed", .compatible),
        ("/permissions/credentials/0/about", "Elsewhere.", "text-changed", .compatible),
        (
            "/permissions/sockets", ["host": ["setting": "base_url"], "ports": [5432]], "permission-added", .breaking
        ),
        (
            "/permissions/credentials/-",
            ["name": "third", "title": "Third", "access": "inject", "kinds": [["kind": "bearer"]]], "credential-added",
            .breaking
        ),
        (
            "/permissions/credentials/-",
            [
                "name": "third", "title": "Third", "required": false, "access": "inject",
                "kinds": [["kind": "bearer"]],
            ], "credential-added", .additive
        ),
    ]

    static let operations: [Case] = [
        ("/operations/1", nil, "operation-removed", .breaking),
        (
            "/operations/-",
            [
                "id": "drop_order", "kind": "action", "title": "Drop", "effect": "delete",
                "input": ["type": "object"], "output": true,
            ], "operation-added", .additive
        ),
        ("/operations/0/effect", "delete", "effect-changed", .breaking),
        ("/operations/0/idempotent", false, "idempotent-changed", .breaking),
        ("/operations/0/timeout_ms", 5_000, "timeout-changed", .additive),
        ("/operations/0/timeout_ms", 25_000, "timeout-changed", .compatible),
        ("/operations/0/credential", "extra", "credential-changed", .breaking),
        ("/operations/0/credential", nil, "credential-dropped", .breaking),
        ("/operations/1/credential", "account", "credential-used", .breaking),
        ("/operations/1/credential", "extra", "credential-used", .additive),
        ("/operations/0/deprecated", ["since": "1.2.4"], "deprecation-changed", .additive),
        ("/operations/0/title", "Make an order", "text-changed", .compatible),
        ("/operations/0/examples", nil, "text-changed", .compatible),
        ("/operations/0/cursor", "page", "operation-changed", .breaking),
    ]

    static let inputs: [Case] = [
        ("\(input)/properties/gift", ["type": "boolean"], "input-added", .additive),
        ("\(input)/properties/priority", nil, "input-removed", .breaking),
        ("\(input)/required", ["customer", "quantity"], "input-required", .breaking),
        ("\(input)/required", nil, "input-optional", .additive),
        ("\(input)/properties/customer/type", ["string", "null"], "input-type-widened", .additive),
        ("\(input)/properties/customer/type", "integer", "input-type-changed", .breaking),
        ("\(input)/properties/quantity/type", "number", "input-type-widened", .additive),
        ("\(input)/properties/quantity/maximum", 50, "input-bound-narrowed", .breaking),
        ("\(input)/properties/quantity/maximum", 500, "input-bound-widened", .additive),
        ("\(input)/properties/quantity/minimum", nil, "input-bound-widened", .additive),
        ("\(input)/properties/quantity/default", 2, "input-default-changed", .breaking),
        ("\(input)/properties/quantity/default", nil, "input-default-changed", .breaking),
        ("\(input)/properties/customer/default", "c0", "input-default-changed", .compatible),
        ("\(input)/properties/priority/enum", ["low", "high", "top"], "input-choice-widened", .additive),
        ("\(input)/properties/priority/enum", ["low"], "input-choice-narrowed", .breaking),
        ("\(input)/properties/priority/enum", nil, "input-choice-widened", .additive),
        ("\(input)/properties/customer/pattern", "^c", "input-pattern-narrowed", .breaking),
        ("\(input)/properties/customer/description", "Who.", "text-changed", .compatible),
        ("\(input)/additionalProperties", true, "input-schema-widened", .additive),
        ("\(input)/properties/lines/items/properties/sku/minLength", 3, "input-bound-narrowed", .breaking),
        ("\(input)/properties/lines/items/properties/count", ["type": "integer"], "input-added", .additive),
        ("\(input)/properties/customer/not", ["const": "x"], "input-schema-changed", .breaking),
        ("\(input)/anyOf", [["required": ["lines"]]], "input-alternatives-narrowed", .breaking),
        ("\(input)/allOf", [["required": ["lines"]]], "input-alternatives-narrowed", .breaking),
        ("/settings/properties/base_url/default", "https://eu.acme.example", "setting-default-changed", .breaking),
        ("/settings/properties/region", ["type": "string"], "setting-added", .additive),
        ("/settings/required", ["base_url"], "setting-required", .breaking),
    ]

    static let outputs: [Case] = [
        ("\(output)/properties/total", ["type": "number"], "output-added", .additive),
        ("\(output)/properties/note", nil, "output-removed", .breaking),
        ("\(output)/required", ["order_id", "note"], "output-promised", .additive),
        ("\(output)/required", nil, "output-optional", .breaking),
        ("\(output)/properties/note/type", ["string", "null"], "output-type-widened", .breaking),
        ("\(output)/properties/state/enum", ["open", "closed", "lost"], "output-choice-widened", .additive),
        ("\(output)/properties/state/enum", ["open"], "output-choice-narrowed", .compatible),
        ("\(output)/properties/note/maxLength", 10, "output-bound-narrowed", .compatible),
        ("\(output)/properties/note/default", "", "output-default-changed", .compatible),
        ("/operations/1/output/$defs/order/properties/id/type", "integer", "output-type-changed", .breaking),
        ("/operations/1/output/$defs/order/properties/at", ["type": "string"], "output-added", .additive),
    ]

    /// What a manifest says of a provider of OAuth 2.0 tokens, changed.
    static let providers: [Case] = [
        ("/token_url", "https://other.example/token", "credential-provider-changed", .breaking),
        ("/authorize_url", nil, "credential-provider-changed", .breaking),
        ("/revoke_url", "https://acme.example/revoke", "credential-provider-changed", .breaking),
        ("/client_authentication", "body", "credential-kind-changed", .compatible),
        ("/scopes", ["read", "write"], "credential-scopes-added", .additive),
        ("/scopes", nil, "credential-scopes-removed", .compatible),
    ]

    @Test(arguments: providers)
    func `another provider of tokens needs a look, further scopes a new consent`(change: Case) throws {
        let provider: JSON = [
            "kind": "oauth2", "authorize_url": "https://acme.example/authorize",
            "token_url": "https://acme.example/token", "scopes": ["read"],
        ]
        let old = SampleManifest.make().replacing("/permissions/credentials/0/kinds/-", with: provider)
        let new = old.replacing("/permissions/credentials/0/kinds/2" + change.pointer, with: change.value)
        let found = ManifestComparison(
            try #require(Manifest.read(old, as: .declared).manifest),
            try #require(Manifest.read(new, as: .declared).manifest)
        ).changes
        #expect(found.map(\.code) == [change.code])
        #expect(found.first?.level == change.level)
    }

    @Test func `another check of a credential breaks nothing`() throws {
        let check: JSON = [
            "id": "who_am_i", "kind": "action", "title": "Who am I?", "effect": "read", "credential": "account",
            "input": ["type": "object"], "output": true,
        ]
        let old = SampleManifest.make().replacing("/operations/-", with: check)
        let new = old.replacing("/permissions/credentials/0/check", with: "who_am_i")
        for (before, after) in [(old, new), (new, old)] {
            let found = ManifestComparison(
                try #require(Manifest.read(before, as: .declared).manifest),
                try #require(Manifest.read(after, as: .declared).manifest)
            ).changes
            #expect(found.map(\.code) == ["credential-check-changed"])
            #expect(found.first?.level == .compatible)
        }
    }

    @Test(arguments: wholes + permissions + operations + inputs + outputs)
    func `a change is named and weighed`(change: Case) throws {
        let comparison = try comparing([(change.pointer, change.value)])
        #expect(comparison.changes.map(\.code) == [change.code], "\(comparison.changes)")
        #expect(comparison.level == change.level, "\(comparison.changes)")
    }

    @Test func `a required input that is new breaks`() throws {
        let comparison = try comparing([
            ("\(Self.input)/properties/region", ["type": "string"]),
            ("\(Self.input)/required", ["customer", "region"]),
        ])
        #expect(comparison.changes.map(\.code) == ["input-required-added"])
        #expect(comparison.changes.first?.operation == "create_order")
        #expect(comparison.changes.first?.pointer == "/operations/0/input/properties/region")
    }

    @Test func `a host that a wider one allowed before is no change`() throws {
        let old = SampleManifest.make().replacing("/permissions/hosts/0", with: "*.acme.example")
        let new = old.replacing("/permissions/hosts/-", with: "files.acme.example")
        let comparison = ManifestComparison(
            try #require(Manifest.read(old, as: .declared).manifest),
            try #require(Manifest.read(new, as: .declared).manifest))
        #expect(comparison.changes == [])
    }

    @Test func `the same members in another order are no change`() throws {
        let old = SampleManifest.make()
        var members = JSONObject()
        for member in (old.object ?? [:]).reversed() { members[member.name] = member.value }
        let comparison = ManifestComparison(
            try #require(Manifest.read(old, as: .declared).manifest),
            try #require(Manifest.read(.object(members), as: .declared).manifest))
        #expect(comparison.changes == [])
    }

    @Test func `a schema that leads in a circle ends`() throws {
        let tree: JSON = [
            "type": "object", "properties": ["root": ["$ref": "#/$defs/node"]],
            "$defs": ["node": ["type": "object", "properties": ["next": ["$ref": "#/$defs/node"]]]],
        ]
        let changed = tree.replacing("/$defs/node/properties/name", with: ["type": "string"])
        var findings = ChangeCount()
        findings.compare(tree, changed)
        #expect(findings.level == .additive)
        #expect(findings.count > 0)
    }
}

/// The comparison of an operation's output alone.
private struct ChangeCount {
    var level: ManifestChange.Level?
    var count = 0

    mutating func compare(_ old: JSON, _ new: JSON) {
        let manifests = [old, new].map {
            Manifest.read(SampleManifest.make().replacing("/operations/0/output", with: $0), as: .declared).manifest!
        }
        let comparison = ManifestComparison(manifests[0], manifests[1])
        level = comparison.level
        count = comparison.changes.count
    }
}
