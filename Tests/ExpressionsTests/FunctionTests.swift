import PatchbayExpressions
import PatchbayJSON
import Testing

struct FunctionTests {
    private let evaluate = Evaluating()

    @Test(
        arguments: [
            ("size('é😀')", 2), ("size([1, 2])", 2), ("size({'a': 1})", 1), ("'abc'.size()", 3),
            ("size(input.items)", 2),
            ("string(1)", "1"), ("string(1.5)", "1.5"), ("string(2.0)", "2"), ("string(true)", "true"),
            ("string('a')", "a"),
            ("string(18446744073709551615u)", "18446744073709551615"), ("string(null)", "null"),
            ("int(1.9)", 1), ("int(-1.9)", -1), ("int('42')", 42), ("int('-7')", -7), ("int(7u)", 7), ("int(1)", 1),
            ("double(1)", 1.0), ("double('1.5')", 1.5), ("double(1u)", 1.0), ("double(input.count) * input.price", 7.5),
            ("'hello'.contains('ell')", true), ("'hello'.contains('')", true), ("'hello'.contains('elo')", false),
            ("'aabaabaaa'.contains('aabaaa')", true), ("'aaaa'.contains('aaab')", false), ("''.contains('')", true),
            ("'hello'.startsWith('he')", true), ("'hello'.startsWith('lo')", false), ("'hello'.startsWith('')", true),
            ("'hello'.endsWith('lo')", true), ("'hello'.endsWith('hello!')", false), ("'é'.endsWith('é')", true),
        ] as [(String, JSON)])
    func `functions give CEL's values`(expression: String, value: JSON) throws {
        #expect(try evaluate(expression) == value)
    }

    @Test(arguments: [
        ("size(1)", "size does not take an int"), ("string([1])", "string does not take a list"),
        ("int('abc')", "\"abc\" is no whole number that fits an int"),
        ("int('+1')", "\"+1\" is no whole number that fits an int"),
        ("int(-9223372036854775808.0)", "-9.223372036854776e+18 does not fit an int"),
        ("int(1e300)", "1e+300 does not fit an int"), ("int(0.0 / 0.0)", "-nan does not fit an int"),
        ("int(18446744073709551615u)", "18446744073709551615 does not fit an int"),
        ("int(true)", "int does not take a bool"),
        ("double('x')", "\"x\" is no number"), ("double(null)", "double does not take null"),
        ("1.contains('a')", "contains does not take an int and a string"),
        ("[1].contains(1)", "contains does not take a list and an int"),
        ("'a'.startsWith(1)", "startsWith does not take a string and an int"),
    ])
    func `what a function does not take is named`(expression: String, message: String) {
        #expect(
            evaluate.error(expression)?.message.replacing("-nan", with: "nan") == message.replacing("-nan", with: "nan")
        )
    }

    @Test func `a list has no contains`() {
        #expect(evaluate.error("[1].contains(1)")?.hint == "it is called as string.contains(string)")
    }
}
