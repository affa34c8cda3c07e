import ConnectorSDK
import PatchbayJSON
import Testing

@testable import EmailConnector

struct IMAPReaderTests {
    private func responses(_ text: String, inPiecesOf size: Int = 7, most: Int = 1_000) throws -> [IMAPResponse] {
        var reader = IMAPReader(most: most)
        var found: [IMAPResponse] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.take(Array(bytes[start..<min(start + size, bytes.count)]))
            while let response = try reader.next() { found.append(response) }
        }
        return found
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func `responses are put together from whatever pieces come`(of size: Int) throws {
        let found = try responses(
            "* 5 EXISTS\r\n* OK [UIDVALIDITY 77] fine {3}\r\n* SEARCH 3 1 x 2\r\n"
                + "* 1 FETCH (UID 4 FLAGS (\\Seen \"a\\\"b\") BODY[]<0> {9}\r\nP1 OK\r\n)\n X {2}\r\nab)\r\nP1 OK done\r\n",
            inPiecesOf: size)
        #expect(found.count == 5)
        #expect(found[0].count(of: "EXISTS") == 5)
        #expect(found[1].number(of: "UIDVALIDITY") == 77)
        #expect(found[1].code == "UIDVALIDITY")
        #expect(found[2].found == [3, 1, 2])
        let fetched = found[3].fetched
        #expect(fetched?["UID"]?.number == 4)
        #expect(fetched?["FLAGS"] == .list([.atom("\\Seen"), .string(Array("a\"b".utf8))]))
        #expect(fetched?["BODY"]?.bytes == Array("P1 OK\r\n)\n".utf8))
        #expect(fetched?["X"]?.bytes == Array("ab".utf8))
        #expect(found[4].tag == "P1" && found[4].status == .ok && found[4].words == "done")
    }

    @Test(arguments: [
        "* 1 FETCH (BODY[] {2000}\r\n", "* 1 FETCH (BODY[] {9999999999}\r\n", String(repeating: "x", count: 1_100),
        String(repeating: "* 1 EXISTS\r\n", count: 90),
    ])
    func `an answer has an end`(_ text: String) {
        #expect(throws: ConnectorError.self) { try responses(text) }
    }

    @Test(arguments: [
        "* 1 FETCH (", "* 1 FETCH ) x", "* FETCH", "", "* 1 FETCH \"x", String(repeating: "(", count: 500),
    ])
    func `what is no answer is none`(_ text: String) throws {
        let found = try responses(text + "\r\n")
        #expect(found.count == 1)
        #expect(found[0].fetched == nil)
        #expect(found[0].found == nil && found[0].count(of: "EXISTS") == nil && found[0].number(of: "UIDNEXT") == nil)
    }

    @Test func `names of mailboxes are written as the protocol has them`() throws {
        #expect(try quotedMailboxName("INBOX") == "\"INBOX\"")
        #expect(try quotedMailboxName("a \"b\" \\ & c") == "\"a \\\"b\\\" \\\\ &- c\"")
        // RFC 3501 §5.1.3
        #expect(try quotedMailboxName("~peter/mail/台北/日本語") == "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"")
    }

    @Test func `times are read, and asked for`() {
        #expect(secondsSince1970(internalDate: "17-Jul-1996 02:44:25 -0700") == 837_596_665)
        #expect(secondsSince1970(internalDate: " 1-Jan-1970 00:00:00 +0000") == 0)
        for wrong in ["", "1-Foo-1996 02:44:25 -0700", "17-Jul-1996 02:44 -0700", "17-Jul-1996 02:44:25 PDT"] {
            #expect(secondsSince1970(internalDate: wrong) == nil)
        }
        #expect(searchDate(before: 837_596_665) == "16-Jul-1996")
        #expect(timestamp(secondsSince1970: 837_596_665) == "1996-07-17T09:44:25Z")
    }

    @Test func `a mailbox's position goes on, and begins anew where the mailbox does`() {
        var position = MailboxPosition(validity: 1, next: 5, since: 100)
        position.enter(validity: 1, next: 9)
        #expect(position.next == 5)
        position.told(at: 300, now: 200)
        #expect(position.since == 200)
        position.enter(validity: 2, next: 4)
        #expect(position.next == 1)
        #expect(!position.tells(uid: 3, at: 199) && position.tells(uid: 3, at: 200) && position.tells(uid: 4, at: 0))
        #expect(MailboxPosition(position.json) == position)
        position.advance(to: 4)
        #expect(position.remainder == nil)
        #expect(MailboxPosition(["uid_validity": 1, "next": 0, "since": 0]) == nil)
        #expect(MailboxPosition("x") == nil)
    }
}
