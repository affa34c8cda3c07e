import ConnectorSDK
import PatchbayJSON
import Testing

@testable import EmailConnector

struct ReceivedMessageTests {
    private func read(_ text: String, cutTo length: Int? = nil, largestFile: Int = 1_000) -> ReceivedMessage {
        let bytes = Array(text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8)
        return ReceivedMessage(
            Array(bytes.prefix(length ?? bytes.count)), uid: 7, validity: 3, at: 837_596_665, size: bytes.count,
            largestFile: largestFile)
    }

    @Test func `what the connector itself sends is read again`() throws {
        let message = MailMessage(
            from: try Mailbox("Ada Lövelace <ada@example.com>", at: ""),
            to: [try Mailbox("\"X, Y\" <x@example.com>", at: "")],
            cc: [try Mailbox("c@example.com", at: "")], replyTo: [],
            subject: "Grüße – ein langer Betreff, der mehr als eine Zeile hat",
            text: "Hällo\n", html: "<p>Hällo</p>",
            attachments: [
                Attachment {
                    $0.filename = "ü.csv"
                    $0.content = Bytes([1, 2, 3])
                    $0.contentType = "text/csv"
                }
            ], headers: [], id: "<1@example.com>", date: "Sat, 21 Nov 2026 19:00:00 +0000")
        let read = ReceivedMessage(
            message.bytes, uid: 1, validity: 1, at: 0, size: message.bytes.count, largestFile: 10)
        #expect(read.subject == "Grüße – ein langer Betreff, der mehr als eine Zeile hat")
        #expect(read.from.first?.name == "Ada Lövelace" && read.from.first?.address == "ada@example.com")
        #expect(read.to.first?.name == "X, Y" && read.to.first?.address == "x@example.com")
        #expect(read.cc.map(\.address) == ["c@example.com"])
        #expect(read.text == "Hällo\r\n")
        #expect(read.html == "<p>Hällo</p>")
        #expect(read.attachments.map(\.filename) == ["ü.csv"])
        #expect(read.attachments.first?.content == Bytes([1, 2, 3]))
        #expect(read.id == "<1@example.com> 1970-01-01T00:00:00Z")
        #expect(!read.isAutomatic && !read.isCut)
    }

    @Test func `heads are read however they are written`() {
        let message = read(
            """
            from: =?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>, friends: "a, b" <ab@x.example>,
             (a comment, with a comma) c@x.example;, undisclosed:;
            SUBJECT: =?UTF-8?B?R3LDvA==?= =?UTF-8?B?w59l?= =?x-none?Q?a_b?= and =?broken
            References: <1@x> <2@x>
            Auto-Submitted: auto-replied (vacation)
            no colon here
            Content-Type: text/plain; charset=windows-1252

            \u{7B}
            """)
        #expect(message.from.map(\.address) == ["PIRARD@vm1.ulg.ac.be", "ab@x.example", "c@x.example"])
        #expect(message.from.first?.name == "André Pirard")
        #expect(message.subject == "Grüßea b and =?broken")
        #expect(message.references == ["<1@x>", "<2@x>"])
        #expect(message.isAutomatic)
        #expect(message.id == "3/7")
    }

    @Test func `a file's name in pieces is put together, and leads nowhere`() {
        let parameters = HeaderParameters(
            "attachment; filename*0*=UTF-8''%e2%82%ac%20; filename*1=\"rates; old\"; filename*2*=%2etxt; size=3")
        #expect(parameters["filename"] == "€ rates; old.txt")
        #expect(parameters["size"] == "3")
        let message = read(
            """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Disposition: attachment; filename="..\\\\..\\\\x/.."

            one
            --b
            Content-Type: message/rfc822

            Subject: inner

            two
            """)
        #expect(message.attachments.map(\.filename) == ["file", "message.eml"])
        #expect(message.attachments.map(\.size) == [3, 21])
    }

    @Test func `parts nest so deep and no deeper, and are so many and no more`() {
        let deep = (0..<50).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
        #expect(read(deep + "Content-Type: text/plain\n\nx").text == nil)
        let many = "Content-Type: multipart/mixed; boundary=b\n" + String(repeating: "\n--b\n\nx", count: 2_000)
        #expect(read(many).attachments.count < 500)
    }

    @Test func `the end that is missing is said, and no file is told half`() {
        let text = """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html

            <p>x</p>
            --b
            Content-Disposition: attachment; filename=a.bin

            0123456789
            --b--
            """
        #expect(read(text).attachments.first?.content?.bytes == Array("0123456789".utf8))
        let cut = read(text, cutTo: text.utf8.count)
        #expect(cut.isCut && cut.html == "<p>x</p>")
        #expect(cut.attachments.first?.content == nil)
        #expect(read(text, largestFile: 9).attachments.first?.content == nil)
    }

    @Test(arguments: [
        "", "\n", "\n\n", ":", "=?", "Content-Type: multipart/mixed; boundary=\n\n--\n", "\u{0}\u{1}: x\n y",
    ])
    func `whatever comes is a message`(_ text: String) {
        #expect(read(text).uid == 7)
    }

    @Test func `what was encoded badly is read as far as it goes`() {
        #expect(decodedBase64("a W\nQ=s".utf8) == Array("id,".utf8))
        #expect(decodedQuotedPrintable(Array("a=3D=\r\nb=zz= \nc=".utf8)) == Array("a=b=zzc".utf8))
        #expect(mailText([0xE9], charset: "iso-8859-1") == "é")
        #expect(
            mailText([0x80], charset: "windows-1252") == "€" || mailText([0x80], charset: "windows-1252") == "\u{FFFD}")
        #expect(mailText([0x41, 0xFF], charset: "utf-8") == "A\u{FFFD}")
        #expect(mailText([0x41], charset: "no such charset; rm -rf") == "A")
    }
}
