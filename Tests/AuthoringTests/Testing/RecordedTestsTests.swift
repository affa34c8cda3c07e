import ManifestFixture
import PatchbayAuthoring
import PatchbayJSON
import PatchbayOutbound
import Testing

@Suite(.timeLimit(.minutes(3))) struct RecordedTestsTests {
    @Test func `a recording is made from a live server, holds no secret, and passes without the server`() async throws {
        let shop = try await Shop.build()
        let connector = try await shop.open()
        let tests = RecordedTests(connector, folder: shop.project.recordings, client: try Shop.client())
        do {
            let server = try LoopbackServer(
                headers: "Set-Cookie: session=canary-cookie\r\nX-Request: 1\r\n",
                body: #"{"state": "open", "echo": "canary-1234"}"#)
            let recording: JSON = [
                "operation": "get_order", "input": ["id": "7"], "settings": ["base_url": .string(server.url)],
            ]
            try shop.folder.write(recording.text, to: "Tests/Recordings/order.json")
            try await tests.record("order.json", with: try GivenCredential(["token": "canary-1234"]))
        }
        let text = try shop.folder.read("Tests/Recordings/order.json")
        #expect(!text.contains("canary"), "\(text)")
        #expect(text.contains(#""credential": "account""#))
        #expect(text.contains("x-request"))
        #expect(await tests.run("order.json").problems == [])
        await connector.close()
    }

    @Test(
        arguments: [
            ("/output/state", "closed", "the output is"), ("/exchanges/0/request/url", "http://x.test/9", "recorded"),
            ("/exchanges/0/response/json", ["no": "state"], "it failed"), ("/exchanges/0/fault", "timeout", "timeout"),
            ("/input/id", 7, "/id"), ("/operation", "nothing", "no operation"), ("/surprise", 1, "unknown"),
            (
                "/exchanges/1", ["request": ["method": "GET", "url": "http://127.0.0.1:9/a"], "fault": "reset"],
                "not sent"
            ),
        ] as [(String, JSON, String)])
    func `what differs from a recording is told`(pointer: String, value: JSON, words: String) async throws {
        let shop = try await Shop.build()
        let connector = try await shop.open()
        let tests = RecordedTests(connector, folder: shop.project.recordings, client: try Shop.client())
        try shop.folder.write(Self.good.text, to: "Tests/Recordings/a.json")
        #expect(await tests.run("a.json").problems == [])
        try shop.folder.write(Self.good.replacing(pointer, with: value).text, to: "Tests/Recordings/a.json")
        let problems = await tests.run("a.json").problems.joined(separator: "\n")
        #expect(problems.contains(words), "\(problems)")
        await connector.close()
    }

    @Test func `faults and refusals can be expected`() async throws {
        let shop = try await Shop.build()
        let connector = try await shop.open()
        let tests = RecordedTests(connector, folder: shop.project.recordings, client: try Shop.client())
        let late = Self.good.replacing("/output", with: nil).replacing("/exchanges/0/fault", with: "timeout")
            .replacing("/error", with: ["code": "timeout", "retryable": true])
        try shop.folder.write(late.text, to: "Tests/Recordings/late.json")
        let missing = Self.good.replacing("/output", with: nil).replacing(
            "/exchanges/0/response", with: ["status": 404]
        )
        .replacing("/error", with: ["code": "not_found", "http_status": 404, "effect": "none"])
        try shop.folder.write(missing.text, to: "Tests/Recordings/missing.json")
        #expect(tests.names == ["late.json", "missing.json"])
        for name in tests.names { #expect(await tests.run(name).problems == [], "\(name)") }
        await connector.close()
    }

    private static let good: JSON = [
        "operation": "get_order", "input": ["id": "7"], "settings": ["base_url": "http://127.0.0.1:9"],
        "exchanges": [
            [
                "request": ["method": "GET", "url": "http://127.0.0.1:9/orders/7"],
                "response": ["status": 200, "json": ["state": "open"]],
            ]
        ],
        "output": ["state": "open"],
    ]
}
