import Testing

@testable import PatchbayOutbound

@Suite struct AnswerHeadTests {
    func head(_ lines: String...) -> AnswerHead {
        var head = AnswerHead()
        for line in lines { head.take(Array(line.utf8)) }
        return head
    }

    @Test func `names are lower case and values trimmed`() {
        let head = head("HTTP/1.1 200 OK\r\n", "X-Thing: \t a value \r\n", "x-EMPTY:\r\n", "\r\n")
        #expect(head.fields == [HTTPField(name: "x-thing", value: "a value"), HTTPField(name: "x-empty", value: "")])
    }

    @Test func `only the last answer's headers count`() {
        let head = head("HTTP/1.1 103 Early Hints\r\n", "Link: a\r\n", "\r\n", "HTTP/2 200\r\n", "B: c\r\n")
        #expect(head.fields == [HTTPField(name: "b", value: "c")])
    }

    @Test func `a folded line goes on, and control characters do not pass`() {
        let head = head("HTTP/1.1 200 OK\r\n", "A: b\r\n", "  c\u{1}d\re\r\n", "no colon\r\n")
        #expect(head.fields == [HTTPField(name: "a", value: "b c d e")])
    }

    @Test func `a value that is not UTF-8 is repaired`() {
        var head = AnswerHead()
        head.take([UInt8(ascii: "a"), UInt8(ascii: ":"), 0xFF])
        #expect(head.value("a") == "\u{FFFD}")
    }
}
