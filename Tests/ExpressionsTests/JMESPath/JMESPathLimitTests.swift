import PatchbayExpressions
import PatchbayJSON
import Testing

struct JMESPathLimitTests {
    private func limit(_ expression: String, _ input: JSON = [1, 2], _ limits: ExpressionLimits = .standard) -> String?
    {
        do {
            _ = try JMESPath(expression, limits: limits).search(input, limits: limits)
            return nil
        } catch {
            return error.code == .limit ? error.message : "\(error)"
        }
    }

    private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test func `depth is an error and no crash`() {
        let message = "the expression is nested more than 120 deep, which is the limit"
        for opening in ["(", "[", "{a:", "!", "a[?", "a || (", "[*][?", "length(", "map(&", "*.", "let $a = ", "a.*."] {
            #expect(limit(repeated(opening, 5_000)) == message, "\(opening)")
        }
        #expect(limit(repeated("[*]", 10_000)) == message)
        #expect(limit("a" + repeated("[?b]", 10_000)) == message)
        #expect(limit("a" + repeated(" == a", 10_000)) == "more than 50 comparisons are compared again")
        #expect(limit("`" + repeated("[", 10_000) + "`")?.contains("nested more than 200 deep") == true)
    }

    @Test func `what stands in a row may be long`() {
        for piece in [".a", "[0]", " | a", " || a", " && a", "[]", ".a[0][] | a"] {
            #expect(limit("a" + repeated(piece, 4_000)) == nil, "\(piece)")
        }
    }

    @Test func `an expression of a megabyte is refused by its length`() {
        #expect(limit(repeated("a.", 1 << 19)) == "the expression has 1048576 bytes, the limit is 65536")
    }

    @Test func `values that double are stopped`() {
        let twice = repeated(" | [@, @]", 40)
        let few = ExpressionLimits(steps: 100_000, result: 1 << 20)
        let steps = "the search needs more than 100000 steps, which is the limit"
        #expect(limit("@" + twice, [1, 2], few) == steps)
        #expect(limit("@" + repeated(" | [@, @] | []", 40), [1, 2], few) == steps)
        #expect(limit("@" + twice + " | to_string(@)", [1, 2], few) == steps)
        #expect(limit("[@\(twice), @\(twice)] | [0] == [1]", [1, 2], few) == steps)
        #expect(
            limit("'0123456789'" + repeated(" | join('', [@, @])", 40))?.hasPrefix("join() makes a string of") == true)
        let wide = "'\(repeated("x", 5_000))'" + repeated(" | [@, @]", 12)
        #expect(limit(wide, [1, 2], few) == "the result has more than 1048576 bytes, which is the limit")
        #expect(limit("@" + repeated(" | [@]", 600)) == "the result is nested more than 500 deep, which is the limit")
        #expect(limit("@" + repeated(" | [@]", 2_000)) == "the expression builds more than 1000 lists and objects")
    }

    @Test func `searches within searches are stopped`() {
        let input = JSON.array((0..<1_000).map { .int($0) })
        #expect(limit("let $a = @ in [].[$a[].[$a[].[@]]]", input)?.hasPrefix("the search needs more than") == true)
        #expect(limit("let $a = @ in map(&map(&map(&@, $a), $a), $a)", input)?.hasPrefix("the search needs") == true)
    }

    @Test func `looking for text takes time in proportion to it`() {
        let text = repeated("a", 1 << 20)
        #expect(limit("contains(@, '\(repeated("a", 30_000))b')", .string(text)) == nil)
    }

    @Test func `limits are the caller's`() {
        #expect(limit("a", [:], ExpressionLimits(source: 0)) == "the expression has 1 bytes, the limit is 0")
        #expect(limit("[[a]]", [:], ExpressionLimits(nesting: 2)) != nil)
        #expect(limit("[@, @]", 1, ExpressionLimits(steps: 2)) != nil)
        #expect(limit("[@, @]", 1, ExpressionLimits(result: 5)) != nil)
        #expect(limit("[[@]]", 1, ExpressionLimits(depth: 1)) != nil)
        #expect(limit("[[@]]", 1, ExpressionLimits(steps: 5, result: 9, depth: 2)) == nil)
    }
}
