import PatchbayCore
import PatchbayJSON
import Testing

struct AuditEventTests {
    @Test func `canonical JSON is sorted by code units of UTF-16, and escapes what it must`() {
        // The example of RFC 8785, 3.2.3, with its own order.
        let value: JSON = [
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
        ]
        let text = String(decoding: value.canonicalBytes, as: UTF8.self)
        let names = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"]
        let places = names.compactMap { text.firstRange(of: "\"\($0)\":")?.lowerBound }
        #expect(places.count == names.count && places == places.sorted())
        let nested: JSON = ["b": [["z": 1, "a": .null]], "a": "\u{1}\"\\/\u{7f}"]
        let expected = "{\"a\":\"\\u0001\\\"\\\\/\u{7f}\",\"b\":[{\"a\":null,\"z\":1}]}"
        #expect(String(decoding: nested.canonicalBytes, as: UTF8.self) == expected)
    }

    @Test func `a chain's end is written down and read again`() {
        let head = AuditHead(sequence: 12, hash: Array(0..<32))
        #expect(AuditHead(head.description) == head)
        for text in ["", "12", "12:", "x:" + head.hashText, "12:" + head.hashText + "00", "-1:" + head.hashText] {
            #expect(AuditHead(text) == nil, "\(text)")
        }
        #expect(AuditHead("12:" + String(repeating: "zz", count: 32)) == nil)
    }

    @Test func `a line of an export is what was hashed, and the two hashes`() throws {
        let event = AuditEvent(.keysRotated, by: .command("root"), in: nil, at: Timestamp(milliseconds: 0))
        let content = event.content(at: 1).canonicalBytes
        let record = AuditRecord(
            sequence: 1, content: content, previous: [UInt8](repeating: 0, count: 32), hash: Array(0..<32))
        var object = try #require(try JSON(parsing: record.line).object)
        #expect(object.removeValue(named: "hash")?.string?.hasPrefix("000102") == true)
        #expect(object.removeValue(named: "previous_hash")?.string == String(repeating: "0", count: 64))
        #expect(JSON.object(object).bytes() == content)
    }

    @Test func `words of the log are told apart and keep to their form`() {
        let words = AuditAction.allCases.map(\.rawValue)
        #expect(Set(words).count == words.count)
        #expect(words.allSatisfy { $0.split(separator: ".").count == 2 && $0 == $0.lowercased() })
    }
}
