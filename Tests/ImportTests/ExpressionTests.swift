import PatchbayJSON
import Testing

@testable import PatchbayImport

/// Each source stands in a node behind a webhook and a node "A", and behind "Many", which gives a list.
@Suite("Expressions of n8n")
struct ExpressionTests {
    private static let place = ReadingPlace(
        input: Items("trigger.body"),
        nodes: ["A": Items("steps.a.output"), "Many": Items("steps.many.output", isList: true, lineage: 3)],
        ids: ["A": "a", "Many": "many", "Later": "later"])

    private func translated(_ source: String, _ place: ReadingPlace = place) throws -> String {
        var translator = ExpressionTranslator(place: place)
        return try translator.translate(source).source
    }

    @Test(arguments: [
        ("$json.name", "trigger.body.name"), ("$json[\"first name\"]", "trigger.body[\"first name\"]"),
        ("$json['a'].b[0]", "trigger.body.a.b[0]"), ("$input.item.json.x", "trigger.body.x"),
        ("$input.first().json.x", "trigger.body.x"), ("$node[\"A\"].json[\"x\"]", "steps.a.output.x"),
        ("$node.A.json.x", "steps.a.output.x"), ("$('A').item.json.x", "steps.a.output.x"),
        ("$(\"A\").first().json.x", "steps.a.output.x"), ("$item(0).$node[\"A\"].json.x", "steps.a.output.x"),
        ("$('Many').first().json.x", "steps.many.output[0].x"),
        ("$('Many').last().json.x", "steps.many.output[size(steps.many.output) - 1].x"),
        ("$('Many').all().map(i => i.json.x)", "steps.many.output.map(i => i.x)"),
        ("$('Many').all().length", "size(steps.many.output)"), ("$items(\"Many\")[1].json.x", "steps.many.output[1].x"),
        ("$env.CHANNEL", "env.CHANNEL"), ("$workflow.name", "workflow.name"), ("$execution.id", "run.id"),
        ("$itemIndex", "0"), ("$('A').isExecuted", "has(steps.a.output)"),
    ])
    func `references`(source: String, wanted: String) throws { #expect(try translated(source) == wanted) }

    @Test(arguments: [
        ("$json.a === 'x'", "trigger.body.?a.orValue(null) == \"x\""),
        (
            "$json.a > 3 && !$json.b",
            "trigger.body.?a.orValue(null) > 3 && trigger.body.?b.orValue(null) in [null, \"\", 0, false]"
        ),
        (
            "$json.a || 'none'",
            "cel.bind(value, trigger.body.?a.orValue(null), !(value in [null, \"\", 0, false]) ? value : \"none\")"
        ),
        ("$json.a ?? 1", "cel.bind(value, trigger.body.?a.orValue(null), value == null ? 1 : value)"),
        ("$json.a?.b", "trigger.body.a.?b.orValue(null)"),
        ("$json.a == 1 ? 'y' : 'n'", "trigger.body.?a.orValue(null) == 1 ? \"y\" : \"n\""),
        ("'a' + $json.n", "\"a\" + string(trigger.body.n)"),
        ("`n: ${$json.n}!`", "\"n: \" + string(trigger.body.n) + \"!\""),
        ("$json.n / 2", "double(trigger.body.n) / 2.0"), ("1 + 2 * 3", "1 + 2 * 3"), ("(1 + 2) * 3", "(1 + 2) * 3"),
        ("typeof $json.a === 'undefined'", "trigger.body.?a.orValue(null) == null"),
        ("[1, 'a', null]", "[1, \"a\", null]"),
        ("{a: 1, 'b c': $json.x}", "{\"a\": 1, \"b c\": trigger.body.x}"),
    ])
    func `operators`(source: String, wanted: String) throws { #expect(try translated(source) == wanted) }

    @Test(arguments: [
        ("$json.a.toLowerCase().trim()", "trigger.body.a.lowerAscii().trim()"),
        (
            "$json.tags.map(t => t.name).join(', ')",
            "trigger.body.tags.map(t => t.name).map(each => string(each)).join(\", \")"
        ),
        (
            "$json.l.filter(item => item.ok === true).length",
            "size(trigger.body.l.filter(item_ => item_.?ok.orValue(null) == true))"
        ),
        ("$json.a.replace(/\\s+/g, '-')", "regex.replace(trigger.body.a, \"\\\\s+\", \"-\")"),
        ("$json.a.replace('x', 'y')", "trigger.body.a.replace(\"x\", \"y\", 1)"),
        ("JSON.stringify($json)", "json(trigger.body)"), ("JSON.parse($json.t).a", "parseJSON(trigger.body.t).a"),
        ("Object.keys($json)", "trigger.body.map(key => key)"), ("Math.round(2.5)", "int(math.round(2.5))"),
        ("Math.max(1, $json.n)", "math.greatest(1, trigger.body.n)"), ("parseInt($json.n)", "int(trigger.body.n)"),
        ("$json.a.isEmpty()", "trigger.body.a in [null, \"\", [], {}]"), ("$now.toISO()", "string(now())"),
        ("$now.minus({days: 2}).format('yyyy-MM-dd')", "(now() - duration(\"48h\")).format(\"yyyy-MM-dd\")"),
        (
            "$today.plus(1, 'hours')",
            "timestamp(now().format(\"YYYY-MM-DD\") + \"T00:00:00Z\") + duration(\"1h\")"
        ),
        ("new Date().toISOString()", "string(now())"),
        ("DateTime.fromISO($json.d).year", "timestamp(trigger.body.d).getFullYear()"),
        ("$if($json.ok, 1, 2)", "!(trigger.body.?ok.orValue(null) in [null, \"\", 0, false]) ? 1 : 2"),
    ])
    func `functions`(source: String, wanted: String) throws { #expect(try translated(source) == wanted) }

    @Test(arguments: [
        ("$binary.data", "files"), ("$vars.x", "variables"), ("$('Many').item.json.x", "several items"),
        ("$('Later').item.json.x", "does not run before"), ("$('Nobody').item.json.x", "there is no node"),
        ("$json.a = 1", "assignments"), ("() => { let a = 1; return a }", "statements"), ("{...$json}", "spreading"),
        ("$json.a.reduce((a, b) => a + b, 0)", "reduce"), ("function () {}", "function"), ("", "no expression"),
        ("$json.(", "a name was expected"), ("'open", "not closed"), ("$fromAI('x')", "no equal"),
        ("$now.plus({months: 1})", "not all as long"), ("$json.x.match(/(a)/)", "groups"),
        ("require('fs')", "no equal"),
    ])
    func `what has no equal is refused with its reason`(source: String, reason: String) throws {
        let error = #expect(throws: Untranslatable.self) { try translated(source) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func `an item of a list is paired by its lineage only`() throws {
        var place = Self.place
        place.item = Items("item")
        place.positions = [3: "index"]
        #expect(try translated("$json.x + $('Many').item.json.y", place) == "item.x + steps.many.output[index].y")
        #expect(try translated("$itemIndex", Self.place) == "0")
    }

    @Test func `nesting without end is refused`() {
        let source = String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000)
        #expect(throws: Untranslatable.self) { try translated(source) }
        #expect(throws: Untranslatable.self) { try translated(String(repeating: "!", count: 5_000) + "1") }
        #expect(throws: Untranslatable.self) { try translated(String(repeating: "[", count: 60_000)) }
    }

    @Test func `texts and expressions are told apart as n8n does`() {
        #expect(ScriptTemplate("=a {{ $json.b }} c").parts == [.text("a "), .expression(" $json.b "), .text(" c")])
        #expect(ScriptTemplate("={{ {a: {b: 1}} }}").single == " {a: {b: 1}} ")
        #expect(ScriptTemplate("= {{ $json.a }}\n").single == " $json.a ")
        #expect(ScriptTemplate("=plain").single == nil)
        #expect(ScriptTemplate("={{ open").parts == [.text("{{ open")])
        #expect(!ScriptTemplate.isTemplate("{{ $json.b }}"))
    }
}
