import PatchbayExpressions
import PatchbayJSON
import Testing

struct JMESPathTests {
    private func search(_ expression: String, _ input: JSON = nil) throws -> JSON {
        try JMESPath(expression).search(input)
    }

    @Test(
        arguments: [
            // By code point: the first is beyond 16 bits, so that UTF-16 would sort it first.
            ("sort(@)", ["\u{1F600}", "\u{FFFD}", "b", "a"], ["a", "b", "\u{FFFD}", "\u{1F600}"]),
            ("sort(@)", [2, 1.5, .uint(.max), -1], [-1, 1.5, 2, .uint(.max)]),
            ("[].length(@)", ["\u{1F600}", "e\u{301}", ""], [1, 2, 0]),
            ("[].reverse(@)", ["a\u{1F600}b"], ["b\u{1F600}a"]),
            (
                "sort_by(@, &k)[].n", [["k": 1, "n": 1], ["k": 0, "n": 2], ["k": 1, "n": 3], ["k": 0, "n": 4]],
                [2, 4, 1, 3]
            ),
            ("max_by(@, &k).n", [["k": 1, "n": 1], ["k": 1, "n": 2]], 1),
            ("min_by(@, &k).n", [["k": 1, "n": 1], ["k": 1, "n": 2]], 1),
            ("sum(@)", [9_007_199_254_740_993, 2], 9_007_199_254_740_995), ("avg(@)", [1, 2], 1.5),
            ("abs([0])", [.int(.min)], .uint(1 << 63)), ("[ceil([0]), floor([0])]", [-0.5], [-0.0, -1]),
            ("to_number(@)", "12e-1", 1.2), ("to_number(@)", " 1", nil), ("to_number(@)", "1 ", nil),
            ("to_number(@)", "NaN", nil),
            ("to_number(@)", "1e999", nil), ("to_string(@)", ["a": [1, nil]], "{\"a\":[1,null]}"),
            ("contains(@, 'aab')", "aaaab", true), ("contains(@, 'aac')", "aaaab", false),
            ("contains(@, '')", "", true),
            ("contains(@, `1`)", [1.0], true), ("contains(@, `{\"a\":[1]}`)", [["a": [1]]], true),
            ("contains(@, `1`)", "1", false),
            ("starts_with(@, 'é')", "e\u{301}", false), ("@ == 'é'", "e\u{301}", false), ("`1` == `1.0`", nil, true),
            ("[::-1]", [1, 2, 3], [3, 2, 1]), ("[-2:]", [1, 2, 3], [2, 3]), ("[10:0:-2]", [1, 2, 3], [3]),
            ("[9223372036854775807:-9223372036854775807:-9223372036854775807]", [1, 2, 3], [3]),
            ("[-9223372036854775808]", [1], nil), ("a.b == c", ["c": nil], true), ("a < `1`", [:], nil),
            ("!a", [:], true),
            ("{a: @, a: `1`}", [:], ["a": 1]),
        ] as [(String, JSON, JSON)])
    func `values are what the specification says`(expression: String, input: JSON, result: JSON) throws {
        #expect(try search(expression, input).text == result.text || search(expression, input) == result)
    }

    @Test(
        arguments: [
            ("let $n = a in b[].{n: $n, v: @}", [["n": 1, "v": 2], ["n": 1, "v": 3]]),
            ("let $x = a in let $x = `9`, $y = $x in [$x, $y]", [9, 1]),
            ("let $x = a in (let $x = `9` in $x) | [@, $x]", [9, 1]),
            ("b[?@ > let $l = `2` in $l]", [3]), ("let", nil), ("{let: a, in: b}", ["let": 1, "in": [2, 3]]),
            ("let $x = `null` in $x", nil),
        ] as [(String, JSON)])
    func `let holds values for what is inside`(expression: String, result: JSON) throws {
        #expect(try search(expression, ["a": 1, "b": [2, 3]]) == result)
    }

    @Test(
        arguments: [
            ("a.", JMESPathError.Code.syntax, 2, "found the end, expected a name, \"*\", \"[\" or \"{\" after the dot"),
            ("", .syntax, 0, "the expression ends too early"),
            ("a = b", .syntax, 2, "found \"=\", expected an operator or the end"),
            ("a b", .syntax, 2, "found \"b\", expected an operator or the end"),
            ("a[b]", .syntax, 2, "found \"b\", expected a number, \":\" or \"*\""),
            ("a.'b'", .syntax, 2, "found a literal, expected a name, \"*\", \"[\" or \"{\" after the dot"),
            ("'abc", .syntax, 0, "the string has no end"), ("a || \"b", .syntax, 5, "the name has no end"),
            ("`[1`", .syntax, 3, "the literal is no JSON: found the end of the text, expected \",\" or \"]\""),
            ("`text`", .syntax, 2, "the literal is no JSON: found \"e\" in a word, expected \"true\""),
            ("a[::0]", .invalidValue, 2, "the step of a slice cannot be 0"),
            ("sort_bye(a, &b)", .unknownFunction, 0, "there is no function \"sort_bye\""),
            ("length()", .invalidArity, 0, "length() takes 1 argument, not 0"),
            ("a | not_null()", .invalidArity, 4, "not_null() takes at least 1 argument, not 0"),
            ("map(a, b)", .invalidType, 4, "map() takes an expression after \"&\", not a value"),
            ("length(&a)", .invalidType, 7, "length() takes a string, an array or an object, not an expression"),
            ("&a", .syntax, 0, "\"&\" may stand only before an argument of a function"),
            ("\"length\"(a)", .syntax, 0, "the name of a function stands without quotes"),
            ("let $a = b in $c", .undefinedVariable, 14, "there is no variable \"$c\" here"),
            ("(let $a = b in $a) || $a", .undefinedVariable, 22, "there is no variable \"$a\" here"),
            ("let $a = $a in b", .undefinedVariable, 9, "there is no variable \"$a\" here"),
            ("a ~ b", .syntax, 2, "\"~\" has no meaning here"), ("é", .syntax, 0, "\"é\" has no meaning here"),
            ("a[99999999999999999999]", .syntax, 2, "the number \"99999999999999999999\" is too large"),
            ("\"\\ud800\"", .syntax, 1, "found the first half of a surrogate pair without its second half"),
        ] as [(String, JMESPathError.Code, Int, String)])
    func `what is wrong is said with its place`(
        expression: String, code: JMESPathError.Code, offset: Int, message: String
    ) {
        let error = #expect(throws: JMESPathError.self) { try JMESPath(expression) }
        #expect(error?.message == message)
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(
        arguments: [
            ("a | abs(@)", ["a": "x"], 4, "abs() takes a number, not a string"),
            ("length(@)", nil, 0, "length() takes a string, an array or an object, not null"),
            (
                "sort(@)", [1, "a"], 0,
                "sort() takes an array of numbers or an array of strings, not an array of numbers and strings"
            ),
            ("sum(@)", [true], 0, "sum() takes an array of numbers, not an array of booleans"),
            ("sort_by(@, &k)", [["k": 1], ["k": "a"]], 0, "sort_by() compares numbers or strings, not some of each"),
            ("max_by(@, &k)", [["j": 1]], 0, "max_by() compares numbers or strings, not null"),
            ("join('', @)", "a", 0, "join() takes an array of strings, not a string"),
        ] as [(String, JSON, Int, String)])
    func `a function says what it cannot take`(expression: String, input: JSON, offset: Int, message: String) {
        let error = #expect(throws: JMESPathError.self) { try search(expression, input) }
        #expect(error?.code == .invalidType)
        #expect(error?.message == message)
        #expect(error?.offset == offset)
    }
}
