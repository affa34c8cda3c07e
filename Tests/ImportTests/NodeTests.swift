import PatchbayJSON
import Testing

@testable import PatchbayImport

@Suite("Nodes of n8n")
struct NodeTests {
    @Test func `requests of all versions`() throws {
        let old = try Workshop.alone(
            Workshop.node(
                "Call", "httpRequest", 1,
                [
                    "requestMethod": "POST", "url": "=https://example.com/{{$json[\"id\"]}}", "jsonParameters": true,
                    "bodyParametersJson": "={\"a\": {{ $json.n }}, \"b\": \"x {{$json.m}}\", \"c\": [1]}",
                    "options": ["timeout": 5000],
                ]))
        let input = old["call"]?["input"]
        #expect(old["call"]?["uses"] == "http@1.0.0/request")
        #expect(input?["url"] == "https://example.com/{{ trigger.body.id }}")
        #expect(input?["method"] == "POST")
        #expect(input?["timeout_ms"] == 5000)
        #expect(
            input?["json"] == ["a": "{{ trigger.body.n }}", "b": "x {{ trigger.body.m }}", "c": [1]])
        let new = try Workshop.alone(
            Workshop.node(
                "Call", "httpRequest", 4.2,
                [
                    "method": "PUT", "url": "https://example.com", "sendQuery": true,
                    "queryParameters": ["parameters": [["name": "q", "value": "={{ $json.q }}"]]], "sendHeaders": true,
                    "headerParameters": ["parameters": [["name": "X-A", "value": "1"]]], "sendBody": true,
                    "bodyParameters": ["parameters": [["name": "n", "value": "={{ $json.n }}"]]],
                    "authentication": "genericCredentialType", "genericAuthType": "httpHeaderAuth",
                ],
                ["credentials": ["httpHeaderAuth": ["id": "1", "name": "My key"]], "retryOnFail": true, "maxTries": 5]))
        let call = new["call"]
        #expect(call?["input"]?["query"] == ["q": "{{ trigger.body.q }}"])
        #expect(call?["input"]?["headers"] == ["X-A": "1"])
        #expect(call?["input"]?["json"] == ["n": "{{ trigger.body.n }}"])
        #expect(call?["credential"] == "My-key")
        #expect(call?["retry"]?["attempts"] == 5)
        #expect(new.report.credentials.map(\.name) == ["My-key"])
    }

    @Test func `what a request gives is its body`() throws {
        let result = try Workshop.translate(
            Workshop.document(
                [
                    Workshop.start, Workshop.node("Call", "httpRequest", 4.2, ["url": "https://example.com"]),
                    Workshop.node(
                        "Note it", "set", 3.4,
                        assignments([("x", "={{ $json.a }}"), ("y", "={{ $node[\"Call\"].json.b }}")])),
                ], ["Start > Call", "Call > Note it"]))
        #expect(
            result["note_it"]?["config"]?["values"]
                == ["x": "{{ steps.call.output.body.a }}", "y": "{{ steps.call.output.body.b }}"])
    }

    private func assignments(_ pairs: [(String, JSON)]) -> JSON {
        [
            "assignments": [
                "assignments": .array(pairs.map { ["name": .string($0.0), "value": $0.1, "type": "string"] })
            ], "options": [:],
        ]
    }

    @Test func `set of all versions`() throws {
        let first = try Workshop.alone(
            Workshop.node(
                "Set", "set", 1,
                [
                    "keepOnlySet": true,
                    "values": [
                        "string": [["name": "a.b", "value": "={{$json[\"x\"]}}"]],
                        "number": [["name": "n", "value": 3]],
                        "boolean": [["name": "t", "value": true]],
                    ],
                ]))
        #expect(first["set"]?["config"]?["values"] == ["a": ["b": "{{ trigger.body.x }}"], "n": 3, "t": true])
        let raw = try Workshop.alone(
            Workshop.node("Set", "set", 3.4, ["mode": "raw", "jsonOutput": "={\"d\": \"{{ $now.toISO() }}\"}"]))
        #expect(raw["set"]?["config"]?["values"] == ["d": "{{ string(now()) }}"])
        let keeping = try Workshop.alone(
            Workshop.node("Set", "set", 2, ["values": ["string": [["name": "a", "value": "{{ literal }}"]]]]))
        #expect(keeping["set"]?["type"] == "aggregate")
        #expect(keeping["set"]?["config"]?["values"] == ["{{ trigger.body }}", ["a": "\\{{ literal }}"]])
    }

    @Test func `conditions of both shapes`() throws {
        let old: JSON = [
            "conditions": [
                "string": [["value1": "={{$json[\"a\"]}}", "value2": "x"]],
                "number": [["value1": "={{$json.n}}", "operation": "larger", "value2": 3]],
            ], "combineOperation": "any",
        ]
        let first = try Workshop.alone(Workshop.node("If", "if", 1, old))
        #expect(
            first["if_node"]?["config"]?["if"]
                == "{{ trigger.body.?a.orValue(null) == \"x\" || trigger.body.?n.orValue(null) > 3 }}")
        let new: JSON = [
            "conditions": [
                "combinator": "and", "options": ["caseSensitive": true],
                "conditions": [
                    [
                        "leftValue": "={{ $json.a }}", "rightValue": "b",
                        "operator": ["type": "string", "operation": "contains"],
                    ],
                    [
                        "leftValue": "={{ $json.c }}",
                        "operator": ["type": "string", "operation": "exists", "singleValue": true],
                    ],
                ],
            ]
        ]
        let second = try Workshop.alone(Workshop.node("Check", "if", 2.2, new))
        #expect(
            second["check"]?["config"]?["if"]
                == "{{ trigger.body.?a.orValue(null).contains(\"b\") && trigger.body.?c.orValue(null) != null }}")
        #expect(second.verdict("Check") == .translated)
    }

    @Test func `a switch goes on by its outputs`() throws {
        let result = try Workshop.translate(
            Workshop.document(
                [
                    Workshop.start,
                    Workshop.node(
                        "Which", "switch", 1,
                        [
                            "dataType": "string", "value1": "={{$json.k}}", "fallbackOutput": 3,
                            "rules": ["rules": [["value2": "a"], ["output": 1, "value2": "b"]]],
                        ]), Workshop.node("A", "noOp"), Workshop.node("B", "noOp"), Workshop.node("Rest", "noOp"),
                ], ["Start > Which", "Which > A", "Which:1 > B", "Which:3 > Rest"]))
        #expect(
            result.edges
                == ["start > which", "which:output_0 > a", "which:output_1 > b", "which:default > rest"])
    }

    private static let rules: [(JSON, JSON)] = [
        (["field": "cronExpression", "expression": "0 9 * * 1-5"], ["cron": "0 9 * * 1-5"]),
        (["field": "minutes", "minutesInterval": 15], ["every": "15m"]),
        (["field": "hours", "hoursInterval": 2, "triggerAtMinute": 5], ["cron": "5 */2 * * *"]),
        (["field": "days", "triggerAtHour": 8], ["cron": "0 8 * * *"]),
        (["field": "weeks", "triggerAtDay": [1, 3], "triggerAtHour": 7], ["cron": "0 7 * * 1,3"]),
        (["field": "months", "triggerAtDayOfMonth": 2], ["cron": "0 0 2 * *"]),
    ]

    @Test(arguments: rules)
    func `schedules`(rule: JSON, wanted: JSON) throws {
        let trigger = Workshop.node("When", "scheduleTrigger", 1.2, ["rule": ["interval": [rule]]])
        let result = try Workshop.alone(Workshop.node("Do", "noOp"), behind: trigger)
        #expect(result["when"]?["config"] == wanted)
    }

    @Test func `old cron nodes with several times are several triggers`() throws {
        let trigger = Workshop.node(
            "Cron", "cron", 1,
            ["triggerTimes": ["item": [["hour": 9], ["mode": "everyX", "value": 10, "unit": "minutes"]]]])
        let document = Workshop.document(
            [trigger, Workshop.node("Do", "noOp")], ["Cron > Do"], ["settings": ["timezone": "Europe/Berlin"]])
        let result = try Workshop.translate(document)
        #expect(result["cron"]?["config"] == ["cron": "0 9 * * *", "zone": "Europe/Berlin"])
        #expect(result["cron_2"]?["config"] == ["every": "10m"])
        #expect(result.edges == ["cron > do", "cron_2 > do"])
    }

    @Test func `a webhook and its answer`() throws {
        let hook = Workshop.node(
            "Hook", "webhook", 2, ["path": "orders/:id", "httpMethod": "POST", "responseMode": "responseNode"])
        let answer = Workshop.node(
            "Answer", "respondToWebhook", 1.1,
            [
                "respondWith": "json", "responseBody": "={ \"got\": {{ JSON.stringify($json.body) }} }",
                "options": ["responseCode": 201],
            ])
        let result = try Workshop.alone(answer, behind: hook)
        #expect(result["hook"]?["config"] == ["path": "orders", "method": "POST", "wait": "1m"])
        #expect(result["answer"]?["config"] == ["status": 201, "body": ["got": "{{ trigger.body }}"]])
    }

    @Test func `code has what n8n's code expects around it`() throws {
        let result = try Workshop.translate(
            Workshop.document(
                [
                    Workshop.start, Workshop.node("A", "set", 3.4, assignments([("x", "1")])),
                    Workshop.node("Code", "code", 2, ["jsCode": "return [{json: {y: $('A').first().json.x}}];"]),
                    Workshop.node("After", "set", 3.4, assignments([("z", "={{ $json.y }}")])),
                ], ["Start > A", "A > Code", "Code > After"]))
        #expect(result["code"]?["uses"] == "javascript@1.0.0/execute")
        #expect(result["code"]?["input"]?["input"]?["items"] == "{{ [steps.a.output] }}")
        #expect(result["code"]?["input"]?["input"]?["nodes"] == ["A": "{{ [steps.a.output] }}"])
        #expect(result["after"]?["config"]?["values"] == ["z": "{{ steps.code.output.result[0].y }}"])
    }

    @Test(arguments: [
        ("return items;", false), ("return [{json: {a: 1}}];", true), ("return {a: 1};", true),
        ("const l = x.map(i => { return {a: i} }); return l;", false),
        ("if (a) { return [{json: {}}]; } return [{json: {}},];", true),
        ("return [{json: {}}, {json: {}}];", false), ("return [...a];", false), ("// return {}\n", false),
    ])
    func `code that plainly gives one item`(code: String, isOne: Bool) { #expect(CodeShape(code).givesOne == isOne) }

    @Test func `messages, models and databases`() throws {
        let slack = try Workshop.alone(
            Workshop.node(
                "Tell", "slack", 2.2,
                [
                    "select": "channel", "channelId": ["__rl": true, "mode": "name", "value": "#ops"],
                    "text": "=Hi {{ $json.n }}",
                ],
                ["credentials": ["slackApi": ["name": "Team Slack"]]]))
        #expect(slack["tell"]?["uses"] == "slack@1.0.0/send_message")
        #expect(slack["tell"]?["credential"] == "Team-Slack")
        #expect(slack["tell"]?["input"] == ["channel": "#ops", "text": "Hi {{ trigger.body.n }}"])
        let rows = try Workshop.alone(
            Workshop.node(
                "Rows", "postgres", 2.4,
                [
                    "operation": "select", "table": ["__rl": true, "value": "orders"],
                    "where": ["values": [["column": "id", "value": "={{ $json.id }}"]]],
                ]))
        #expect(rows["rows"]?["input"]?["sql"] == "select * from \"public\".\"orders\" where \"id\" = $1")
        #expect(rows["rows"]?["input"]?["parameters"] == ["{{ trigger.body.id }}"])
        var document =
            Workshop.document(
                [
                    Workshop.start,
                    Workshop.node(
                        "Ask", "@n8n/n8n-nodes-langchain.chainLlm", 1.4,
                        ["promptType": "define", "text": "={{ $json.q }}"]),
                    Workshop.node(
                        "Model", "@n8n/n8n-nodes-langchain.lmChatOpenAi", 1, ["model": "gpt-4o", "options": [:]]),
                    Workshop.node("Keep", "set", 3.4, assignments([("t", "={{ $json.text }}")])),
                ], ["Start > Ask", "Ask > Keep"]
            ).object ?? [:]
        var connections = document["connections"]?.object ?? [:]
        connections["Model"] = ["ai_languageModel": [[["node": "Ask", "type": "ai_languageModel", "index": 0]]]]
        document["connections"] = .object(connections)
        let model = try Workshop.translate(.object(document))
        #expect(model["ask"]?["input"]?["model"] == "gpt-4o")
        #expect(model["keep"]?["config"]?["values"] == ["t": "{{ steps.ask.output.content }}"])
    }
}
