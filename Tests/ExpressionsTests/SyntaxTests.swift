import PatchbayExpressions
import PatchbayJSON
import Testing

struct SyntaxTests {
    private let evaluate = Evaluating()

    @Test(arguments: [
        (#"'it\'s'"#, "it's"), (#""\n\t\\\"""#, "\n\t\\\""), (#"'\x41\u00e9\U0001F600\101'"#, "Aé😀A"),
        (#"r'\n'"#, #"\n"#), ("'''a\n'b'''", "a\n'b"), (#""""""""#, ""), ("'}}'", "}}"), ("'é'", "é"),
    ])
    func `strings know CEL's quotes and escapes`(expression: String, text: String) throws {
        #expect(try evaluate(expression) == .string(text))
    }

    @Test(arguments: [
        ("1 +", 4, "expected a value, found \"}\""), ("1 2", 3, "expected }}, found 2"),
        ("(1", 3, "expected \")\" behind the expression in parentheses, found \"}\""),
        ("[1, 2", 6, "expected \"]\" behind the list, found \"}\""),
        ("a.", 3, "expected a member's name behind the dot, found \"}\""),
        ("a.1", 2, "expected }}, found 0.1"), ("'abc", 1, "the string is not closed"),
        ("1 ? 2", 6, "expected \":\" between the two values of ?:, found \"}\""),
        ("{'a' 1}", 6, "expected \":\" behind a key of the map, found 1"),
        ("f(1,)", 5, "expected an argument behind the comma, found \")\""),
        ("1 = 1", 3, "unexpected character \"=\""), ("a & b", 3, "unexpected character \"&\""),
        ("$", 1, "unexpected character \"$\""),
        ("é", 1, "unexpected character \"é\""), ("a and b", 3, "expected }}, found \"and\""),
        ("12ab", 1, "\"12a\" is no number"),
        ("99999999999999999999", 1, "the number \"99999999999999999999\" does not fit 64 bits"),
        ("9223372036854775808", 1, "the number 9223372036854775808 does not fit an int"),
        ("1e999", 1, "the number \"1e999\" is too large for a double"),
        ("1e", 1, "the number has no digits behind its exponent"), ("0x", 1, "the number has no digits behind 0x"),
        (#"'\q'"#, 2, "the string has an unknown escape"),
        (#"'\u12'"#, 2, "the escape needs 4 hexadecimal digits of a Unicode character"),
        (#"'\ud800'"#, 2, "the escape needs 4 hexadecimal digits of a Unicode character"),
        ("while", 1, "\"while\" is a reserved word and no name"),
        ("in", 1, "expected a value, found \"in\""), ("a.in", 3, "\"in\" is a keyword"),
        ("", 1, "the expression is empty"),
    ])
    func `errors of syntax say what stands where`(expression: String, column: Int, message: String) {
        let error = evaluate.error(expression)
        #expect(error?.code == .syntax)
        #expect(error?.message == message)
        // The empty expression is reported where its braces open.
        #expect(error?.column == (expression.isEmpty ? -1 : column))
    }

    @Test func `lines and columns count characters in the whole text`() {
        let error = evaluate.textError("één\nregel {{ 1 +\n  é }}")
        #expect(error?.line == 3)
        #expect(error?.column == 3)
        #expect(error?.description.hasPrefix("line 3, column 3: ") == true)
    }

    @Test(arguments: ["(", "[", "!", "-", "{1:", "a.b(", "true ? ", "1 + (", "true ? true : ", "[[1]", "size(", "a["])
    func `ten thousand levels are refused at once`(piece: String) {
        let error = evaluate.error(String(repeating: piece, count: 10_000))
        #expect(error?.code == .limit || error?.code == .syntax)
    }

    @Test func `long chains of members and operators are refused, not run`() {
        #expect(evaluate.error("trigger" + String(repeating: ".a", count: 10_000))?.code == .limit)
        #expect(evaluate.error("1" + String(repeating: "+1", count: 10_000))?.code == .limit)
        #expect(evaluate.error("[0]" + String(repeating: "[0]", count: 10_000))?.code == .limit)
    }

    @Test func `a chain of and or or may be long`() throws {
        #expect(try evaluate("true" + String(repeating: "&& true", count: 5_000)) == true)
        #expect(try evaluate("false" + String(repeating: "|| false", count: 5_000)) == false)
    }

    @Test func `nesting up to the limit works`() throws {
        let levels = 190
        #expect(try evaluate(String(repeating: "(", count: levels) + "1" + String(repeating: ")", count: levels)) == 1)
        #expect(try evaluate(String(repeating: "!", count: levels) + "true") == true)
        #expect(try evaluate("0" + String(repeating: "+1", count: levels)) == 190)
    }
}
