import HostFixture
import PatchbayJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct TaskCommandTests {
    private static let document: JSON = [
        "name": "orders",
        "nodes": [
            ["id": "start", "type": "manual"],
            [
                "id": "approve", "type": "human",
                "config": [
                    "title": "Order {{ string(input.order) }}", "assignees": ["ada@example.com"], "timeout": "72h",
                ],
            ],
            ["id": "go", "type": "set", "config": ["values": ["by": "{{ steps.approve.output.decided_by }}"]]],
        ],
        "edges": [
            ["source": "start", "target": "approve"], ["source": "approve", "port": "approved", "target": "go"],
        ],
    ]

    @Test func `what people are asked is listed, shown, commented on and decided from the shell`() async throws {
        let installation = try await Installation([])
        func run(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["task"] + arguments)
        }
        let host = try await installation.serve()
        #expect(try await run("list").output == "There are no such tasks.\n")
        #expect(try await JSON(parsing: run("list", "--json").output) == ["items": []])

        let workflow = try #require(
            try await host.send("POST", "/api/v1/workflows", Self.document).body["id"]?.string)
        let answer = try await host.send(
            "POST", "/api/v1/runs", ["workflow_id": .string(workflow), "input": ["order": 7]])
        let started = try #require(answer.body["id"]?.string, "\(answer.text)")
        var task: String?
        let deadline = ContinuousClock.now + .seconds(30)
        while task == nil, ContinuousClock.now < deadline {
            task = try await JSON(parsing: run("list", "--for", "ada@example.com", "--json").output)["items"]?[0]?[
                "id"]?
                .string
        }
        let id = try #require(task)
        #expect(try await run("list").output.contains("Order 7"))
        #expect(try await JSON(parsing: run("list", "--for", "bob@example.com", "--json").output) == ["items": []])
        #expect(try await run("comment", id, "Is it in stock?").output == "Noted.\n")
        let shown = try await JSON(parsing: run("show", id).output)
        #expect(shown["people"] == ["ada@example.com"] && shown["run_id"]?.string == started)
        #expect(shown["history"]?.array?.contains { $0["event"] == "commented" } == true)

        for (arguments, words) in [
            (["decide", id, "approved", "--as", "bob@example.com"], "not asked"),
            (["decide", id, "maybe", "--as", "ada@example.com"], "no such option"),
            (["decide", id, "approved", "--as", "ada"], "no address"),
            (["decide", id, "approved", "--as", "ada@example.com", "--form", "{"], "--form is no JSON"),
            (["comment", id, ""], "1 to"), (["show", "task_1"], "There is no task"),
            (["list", "--status", "done"], "no such status"), (["list", "--tenant", "x"], "--tenant is a tenant's id"),
        ] {
            let refused = try await installation.command(["task"] + arguments)
            #expect(refused.status != 0 && refused.errors.contains(words), "\(arguments): \(refused.errors)")
        }
        let decided = try await run("decide", id, "approved", "--as", "ada@example.com", "--comment", "fine")
        #expect(decided.output == "\(id) is decided.\n", "\(decided.errors)")
        let done = try await host.finished(started)
        #expect(done["status"] == "completed")
        #expect(try await run("list", "--status", "decided").output.contains(id))
        #expect(try await run("decide", id, "approved", "--as", "ada@example.com").errors.contains("over"))
        #expect(await host.stop() == 0)
    }
}
