import PatchbayJSON
import Testing

@Suite struct ParsingRefusalTests {
    @Test(arguments: [
        ("", "line 1, column 1: found the end of the text, expected a value"),
        ("  ", "line 1, column 3: found the end of the text, expected a value"),
        ("[1,]", "line 1, column 4: found \"]\", expected a value"),
        ("[1 2]", "line 1, column 4: found \"2\", expected \",\" or \"]\""),
        ("[1", "line 1, column 3: found the end of the text, expected \",\" or \"]\""),
        ("[1}", "line 1, column 3: found \"}\", expected \",\" or \"]\""),
        (#"{"a":1"#, "line 1, column 7: found the end of the text, expected \",\" or \"}\""),
        (#"{"a":1,}"#, "line 1, column 8: found \"}\", expected a name"),
        (#"{"a" 1}"#, "line 1, column 6: found \"1\", expected \":\""),
        ("{a:1}", "line 1, column 2: found \"a\", expected a name or \"}\""),
        ("{'a':1}", "line 1, column 2: found \"'\", expected a name or \"}\""),
        ("1 1", "line 1, column 3: found \"1\" after the value, expected the end of the text"),
        ("[]\n,", "line 2, column 1: found \",\" after the value, expected the end of the text"),
        ("{}\"", "line 1, column 3: found a quote after the value, expected the end of the text"),
        ("trux", "line 1, column 4: found \"x\" in a word, expected \"true\""),
        ("nul", "line 1, column 4: found the end of the text in a word, expected \"null\""),
        ("False", "line 1, column 1: found \"F\", expected a value"),
        ("NaN", "line 1, column 1: found \"N\", expected a value"),
        ("[\n  1,\n  ?\n]", "line 3, column 3: found \"?\", expected a value"),
        ("01", "line 1, column 2: found \"1\" after a leading zero, expected \".\" or the end of the number"),
        ("-", "line 1, column 2: found the end of the text, expected a digit"),
        ("-a", "line 1, column 2: found \"a\", expected a digit"),
        ("+1", "line 1, column 1: found \"+\", expected a value"),
        ("1.", "line 1, column 3: found the end of the text, expected a digit after the decimal point"),
        (".5", "line 1, column 1: found \".\", expected a value"),
        ("1e+", "line 1, column 4: found the end of the text, expected a digit of the exponent"),
        ("\"abc", "line 1, column 5: found the end of the text, expected the closing quote of a string"),
        ("\"a\\nbc", "line 1, column 7: found the end of the text, expected the closing quote of a string"),
        ("\"a\\", "line 1, column 4: found the end of the text inside an escape"),
        ("\"\\x\"", "line 1, column 3: found \"x\" after a backslash, expected one of \" \\ / b f n r t u"),
        ("\"\\u12g4\"", "line 1, column 6: found \"g\", expected four hexadecimal digits after \"\\u\""),
        ("\"\\u12", "line 1, column 6: found the end of the text, expected four hexadecimal digits after \"\\u\""),
        (
            "\"a\nb\"",
            "line 1, column 3: found a line break inside a string, expected it escaped, as \"\\n\" or \"\\u0000\""
        ),
        (
            "\"a\u{1}b\"",
            "line 1, column 3: found byte 0x01 inside a string, expected it escaped, as \"\\n\" or \"\\u0000\""
        ),
        ("[\u{A0}1]", "line 1, column 2: found byte 0xC2, expected a value"),
        ("\u{FEFF}1", "line 1, column 1: found a byte-order mark, expected a value"),
    ])
    func `an error says what is there, what was expected and where`(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.description == message)
    }

    @Test func `an error carries the offset in bytes`() {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: "[\"é\",\n ?]") }
        #expect(error == JSONError(message: "found \"?\", expected a value", offset: 8, line: 2, column: 2))
    }

    @Test func `every truncation of a document is refused`() throws {
        let text = Array(#"{"a":[1.5e3,-20,"x\n\u00e9é\ud83d\ude00",null,true,{"b":[]}]}"#.utf8)
        #expect(throws: Never.self) { try JSON(parsing: text) }
        for length in text.indices { #expect(throws: JSONError.self) { try JSON(parsing: Array(text[..<length])) } }
    }

    @Test func `a damaged byte never crashes and what is taken can be written and read again`() throws {
        let text = Array(#"{"a":[1.5e3,-20,"x\n\u00e9é\ud83d\ude00",null,true,{"b":[]}],"c":0}"#.utf8)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = text
                damaged[place] = byte
                guard let value = try? JSON(parsing: damaged) else { continue }
                #expect(try JSON(parsing: value.bytes()) == value)
            }
        }
    }
}
