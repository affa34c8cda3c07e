import PatchbayJSON
import Testing

@Suite struct WritingTests {
    @Test(
        arguments: [
            (nil, "null"), (true, "true"), (false, "false"), (0, "0"), (-1, "-1"), (.int(.min), "-9223372036854775808"),
            (.int(.max), "9223372036854775807"), (.uint(.max), "18446744073709551615"), ([], "[]"), ([:], "{}"),
            ([1, [2, [:]], ["b": 1, "a": []]], #"[1,[2,{}],{"b":1,"a":[]}]"#),
        ] as [(JSON, String)])
    func `values are written without white space in their order`(value: JSON, text: String) {
        #expect(value.text == text)
        #expect(value.bytes() == Array(text.utf8))
    }

    @Test func `whole numbers of every length are written digit by digit`() throws {
        var number: UInt64 = 1
        for _ in 0..<20 {
            for near in [number - 1, number, number + 1] { #expect(JSON.uint(near).text == String(near)) }
            number = number.multipliedReportingOverflow(by: 10).partialValue
        }
    }

    @Test(arguments: [
        (1.0, "1.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e20, "1e+20"), (1e16, "1e+16"), (123456.0, "123456.0"),
        (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (0.1 + 0.2, "0.30000000000000004"),
        (.infinity, "null"), (-.infinity, "null"), (.nan, "null"),
    ])
    func `doubles are written shortest and stay doubles`(double: Double, text: String) throws {
        #expect(JSON.double(double).text == text)
        guard double.isFinite else { return }
        guard case .double(let back) = try JSON(parsing: text) else {
            Issue.record("\(text) did not stay a double")
            return
        }
        #expect(back.bitPattern == double.bitPattern)
    }

    @Test func `random doubles read back bit by bit`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let double = Double(bitPattern: random.next())
            guard double.isFinite else { continue }
            guard case .double(let back) = try JSON(parsing: JSON.double(double).text) else {
                Issue.record("\(double) did not stay a double")
                continue
            }
            #expect(back.bitPattern == double.bitPattern)
        }
    }

    @Test func `strings escape quotes, backslashes and control characters and nothing else`() throws {
        let string = "\" \\ / \u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f} é € 😀 \u{2028}"
        let escaped = #"\" \\ / \b\f\n\r\t\u0000\u001f"# + "\u{7f} é € 😀 \u{2028}"
        #expect(JSON.string(string).text == "\"\(escaped)\"")
        #expect(try JSON(parsing: JSON.string(string).text) == .string(string))
    }

    @Test func `names are escaped as well`() {
        #expect(JSON.object(["a\"\n": 1]).text == #"{"a\"\n":1}"#)
    }

    @Test func `every control character survives`() throws {
        for code in 0..<0x20 as Range<UInt8> {
            let string = "before \(Unicode.Scalar(code)) after and a little more"
            #expect(try JSON(parsing: JSON.string(string).text) == .string(string))
        }
    }

    @Test func `pretty text has a line for each element and an indent of two spaces`() {
        let value: JSON = ["name": "x", "list": [1, [], [:], [2]], "inner": ["a": nil]]
        #expect(
            value.prettyText == """
                {
                  "name": "x",
                  "list": [
                    1,
                    [],
                    {},
                    [
                      2
                    ]
                  ],
                  "inner": {
                    "a": null
                  }
                }
                """)
    }

    @Test func `writing appends to what is there`() {
        var bytes = Array("event: ".utf8)
        JSON.array([1]).write(into: &bytes)
        #expect(bytes == Array("event: [1]".utf8))
    }

    @Test func `a value deeper than any parser takes is written without a crash`() {
        var value: JSON = 1
        for level in 0..<2_000 { value = level.isMultiple(of: 2) ? [value] : ["a": value, "b": 2] }
        #expect(value.text.hasPrefix(#"{"a":[{"a":["#))
        #expect(value.prettyText.utf8.count > value.text.utf8.count)
    }

    @Test func `long texts grow as needed`() throws {
        let value: JSON = .array((0..<10_000).map { ["number": .int($0), "text": "some text of row \($0)"] })
        #expect(try JSON(parsing: value.bytes()) == value)
    }
}
