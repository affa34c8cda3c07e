import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExpressionTests {
    private let api = TestAPI()

    private func post(_ action: String, _ body: JSON) async throws -> TestClient.Answer {
        try await api.test { try await $0.post("/api/v1/expressions/\(action)", body) }
    }

    private static let context: JSON = [
        "trigger": ["kind": "webhook", "body": ["user": ["name": "Ada", "age": 36], "tags": ["a", "b"]]],
        "steps": ["get_user": ["output": ["id": 7]]], "env": ["CHANNEL": "#news"],
        "credentials": ["team-slack": [:]],
    ]

    // MARK: Evaluate

    @Test(
        arguments: [
            ("expression", "trigger.body.user.name", "Ada", "string"),
            ("expression", "steps.get_user.output.id + 1", 8, "int"),
            ("expression", "trigger.body.tags.map(t => t.upperAscii())", ["A", "B"], "list(string)"),
            ("expression", "{'a': {'b': 1}}", ["a": ["b": 1]], "map(string, map(string, int))"),
            ("expression", "null", .null, "null"),
            ("template", "{{ size(trigger.body.tags) }}", 2, "int"),
            ("template", "Hello {{ user.name }}", "Hello Ada", "string"),
            ("template", "no template", "no template", "string"), ("template", "", "", "string"),
            ("expression", "env.CHANNEL", "#news", "string"),
            ("expression", "trigger.body.user.age > 30", true, "bool"),
            ("template", "{{ credentials['team-slack'] }}", ["$credential": "team-slack"], "credential"),
        ] as [(String, String, JSON, String)])
    func `an expression gives its value and type in a context`(
        kind: String, text: String, value: JSON, type: String
    ) async throws {
        let answer = try await post("evaluate", .object([kind: .string(text), "context": Self.context]))
        #expect(answer.status == 200)
        #expect(answer.json == ["value": value, "type": .string(type)], "\(text)")
    }

    @Test func `an expression that fails is answered with where and why`() async throws {
        let missing = try await post(
            "evaluate", ["template": "Hi\n  {{ trigger.body.usr.name }}", "context": Self.context])
        #expect(missing.status == 200)
        #expect(missing.json["value"] == nil)
        let error = try #require(missing.json["error"])
        #expect(error["code"] == "missing-value")
        #expect(error["line"] == 2)
        #expect(error["column"] == 19)
        #expect(error["offset"] == 21)
        #expect(error["end"] == 24)
        let syntax = try await post("evaluate", ["expression": "1 +"])
        #expect(syntax.json["error"]?["code"] == "expression-syntax")
        #expect(syntax.json["error"]?["column"] == 4)
        let unknown = try await post("evaluate", ["expression": "trigr.body", "context": Self.context])
        #expect(unknown.json["error"]?["code"] == "unknown-name")
        #expect(unknown.json["error"]?["hint"] == "did you mean \"trigger\"?")
    }

    @Test func `an expression may cost no more than in a run`() async throws {
        let long: JSON = .array((0..<2_000).map { .int($0) })
        let answer = try await post(
            "evaluate", ["expression": "l.map(a, l.map(b, a * b))", "context": ["l": long]])
        #expect(answer.status == 200)
        #expect(answer.json["error"]?["code"] == "expression-limit")
        let text = String(repeating: "1+", count: 40_000) + "1"
        let large = try await post("evaluate", ["expression": .string(text)])
        #expect(large.json["error"]?["code"] == "expression-limit")
    }

    @Test func `a credential is never more than its name`() async throws {
        let answers = try await api.test { client in
            _ = try await client.post(
                "/api/v1/credentials",
                ["name": "token", "kind": "secret", "fields": ["value": "s3cr3t-value"]])
            let workflow = try await client.store(Documents.manual)
            let run = try await client.post("/api/v1/runs", ["workflow_id": .string(workflow)]).json["id"] ?? .null
            return [
                try await client.post(
                    "/api/v1/expressions/evaluate", ["expression": "credentials.token", "run": run]),
                try await client.post(
                    "/api/v1/expressions/evaluate", ["template": "x {{ credentials.token }}", "run": run]),
                try await client.post(
                    "/api/v1/expressions/evaluate", ["expression": "string(credentials.token)", "run": run]),
            ]
        }
        #expect(answers[0].json["value"] == ["$credential": "token"])
        #expect(answers[1].json["error"]?["code"] == "secret-in-expression")
        #expect(answers[2].json["error"]?["code"] == "secret-in-expression")
        for answer in answers { #expect(!answer.json.text.contains("s3cr3t-value")) }
    }

    @Test func `a run's trigger, steps and names are the context`() async throws {
        let answers = try await api.testWithWorker { client in
            let id = try await client.store(Documents.action())
            let done = try await client.post("/api/v1/workflows/\(id)/execute", ["input": ["who": "Ada"]])
            let run = done.json["run_id"] ?? .null
            var answers: [JSON] = []
            for text in [
                "trigger.body.who", "steps.say.output.said", "run.id", "workflow.name", "trigger.kind", "input.who",
                "string(now().getFullYear())",
            ] {
                answers.append(
                    try await client.post("/api/v1/expressions/evaluate", ["expression": .string(text), "run": run])
                        .json["value"] ?? .null)
            }
            return [run] + answers
        }
        #expect(answers == [answers[0], "Ada", "hi", answers[0], "Echo", "manual", "Ada", "2026"])
    }

    @Test func `a run's node sees the last iteration around it`() async throws {
        let document: JSON = [
            "name": "Loops",
            "nodes": [
                ["id": "start", "type": "manual"],
                [
                    "id": "each", "type": "loop", "config": ["items": "{{ trigger.body.names }}"],
                    "body": [
                        "nodes": [
                            ["id": "first", "type": "set", "config": ["values": ["name": "{{ item }}"]]],
                            ["id": "second", "type": "set", "config": ["values": ["n": "{{ index }}"]]],
                        ],
                        "edges": [["source": "first", "target": "second"]],
                    ],
                ],
            ],
            "edges": [["source": "start", "target": "each"]],
        ]
        let answers = try await api.testWithWorker { client in
            let id = try await client.store(document)
            let done = try await client.post(
                "/api/v1/workflows/\(id)/execute", ["input": ["names": ["Ada", "Bob"]]])
            var answers: [JSON] = []
            for text in [
                "[item, index, loops.each.item, steps.first.output.name, steps.each.output.index]",
                "steps.second.output",
            ] {
                let body: JSON = [
                    "expression": .string(text), "run": done.json["run_id"] ?? .null, "node": "second",
                ]
                answers.append(try await client.post("/api/v1/expressions/evaluate", body).json)
            }
            let top: JSON = ["expression": "steps.each.output", "run": done.json["run_id"] ?? .null]
            answers.append(try await client.post("/api/v1/expressions/evaluate", top).json)
            return answers
        }
        #expect(answers[0]["value"] == ["Bob", 1, "Bob", "Bob", 1])
        #expect(answers[1]["error"]?["code"] == "missing-value")
        #expect(answers[2]["value"]?.array?.count == 2)
    }

    @Test(
        arguments: [
            ([:], ["missing-member"]), (["expression": "1", "template": "1"], ["bad-value"]),
            (["expression": 1], ["wrong-type"]),
            (["expression": "1", "run": "run_1", "context": [:]], ["bad-value"]),
            (["expression": "1", "node": "a"], ["bad-value"]),
            (["expression": "1", "contxt": [:]], ["unknown-member"]),
            (["expression": "1", "context": []], ["bad-context"]),
            (["expression": "1", "context": ["steps": ["a": 1]]], ["bad-context"]),
            (["value": "1"], ["unknown-member", "missing-member"]),
        ] as [(JSON, [String])])
    func `a request that says too little or too much is refused`(body: JSON, codes: [String]) async throws {
        let answer = try await post("evaluate", body)
        #expect(answer.status == 400 || answer.status == 404, "\(body.text)")
        if answer.status == 400 { #expect(answer.problems == codes, "\(body.text)") }
    }

    @Test func `a run or a node that is not there is told`() async throws {
        let run = try await post("evaluate", ["expression": "1", "run": "run_01kanjw3c0e7k8e6k5v7xq2m9r"])
        #expect(run.code == "RUN_NOT_FOUND")
        let node = try await post("validate", ["expression": "1", "workflow": Documents.manual, "node": "gret"])
        #expect(node.status == 400)
        #expect(node.problems == ["unknown-node"])
        let document = try await post("validate", ["expression": "1", "workflow": 1])
        #expect(document.json["error"]?["details"]?["problems"]?[0]?["pointer"] == "/workflow")
    }

    // MARK: Validate

    @Test func `a value is checked with what the workflow knows at its node`() async throws {
        let document: JSON = [
            "name": "Check",
            "nodes": [
                [
                    "id": "start", "type": "manual",
                    "config": [
                        "schema": [
                            "type": "object", "additionalProperties": false,
                            "properties": ["user": ["type": "string"]],
                        ]
                    ],
                ],
                ["id": "one", "type": "set", "config": ["values": ["text": "{{ trigger.body.user }}"]]],
                ["id": "two", "type": "set", "config": ["values": ["text": "later"]]],
            ],
            "edges": [["source": "start", "target": "one"], ["source": "one", "target": "two"]],
        ]
        let value: JSON = [
            "a": ["{{ trigger.body.usr }}", "ok"], "b/c": "x {{ steps.two.output.text }}", "d": "{{ 1 + }}",
        ]
        let wrong = try await post("validate", ["value": value, "workflow": document, "node": "one"])
        #expect(wrong.json["valid"] == false)
        #expect(wrong.json["type"] == .null)
        let errors = wrong.json["errors"]?.array ?? []
        #expect(errors.map { $0["pointer"] } == ["/a/0", "/d"])
        #expect(errors[0]["code"] == "wrong-type")
        #expect(errors[0]["hint"] == "did you mean \"user\"?")
        #expect(errors[0]["offset"] == 16)
        #expect(errors[0]["end"] == 19)
        #expect(errors[1]["code"] == "expression-syntax")

        let early: JSON = ["b/c": "x {{ steps.two.output.text }}"]
        let order = try await post("validate", ["value": early, "workflow": document, "node": "one"])
        #expect(order.json["errors"]?.array?.map { $0["code"] } == ["step-order"])
        #expect(order.json["errors"]?[0]?["pointer"] == "/b~1c")
        let late = try await post("validate", ["value": early, "workflow": document])
        #expect(late.json == ["valid": true, "type": "object", "errors": []])
        let typed = try await post(
            "validate", ["expression": "steps.one.output.text", "workflow": document, "node": "two"])
        #expect(typed.json == ["valid": true, "type": "string", "errors": []])
    }

    @Test func `an expression is checked with the types of samples`() async throws {
        let good = try await post("validate", ["expression": "user.name.size()", "context": Self.context])
        #expect(good.json == ["valid": true, "type": "int", "errors": []])
        let bad = try await post("validate", ["expression": "user.name + 1", "context": Self.context])
        #expect(bad.json["errors"]?[0]?["code"] == "wrong-type")
        let secret = try await post("validate", ["template": "{{ credentials.team_slack }}"])
        #expect(secret.json["errors"]?[0]?["code"] == "secret-in-expression")
        let nothing = try await post("validate", ["template": "{{ steps.a.output }}"])
        #expect(nothing.json["errors"]?[0]?["message"] == "there is no node \"a\"")
    }

    // MARK: Complete

    private static let chain: JSON = [
        "name": "Chain",
        "nodes": [
            ["id": "start", "type": "manual", "config": ["sample": ["user": ["name": "Ada"]]]],
            ["id": "one", "type": "set", "config": ["values": ["text": "{{ trigger.body.user.name }}", "n": true]]],
            ["id": "two", "type": "set", "config": ["values": ["broken": "{{ steps.one.output. }}"]]],
            ["id": "three", "type": "set", "config": ["values": ["a": 1]]],
        ],
        "edges": [
            ["source": "start", "target": "one"], ["source": "one", "target": "two"],
            ["source": "two", "target": "three"],
        ],
    ]

    @Test(
        arguments: [
            ("{{ steps.one.output.te", ["text"]), ("{{ steps.", ["one", "start"]),
            ("{{ trigger.body.user.na", ["name"]),
            ("{{ use", ["user"]), ("nothing", []), ("{{ credentials.", ["team"]),
        ] as [(String, [String])])
    func `a text is completed with what the workflow has before its node`(text: String, labels: [String]) async throws {
        let answer = try await api.test { client in
            _ = try await client.post(
                "/api/v1/credentials", ["name": "team", "kind": "secret", "fields": ["value": "v"]])
            return try await client.post(
                "/api/v1/expressions/complete", ["template": .string(text), "workflow": Self.chain, "node": "two"])
        }
        #expect(answer.status == 200)
        let found = (answer.json["items"]?.array ?? []).filter { !["function", "macro"].contains($0["kind"]?.string) }
        #expect(found.map { $0["label"] } == labels.map(JSON.string), "\(text)")
        #expect(answer.json["incomplete"] == false)
    }

    @Test func `a completion tells what it takes the place of`() async throws {
        let answer = try await post(
            "complete", ["expression": "1 + trigger.body.us.name", "cursor": 19, "context": Self.context])
        #expect(answer.json["from"] == 17)
        #expect(answer.json["to"] == 19)
        #expect(answer.json["items"] == [["label": "user", "kind": "field", "type": "object"]])
        let functions = try await post(
            "complete", ["expression": "trigger.body.user.name.charA", "context": Self.context])
        #expect(
            functions.json["items"] == [
                [
                    "label": "charAt", "kind": "function", "type": "string",
                    "signature": "string.charAt(int) → string", "about": "The character at a position, from 0.",
                    "insert": "charAt(",
                ]
            ])
    }

    @Test(
        arguments: [
            (["expression": "abc", "cursor": 4], "bad-value"), (["expression": "abc", "cursor": -1], "bad-value"),
            (["expression": "abc", "cursor": "1"], "wrong-type"), (["value": "abc"], "unknown-member"),
            (["expression": "abc", "run": "run_01kanjw3c0e7k8e6k5v7xq2m9r"], "unknown-member"),
        ] as [(JSON, String)])
    func `a cursor outside of the text is refused`(body: JSON, code: String) async throws {
        let answer = try await post("complete", body)
        #expect(answer.status == 400)
        #expect(answer.problems.contains(code))
    }
}
