import PatchbayExpressions
import PatchbayJSON
import Testing

struct TemplateTests {
    private let evaluate = Evaluating()

    @Test(
        arguments: [
            ("{{ input.count }}", 3), ("{{input.user.tags}}", ["a", "b"]), ("{{ {'a': {'b': 1}} }}", ["a": ["b": 1]]),
            ("{{{'a': {'b': 1}}}}", ["a": ["b": 1]]), (" {{ input.count }}", " 3"), ("{{ input.count }}\n", "3\n"),
            ("{{ 1 }}{{ 2 }}", "12"), ("n={{ input.count }}, {{ input.price }}", "n=3, 2.5"),
            ("{{ input.user.tags }}!", "[\"a\",\"b\"]!"), ("map {{ {'a': 1.5} }}", "map {\"a\":1.5}"),
            ("is {{ null }}", "is null"),
            ("ok: {{ true }}", "ok: true"), ("{{ 2.0 }}x", "2x"), ("", ""), ("no braces", "no braces"),
            ("{ } }}", "{ } }}"),
            (#"\{{ not one }}"#, "{{ not one }}"), (#"\\{{ 1 }}"#, #"\1"#), (#"\\\{{ 1"#, #"\{{ 1"#),
            (#"a\b"#, #"a\b"#),
            (#"\{{{{ 1 }}"#, "{{1"), ("{{ '}}' }}", "}}"), ("{{ \"{{\" }}", "{{"), ("{{{}}}", [:]),
        ] as [(String, JSON)])
    func `one expression keeps its type and parts are joined`(text: String, value: JSON) throws {
        #expect(try evaluate.text(text) == value)
    }

    @Test(arguments: [
        ("abc {{ input.count", 5, "the expression is not closed"), ("{{", 1, "the expression is not closed"),
        ("{{ 'a }}", 4, "the string is not closed"), ("{{ 1 }", 1, "the expression is not closed"),
        ("{{ }}", 1, "the expression is empty"), ("{{ 1 }} {{ 2", 9, "the expression is not closed"),
        ("{{ 1 } }", 1, "the expression is not closed"), ("{{ 1 } } {{ 2 }}", 6, "expected }}, found \"}\""),
    ])
    func `unclosed braces are an error with the column`(text: String, column: Int, message: String) {
        let error = evaluate.textError(text)
        #expect(error?.message == message)
        #expect(error?.column == column)
    }

    @Test func `a template is known by its braces`() {
        #expect(Template.isTemplate("a {{ b"))
        #expect(Template.isTemplate(#"\{{"#))
        #expect(!Template.isTemplate("a { { b }}"))
        #expect(CompiledValue.isTemplate(["a": [["b": "{{ 1 }}"]]]))
        #expect(!CompiledValue.isTemplate(["{{ key }}": [1, nil, "text"]]))
    }
}
