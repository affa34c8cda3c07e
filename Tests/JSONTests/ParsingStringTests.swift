import PatchbayJSON
import Testing

@Suite struct ParsingStringTests {
    @Test func `every escape is understood`() throws {
        #expect(try JSON(parsing: #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC""#) == "\"\\/\u{8}\u{c}\n\r\tAé€")
    }

    @Test func `a surrogate pair is one scalar`() throws {
        #expect(try JSON(parsing: #""a\ud83d\ude00b""#) == "a😀b")
        #expect(try JSON(parsing: #""\uD800\uDC00\udbff\udfff""#) == "\u{10000}\u{10FFFF}")
    }

    @Test(arguments: [
        #""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ude00""#, #""\ud83d\ud83d""#,
    ])
    func `a surrogate without its other half is refused`(text: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.offset == 1)
        #expect(error?.message.contains("surrogate") == true)
    }

    @Test func `stops are found at every distance from the start`() throws {
        for length in 0..<40 {
            let plain = String(repeating: "x", count: length)
            #expect(try JSON(parsing: "[\"\(plain)\"]") == [.string(plain)])
            #expect(try JSON(parsing: "[\"\(plain)\\n\(plain)\"]") == [.string("\(plain)\n\(plain)")])
            #expect(try JSON(parsing: "[\"\(plain)é\(plain)\"]") == [.string("\(plain)é\(plain)")])
            #expect(try JSON(parsing: "[\"\(plain)\\t😀\(plain)\", 1]") == [.string("\(plain)\t😀\(plain)"), 1])
            let error = #expect(throws: JSONError.self) { try JSON(parsing: "[\"\(plain)\u{1F}\(plain)\"]") }
            #expect(error?.offset == 2 + length)
        }
    }

    @Test func `delete and the separators of lines are ordinary characters`() throws {
        #expect(try JSON(parsing: "\"\u{7F}\u{2028}\u{FFFF}\"") == "\u{7F}\u{2028}\u{FFFF}")
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE2, 0x82],
            [0xED, 0xA0, 0x80],
            [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF0, 0x9F, 0x98, 0x28], [0xF5, 0x80, 0x80, 0x80], [0xFF],
        ] as [[UInt8]])
    func `bytes that are no UTF-8 are refused where they stand`(wrong: [UInt8]) {
        for (before, after) in [("", ""), ("plain and é€😀", "more"), ("with\\n", "\\t")] {
            let text = Array("[\"\(before)".utf8) + wrong + Array("\(after)\"]".utf8)
            let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
            #expect(error?.offset == 2 + before.utf8.count)
            #expect(error?.message.hasSuffix("which is no UTF-8 here") == true)
        }
    }

    @Test func `every well-formed length of UTF-8 is taken`() throws {
        let text = "\u{80}\u{7FF}\u{800}\u{FFF}\u{D7FF}\u{E000}\u{FFFD}\u{10000}\u{FFFFF}\u{10FFFF}"
        #expect(try JSON(parsing: "\"\(text)\"") == .string(text))
    }
}
