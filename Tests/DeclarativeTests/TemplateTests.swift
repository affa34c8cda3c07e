import DeclarativeFormat
import PatchbayJSON
import Testing

@Suite struct TemplateTests {
    private func value(_ text: String, _ input: JSON = [:]) throws -> JSON? {
        var scope = TemplateScope(["input": input])
        return try Template(text).value(in: &scope)
    }

    private static let values: [(String, JSON)] = [
        ("{{ input.n }}", 7), ("{{input.n}}", 7), ("n = {{ input.n }}!", "n = 7!"),
        ("{{ input.list[1] }}", "b"), (#"{{ input["a b"] }}"#, true), ("{{ input.no ?? input.n }}", 7),
        ("{{ input.null ?? 'x' }}", "x"), ("{{ input.no ?? null }}", nil), ("{{ \"{{\" }}", "{{"),
        ("{{ input.list | join(',') }}", "a,b"), ("{{ input.list | length }}", 2), ("{{ input.list | first }}", "a"),
        ("{{ input.list | json }}", #"["a","b"]"#), ("{{ '42' | number }}", 42), ("{{ ' Ab ' | trim | upper }}", "AB"),
        ("{{ 'a b/ü' | urlencode }}", "a%20b%2F%C3%BC"), ("{{ 'a b/c' | path }}", "a%20b/c"),
        ("{{ 'user:pass' | base64 }}", "dXNlcjpwYXNz"), ("{{ 'a,b' | split(',') }}", ["a", "b"]),
        ("{{ input.people | pluck('name') }}", ["Ada"]), ("{{ '[1]' | parse }}", [1]), ("plain", "plain"), ("", ""),
    ]

    @Test(arguments: values)
    func `a template has this value`(text: String, expected: JSON) throws {
        let input: JSON = [
            "n": 7, "list": ["a", "b"], "a b": true, "null": nil, "people": [["name": "Ada"], ["age": 3]],
        ]
        #expect(try value(text, input) == expected, "\(text)")
    }

    @Test func `a whole template without a value has none, and one amid text fails by name`() throws {
        #expect(try value("{{ input.no }}") == nil)
        let error = #expect(throws: TemplateError.self) { try value("x{{ input.no }}") }
        #expect(error?.path == ["input", "no"])
        #expect(throws: TemplateError.self) { try value("x{{ input.o }}", ["o": [:]]) }
        #expect(throws: TemplateError.self) { try value("{{ input.o | upper }}", ["o": 3]) }
    }

    @Test(arguments: [
        "{{ }}", "{{ input", "{{ input. }}", "{{ input[ }}", "{{ input[-1] }}", "{{ 'x }}", "{{ input | nope }}",
        "{{ input | join }}", "{{ input | upper('x') }}", "{{ a ?? }}", "{{ 1a }}", "{{ input }", "{{ a b }}",
    ])
    func `what is no template is refused`(text: String) {
        #expect(throws: TemplateError.self) { try Template(text) }
    }

    @Test func `values are encoded in paths, and cannot change the path`() throws {
        func path(_ text: String, _ input: JSON) throws -> String {
            var scope = TemplateScope(["input": input])
            return try Template(text).path(in: &scope)
        }
        #expect(try path("/a/{{ input.id }}/b", ["id": "x/y ?#"]) == "/a/x%2Fy%20%3F%23/b")
        #expect(try path("/f/{{ input.p | path }}", ["p": "a/b c"]) == "/f/a/b%20c")
        for bad: JSON in ["..", ".", "", [1]] {
            #expect(throws: TemplateError.self, "\(bad)") { try path("/a/{{ input.id }}", ["id": bad]) }
        }
        #expect(throws: TemplateError.self) { try path("/f/{{ input.p | path }}", ["p": "a/../../b"]) }
    }

    @Test func `what a template makes is bounded`() throws {
        let long = JSON.string(String(repeating: "x", count: 1_000))
        var scope = TemplateScope(["input": long], budget: 2_500)
        let template = try Template("{{ input }}")
        _ = try template.value(in: &scope)
        _ = try template.value(in: &scope)
        #expect(throws: TemplateError.self) { try template.value(in: &scope) }
    }
}
