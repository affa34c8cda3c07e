import PatchbayExpressions
import PatchbayJSON
import Testing

@Suite struct JSONPathTests {
    private let order: JSON = [
        "id": "o-1", "items": [["sku": "a", "price": 5], ["sku": "b", "price": 12.5, "tags": ["new", "red"]]],
        "it's": ["\n": 1],
    ]

    @Test func `every result has its normalized path`() throws {
        let nodes = try JSONPath("$..*").evaluate(order)
        #expect(nodes.count == 13)
        #expect(nodes.prefix(3).map(\.path.description) == ["$['id']", "$['items']", #"$['it\'s']"#])
        #expect(nodes.map(\.path.description).contains(#"$['it\'s']['\n']"#))
        #expect(nodes.last?.path.pointer.description == "/it's/\n")
        for node in nodes {
            let again = try JSONPath(node.path.description).evaluate(order)
            #expect(again == [node])
        }
    }

    @Test func `values come in the order of the document, each before those inside it`() throws {
        let nodes = try JSONPath("$.items..tags[*]").evaluate(order)
        #expect(nodes.map(\.value) == ["new", "red"])
        #expect(try JSONPath("$.items[?@.price > 6, ?@.tags].sku").evaluate(order).map(\.value) == ["b", "b"])
        #expect(try JSONPath("$.items[::-1].sku").evaluate(order).map(\.value) == ["b", "a"])
    }

    @Test func `it can be asked whether anything is selected`() throws {
        #expect(try JSONPath("$.items[?@.price > 6]").selectsAnything(in: order))
        #expect(try !JSONPath("$.items[?@.price > 60]").selectsAnything(in: order))
        #expect(try JSONPath("$.items[0].sku").selectsAnything(in: order))
        #expect(try !JSONPath("$.items[9].sku").selectsAnything(in: order))
    }

    @Test(arguments: [
        ("9007199254740993", "9007199254740992.0", false), ("9223372036854775807", "9223372036854775808.0", true),
        ("18446744073709551615", "1e20", true), ("-1e20", "-5", true), ("1.5", "2", true), ("2", "1.5", false),
        ("2", "2.5", true), ("18446744073709551615", "1", false), ("1", "18446744073709551615", true),
    ])
    func `numbers are compared exactly`(left: String, right: String, isLess: Bool) throws {
        let document = try JSON(parsing: "[{\"a\":\(left),\"b\":\(right)}]")
        #expect(try JSONPath("$[?@.a < @.b]").evaluate(document).count == (isLess ? 1 : 0))
        #expect(try JSONPath("$[?@.b > @.a]").evaluate(document).count == (isLess ? 1 : 0))
        #expect(try JSONPath("$[?@.a >= @.b]").evaluate(document).count == (isLess ? 0 : 1))
    }

    @Test func `names that look alike are different names`() throws {
        let document: JSON = ["\u{E9}": 1, "e\u{301}": 2]
        #expect(try JSONPath("$['\u{E9}']").evaluate(document).map(\.value) == [1])
        #expect(try JSONPath("$['e\u{301}']").evaluate(document).map(\.value) == [2])
        #expect(try JSONPath("$[?@ == '\u{E9}']").evaluate(["\u{E9}", "e\u{301}"]).count == 1)
    }

    @Test(arguments: [
        ("", "found the end, expected \"$\", which begins every query", 0),
        ("items", "found \"i\", expected \"$\", which begins every query", 0),
        ("$.", "found the end, expected a name or \"*\"", 2),
        ("$..", "found the end, expected a name, \"*\" or \"[\"", 3),
        ("$ ", "found a space, expected \".\", \"[\" or the end", 1),
        ("$[", "found the end, expected a name in quotes, an index, a slice, \"*\" or a filter", 2),
        ("$[0", "found the end, expected \",\" or \"]\"", 3),
        ("$[01]", "an index has no leading zeros and no \"-0\"", 2),
        ("$[9007199254740992]", "an index is between -(2^53)+1 and (2^53)-1", 2),
        ("$['a", "a text begins here and does not end", 2),
        ("$['\\x']", "found \"x\", expected one of b f n r t u / \\ and the quote after a backslash", 4),
        ("$['\\ud800']", "this is half of a surrogate pair, the other half is missing", 3),
        ("$['\n']", "found the control character 10, expected an escape for it, such as \\n", 3),
        ("$[?@.a == b]", "\"b\" is no value; a member of the value that is looked at is \"@.b\"", 10),
        ("$[?1]", "a value alone is no condition, it must be compared with something", 3),
        (
            "$[?@.* == 1]",
            "a query that may select several values is no single value: name one by names and indexes only", 3
        ),
        ("$[?length(@.a)]", "length() gives a value, which must be compared with something", 3),
        ("$[?match(@.a, 'a') == true]", "match() is true or false by itself and cannot be compared", 3),
        ("$[?match(@.a)]", "match() takes 2 arguments, not 1", 3),
        ("$[?count(1) == 1]", "the argument of count() must be a query", 9),
        (
            "$[?size(@) == 1]", "there is no function \"size\"; there are length, count, value, match and search", 3
        ),
        ("$[?@.a == 01]", "a number has no leading zeros", 10),
        ("$[?(@.a]", "found \"]\", expected \")\"", 7),
    ])
    func `an error says what is there, what is needed and where`(query: String, message: String, offset: Int) {
        let error = #expect(throws: JSONPathError.self) { try JSONPath(query) }
        #expect(error?.message == message)
        #expect(error?.offset == offset)
    }

    @Test func `a wrong type and a wrong letter are told apart`() {
        #expect(throws: JSONPathError(.type, "match() takes 2 arguments, not 0", at: 3)) { try JSONPath("$[?match()]") }
        let error = #expect(throws: JSONPathError.self) { try JSONPath("$x") }
        #expect(error?.code == .syntax)
        #expect(error?.description == "found \"x\", expected \".\", \"[\" or the end, at byte 1")
    }

    @Test func `what is no regular expression of all engines matches nothing`() throws {
        for pattern in [#"\\d"#, "a{2,1", "(?:a)", "a++", "[]", "(", #"\\pX"#, "[z-a]"] {
            #expect(try JSONPath("$[?search(@, '\(pattern)')]").evaluate(["a", "2", "aa"]) == [])
            #expect(try JSONPath("$.t[?search(@, $.p)]").evaluate(["p": .string(pattern), "t": ["a"]]) == [])
        }
        #expect(try JSONPath("$[?match(@, '[-a-c]{2}|x(y|z)?')]").evaluate(["a-", "x", "xz", "d"]).count == 3)
    }
}
