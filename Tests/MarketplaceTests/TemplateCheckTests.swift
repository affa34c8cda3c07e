import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace
import Testing

struct TemplateCheckTests {
    private func codes(_ template: JSON) -> [String] { check.check(template).problems.map(\.code) }

    @Test func `a good template has no problems, and reads back as it was written`() throws {
        let outcome = check.check(notifier)
        #expect(outcome.problems == [])
        #expect(outcome.pins.map(\.description) == ["slack@1.2.0"])
        let document = try #require(outcome.document)
        #expect(TemplateDocument.read(document.json).document == document)
        #expect(document.json["parameters"] != nil)
    }

    private static let misshapen: [(member: String, value: JSON)] = [
        ("name", "Not A Slug"), ("version", "1.0"), ("category", "fun"), ("tags", ["Über"]),
        ("cover", "javascript:alert(1)"), ("readme", 7), ("parameters", [["title": "no name"]]), ("colour", "red"),
    ]

    @Test(arguments: misshapen)
    func `a member of the wrong form is told with its place`(member: String, value: JSON) {
        let outcome = check.check(notifier.with(value, at: member))
        #expect(outcome.document == nil)
        #expect(outcome.problems.contains { $0.pointer.hasPrefix("/" + member) }, "\(outcome.problems)")
    }

    @Test func `all that is wrong with a template is told at once`() {
        let spoilt =
            notifier
            .with(["id": "jira", "version": "^1"], at: "required_connectors", "0")
            .with(["name": "OTHER", "type": "slack"], at: "required_credentials", "0")
            .with("x", at: "parameters", "0", "default")
            .with("<script>alert(1)</script>", at: "readme")
            .with(["name": "unused"], at: "parameters", "1")
        let codes = Set(codes(spoilt))
        #expect(
            codes.isSuperset(of: [
                "unused-connector", "undeclared-connector", "unused-credential", "unknown-credential", "bad-parameter",
                "unused-parameter", "unknown-parameter", "script-in-readme",
            ]), "\(codes)")
    }

    @Test func `a template that lies about its connectors' versions is refused`() {
        #expect(codes(notifier.with("2", at: "required_connectors", "0", "version")).isEmpty)
        let fixed = notifier.with("slack@1.0.0/send_message", at: "workflow", "nodes", "2", "uses")
        #expect(codes(fixed.with("^2", at: "required_connectors", "0", "version")) == ["misfit-connector"])
    }

    @Test func `a cycle and ten thousand nodes are refused`() {
        let edges: JSON = [
            ["source": "hook", "target": "ok"], ["source": "ok", "port": "true", "target": "tell"],
            ["source": "tell", "target": "ok"],
        ]
        #expect(codes(notifier.with(edges, at: "workflow", "edges")).contains("cycle"))
        let nodes = JSON.array((0..<10_000).map { ["id": .string("n\($0)"), "type": "manual"] })
        #expect(codes(notifier.with(nodes, at: "workflow", "nodes")) == ["too-large"])
    }

    @Test(arguments: [
        "ghp_0123456789abcdefghijABCDEFGHIJ012345", "xoxb-1234567890-abcdefghijklmn", "AKIAABCDEFGHIJKLMNOP",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE", "https://ada:hunter2@example.com/",
        "Bearer sk-" + "ant-" + String(repeating: "k3", count: 12),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX",
    ])
    func `what looks like a secret is refused wherever it stands`(secret: String) {
        for template in [
            notifier.with(.string(secret), at: "workflow", "nodes", "2", "input", "text"),
            notifier.with(.string("use " + secret), at: "readme"), notifier.with(.string(secret), at: "sample_input"),
        ] {
            #expect(codes(template) == ["secret-value"], "\(secret)")
        }
    }

    @Test func `a disorderly value of a suspicious member is refused, and a name or a template is not`() {
        func with(_ value: JSON) -> JSON {
            notifier.with(
                [
                    "id": "call", "type": "action", "uses": "http/request",
                    "input": ["headers": ["x-api-key": value]],
                ], at: "workflow", "nodes", "2"
            ).with([["id": "http"]], at: "required_connectors")
                .with([["name": "GITHUB_WEBHOOK_SECRET", "kind": "secret"]], at: "required_credentials")
                .with([["name": "least", "schema": true, "default": 1]], at: "parameters")
                .with(
                    [["source": "hook", "target": "ok"], ["source": "ok", "port": "true", "target": "call"]],
                    at: "workflow", "edges")
        }
        #expect(codes(with("9f8e7d6c5b4a39281706")) == ["secret-value"])
        #expect(codes(with("YOUR_API_KEY")) == [])
        #expect(codes(with("{{ trigger.body.api_key_of_the_sender1 }}")) == [])
        #expect(codes(with("the-key")) == [])
    }

    @Test func `the id of something in a tenant is refused`() {
        let id = WorkflowID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0009).description
        #expect(codes(notifier.with(.string("see \(id)"), at: "readme")) == ["tenant-id"])
        #expect(codes(notifier.with("see wf_short", at: "readme")) == [])
    }

    @Test(arguments: [
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))", "[x](&#x6A;avascript&colon;alert(1))", "<img src=x onerror=alert(1)>",
        "a `b\n<b onclick=1>", "<SCRIPT src=//x>", "`<script>`", "[x](data:text/html,hi)", "<!-- -->", "&#60;script>",
    ])
    func `a read-me that a browser could carry out is refused`(text: String) {
        let codes = codes(notifier.with(.string(text), at: "readme"))
        #expect(!codes.isEmpty && codes.allSatisfy { $0.hasSuffix("-in-readme") }, "\(codes)")
    }

    @Test(arguments: ["a < b", "```html\n<b>bold</b>\n```", "`<b>`", "<https://example.com>", "1 &#60 2", "x &# y"])
    func `a read-me of text and code is good`(text: String) {
        #expect(codes(notifier.with(.string(text), at: "readme")) == [])
    }
}
