import PatchbayExpressions
import PatchbayJSON
import Testing

struct SugarTests {
    private let context: JSON = [
        "trigger": [
            "payload": [
                "data": ["user": ["name": "Ada"]], "priority": "high",
                "items": [
                    ["name": "a", "active": true], ["name": "b", "active": false], ["name": "c", "active": true],
                ],
                "length": 3, "words": ["x", "y"],
            ]
        ],
        "steps": ["http-1": ["name": "HTTP Request", "output": ["body": "hello", "length": 12]]],
        "env": ["API_KEY": "k"], "now": "2026-01-12T10:05:00Z",
    ]

    private func answer(_ expression: String) -> JSON {
        TemplateLine.answer(["template": .string("{{ \(expression) }}"), "context": context], surroundings: .none)
    }

    @Test(
        arguments: [
            ("items.map(i => i.name)", ["a", "b", "c"]), ("$input.data.user.name", "Ada"),
            (#"$node["HTTP Request"].output.body"#, "hello"), (#"$node["http-1"].output.body"#, "hello"),
            ("$env.API_KEY", "k"), (#"$now.format("YYYY-MM-DD")"#, "2026-01-12"),
            ("$items.filter(x => x.active).length", 2), (#"priority == "high" ? "urgent" : "normal""#, "urgent"),
            ("$json.data.user.name", "Ada"), ("$trigger.payload.priority", "high"),
        ] as [(String, JSON)])
    func `the spellings of the seeds work`(expression: String, value: JSON) {
        #expect(answer(expression)["value"] == value, "\(answer(expression))")
    }

    @Test(
        arguments: [
            ("words.map((x, i) => x + string(i))", ["x0", "y1"]), ("items.some(x => x.active)", true),
            ("items.every(x => x.active)", false), ("items.find(x => !x.active).name", "b"),
            ("items.filter((x, i) => i > 0).map(x => x.name)", ["b", "c"]), ("words.map(w => w.length)", [1, 1]),
            ("items.filter(x => words.exists(w => w != x.name)).length", 3), ("items.all(x => has(x.name))", true),
            (#""é😀".length"#, 2), ("[].length", 0),
        ] as [(String, JSON)])
    func `arrows go wherever a macro takes a variable`(expression: String, value: JSON) {
        #expect(answer(expression)["value"] == value, "\(answer(expression))")
    }

    @Test(
        arguments: [
            ("{'length': 9}.length", 9), ("trigger.payload.length", 3), ("steps['http-1'].output.length", 12),
            ("has(trigger.payload.length)", true), ("items.map(i, i.name)", ["a", "b", "c"]),
            ("[1, 2].map(x, x > 1, x * 2)", [4]), ("size(words)", 2), ("type(1) == int", true),
        ] as [(String, JSON)])
    func `what CEL means already stays`(expression: String, value: JSON) {
        #expect(answer(expression)["value"] == value, "\(answer(expression))")
    }

    @Test(arguments: [
        ("prioriti", "unknown name \"prioriti\"", "did you mean \"priority\"?"),
        ("$inptu.x", "unknown name \"$inptu\"", "did you mean \"$input\"?"),
        (#"$node["HTTP Reqest"].output"#, "there is no node \"HTTP Reqest\"", "did you mean \"HTTP Request\"?"),
    ])
    func `a name that nothing has is told with what was meant`(expression: String, message: String, hint: String) {
        let error = answer(expression)["error"]
        #expect(error?["message"]?.string == message)
        #expect(error?["hint"]?.string == hint)
    }
}
