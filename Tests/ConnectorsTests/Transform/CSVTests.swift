import PatchbayJSON
import Testing

@testable import TransformConnector

@Suite struct CSVTests {
    private func rows(_ text: String, _ delimiter: Character = ",") throws(CSVParser.Problem) -> [[String]] {
        try CSVParser.rows(text, delimiter: Delimiter(byte: delimiter.asciiValue ?? 0)).map { $0.fields.map(\.text) }
    }

    @Test(arguments: [
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a\rb", [["a"], ["b"]]), ("", []), ("\n\n", []), (",", [["", ""]]), ("a,\n,b", [["a", ""], ["", "b"]]),
        ("\"a,b\",\"c\"\"d\"\"\"", [["a,b", "c\"d\""]]), ("\"two\r\nlines\",x", [["two\r\nlines", "x"]]),
        ("\"\"", [[""]]), ("\u{FEFF}a,ü", [["a", "ü"]]), (" a , b ", [[" a ", " b "]]),
    ])
    func `rows are read`(text: String, expected: [[String]]) throws {
        #expect(try rows(text) == expected)
    }

    @Test func `another delimiter leaves commas alone`() throws {
        #expect(try rows("a,1;b\tc", ";") == [["a,1", "b\tc"]])
        #expect(try rows("a,1\tb", "\t") == [["a,1", "b"]])
    }

    @Test(arguments: [
        ("a\n\"b", 2, "never closed"), ("a\nb\"c", 2, "does not begin"), ("\"x\ny\"z", 2, "goes on behind"),
    ])
    func `what is wrong is told with its line`(text: String, line: Int, words: String) {
        #expect {
            try rows(text)
        } throws: { error in
            let problem = error as? CSVParser.Problem
            return problem?.line == line && problem?.message.contains(words) == true
        }
    }

    @Test(arguments: [
        ("1", JSON.int(1)), ("-2.5", -2.5), ("1e3", 1000.0), ("true", true), ("", nil), ("007", "007"), ("1 ", "1 "),
        ("NaN", "NaN"), ("12345678901234567890123", "12345678901234567890123"), ("null", "null"), ("+1", "+1"),
    ])
    func `only what is surely no text becomes something else`(text: String, value: JSON) {
        #expect(CSVParser.Field(text: text, isQuoted: false).inferred == value)
        #expect(CSVParser.Field(text: text, isQuoted: true).inferred == .string(text))
    }

    @Test func `what was written is read as the same texts`() throws {
        let table = [["a", ""], ["", "x,y"], ["\"q\"", "l\r\nm"], ["", ""], ["\r", "\n"], ["ü👋", " s "]]
        var writer = CSVWriter(delimiter: .comma, lineBreak: "\r\n")
        for row in table { writer.write(row) }
        #expect(try rows(writer.text) == table)
        var narrow = CSVWriter(delimiter: .comma, lineBreak: "\n")
        for row in [["a"], [""], ["b"]] { narrow.write(row) }
        #expect(try rows(narrow.text) == [["a"], [""], ["b"]])
    }
}
