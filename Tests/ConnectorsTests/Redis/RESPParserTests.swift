import Testing

@testable import RedisConnector

@Suite struct RESPParserTests {
    private func read(_ text: String, largest: Int = 1 << 20) throws(RESPParser.Malformed) -> RESPValue? {
        var parser = RESPParser(largest: largest)
        parser.add(Array(text.utf8))
        return try parser.next()
    }

    @Test(arguments: [
        ("+OK\r\n", RESPValue.text("OK")), (":-7\r\n", .number(-7)), ("$3\r\na\r\n\r\n", .bytes(Array("a\r\n".utf8))),
        ("$0\r\n\r\n", .bytes([])), ("$-1\r\n", .null), ("*-1\r\n", .null), ("_\r\n", .null), ("#t\r\n", .bool(true)),
        (",1.5\r\n", .double(1.5)), ("(12345678901234567890123\r\n", .text("12345678901234567890123")),
        ("-ERR no\r\n", .failure("ERR no")), ("!6\r\nERR no\r\n", .failure("ERR no")),
        ("=7\r\ntxt:abc\r\n", .bytes(Array("abc".utf8))),
        ("*2\r\n:1\r\n*1\r\n_\r\n", .array([.number(1), .array([.null])])),
        ("%1\r\n+a\r\n:1\r\n", .map([.init(key: .text("a"), value: .number(1))])),
        ("~1\r\n:1\r\n", .array([.number(1)])),
        ("|1\r\n+ttl\r\n:3\r\n:9\r\n", .number(9)), ("*0\r\n", .array([])),
    ])
    func `a reply is read`(text: String, value: RESPValue) throws {
        #expect(try read(text) == value)
    }

    @Test func `a reply may come byte by byte, and another behind it`() throws {
        var parser = RESPParser()
        let text = "%1\r\n$1\r\na\r\n*2\r\n$-1\r\n$2\r\nbc\r\n+next\r\n"
        var replies: [RESPValue] = []
        for byte in text.utf8 {
            parser.add([byte])
            if let reply = try parser.next() { replies.append(reply) }
        }
        #expect(
            replies == [
                .map([.init(key: .bytes([97]), value: .array([.null, .bytes([98, 99])]))]), .text("next"),
            ])
    }

    @Test(arguments: [
        "?\r\n", ":x\r\n", "$-2\r\n", "*99999999999\r\n", "$99999999999\r\n", "\r\n", ",x\r\n",
        String(repeating: "*1\r\n", count: 100),
    ])
    func `what is no reply is refused`(text: String) {
        #expect(throws: RESPParser.Malformed.self) { try read(text) }
    }

    @Test func `a reply that grows past the limit is refused`() {
        #expect(throws: RESPParser.Malformed.self) { try read("+" + String(repeating: "x", count: 200), largest: 100) }
    }
}
