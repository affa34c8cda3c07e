import PatchbayExpressions
import PatchbayJSON
import Testing

struct OperatorTests {
    private let evaluate = Evaluating()

    @Test(
        arguments: [
            ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 / 2", 3), ("-7 / 2", -3), ("-7 % 3", -1), ("7.0 / 2.0", 3.5),
            ("1u + 2u", 3), ("0x1F", 31), ("1e3", 1000.0), (".5", 0.5), ("-9223372036854775808", .int(.min)),
            ("18446744073709551615u", .uint(.max)), ("--1", 1), ("-(1)", -1), ("2 - -1", 3), ("10 - 2 - 3", 5),
            ("'a' + \"b\"", "ab"), ("[1] + [2, 3]", [1, 2, 3]),
            ("trigger.body.items + [1]", [["id": 1], ["id": 2], 1]),
            ("true ? 1 : 2", 1), ("false ? 1 : true ? 2 : 3", 2), ("!true", false), ("!!true", true),
            ("{'a': 1, 'b': [1]}", ["a": 1, "b": [1]]), ("{1: 'x', true: 'y'}", ["1": "x", "true": "y"]),
            ("[1, 2,]", [1, 2]),
            ("{'a': {'b': {}}}", ["a": ["b": [:]]]), ("1 // a comment\n + 1", 2), ("null", nil),
        ] as [(String, JSON)])
    func `operators and literals give CEL's values`(expression: String, value: JSON) throws {
        #expect(try evaluate(expression) == value)
    }

    @Test(arguments: [
        "1 == 1.0", "1u == 1", "1 != 2", "'a' != 1", "null == null", "[1, 2.0] == [1.0, 2]", "{'a': 1} == {'a': 1u}",
        "1 < 1.5", "2u > -1", "1.0 <= 1", "'a' < 'b'", "'Z' < 'a'", "'é' > 'z'", "false < true", "[1] != [1, 2]",
        "9223372036854775807 == 9223372036854775808.0", "9007199254740993 == 9007199254740992.0",
        "9223372036854775807 < 9223372036854777857.0", "-9223372036854775808 > -9223372036854777857.0",
        "18446744073709551615u == 18446744073709551616.0", "-1.5 < -1", "0.0 / 0.0 != 0.0 / 0.0", "!(0.0 / 0.0 < 1)",
        "2 in [1, 2.0]", "!(3 in [1, 2])", "'a' in {'a': 1}", "1.0 in {1: 2}", "!('a' in {})", "!(null in {'a': 1})",
        "1 + 1 == 2 && 2 * 2 == 4 || false", "'user' in trigger.body", "trigger.body.big == 18446744073709551615u",
    ])
    func `comparisons go by value across kinds of numbers`(expression: String) throws {
        #expect(try evaluate(expression) == true)
    }

    @Test(
        arguments: [
            ("true || 1 / 0 == 1", true), ("1 / 0 == 1 || true", true), ("false && 1 / 0 == 1", false),
            ("1 / 0 == 1 && false", false), ("trigger.body.nobody.name == 'x' || true", true), ("dyn(1) || true", true),
            ("false || 1 / 0 == 1 || true", true), ("true ? 1 : 1 / 0", 1),
        ] as [(String, JSON)])
    func `what decides absorbs the errors beside it`(expression: String, value: JSON) throws {
        #expect(try evaluate(expression) == value)
    }

    @Test(arguments: ["1 / 0 == 1 || false", "true && 1 / 0 == 1", "dyn(1) || false", "'a' && true"])
    func `errors that nothing decides stand`(expression: String) {
        #expect(evaluate.error(expression) != nil)
    }

    @Test(arguments: [
        ("9223372036854775807 + 1", "9223372036854775807 + 1 does not fit an int"),
        ("-9223372036854775808 - 1", "-9223372036854775808 - 1 does not fit an int"),
        ("9223372036854775807 * 2", "9223372036854775807 * 2 does not fit an int"),
        ("-9223372036854775808 / -1", "-9223372036854775808 / -1 does not fit an int"),
        ("-9223372036854775808 % -1", "-9223372036854775808 % -1 does not fit an int"),
        ("-(-9223372036854775808)", "-(-9223372036854775808) does not fit an int"),
        ("1u - 2u", "1 - 2 does not fit a uint"),
        ("1 / 0", "1 / 0: division by zero"), ("1 % 0", "1 % 0: division by zero"),
        ("1u / 0u", "1 / 0: division by zero"),
        ("1.0 / 0.0", "the result holds inf, which JSON cannot say"),
        ("{'a': 1, 'a': 2}", "the map has the key \"a\" twice"),
    ])
    func `numbers never wrap and never become nonsense`(expression: String, message: String) {
        let error = evaluate.error(expression)
        #expect(error?.message == message)
        #expect(error?.code == .value)
    }

    @Test(arguments: [
        ("1 + 1.5", "+ does not take an int and a double", "turn both sides into doubles with double(…)"),
        ("'n: ' + 1", "+ does not take a string and an int", "turn the other side into text with string(…)"),
        ("1 + 1u", "+ does not take an int and a uint", "turn both sides into ints with int(…)"),
        ("1.5 % 2.0", "% does not take a double and a double", nil),
        ("null + 1", "+ does not take null and an int", "ask with == null first"),
        ("1 < 'a'", "< does not take an int and a string", nil),
        ("[1] < [2]", "< does not take a list and a list", nil),
        ("!1", "! does not take an int", "it takes true or false; write a comparison"),
        ("-'a'", "- does not take a string", "it takes an int or a double"),
        ("-1u", "- does not take a uint", "it takes an int or a double"),
        ("1 ? 2 : 3", "?: does not take an int", "it takes true or false; write a comparison"),
        ("'a' in 'abc'", "in does not take a string", "write text.contains(part)"),
        ("1 in 2", "in does not take an int", "it takes a list or a map"),
        ("{1.5: 2}", "a map's key must not be a double", nil),
        ("{[]: 2}", "a map's key must not be a list", nil),
    ])
    func `types that an operator does not take are named`(expression: String, message: String, hint: String?) {
        let error = evaluate.error(expression)
        #expect(error?.message == message)
        #expect(error?.hint == hint)
        #expect(error?.code == .type)
    }
}
