import ConnectorSDK
import PatchbayJSON
import Testing

@testable import EmailConnector

@Suite struct MailMessageTests {
    private let settings = EmailSettings()

    private func input(_ change: (inout SendEmail.Input) -> Void = { _ in }) -> SendEmail.Input {
        SendEmail.Input {
            $0.from = "Acme <orders@acme.example>"
            $0.to = ["ada@example.com"]
            $0.subject = "Hello"
            $0.text = "Hi."
            change(&$0)
        }
    }

    private func text(_ input: SendEmail.Input) throws -> String {
        let message = try input.message(settings, key: "step:7f/3a", date: "Sat, 21 Nov 2026 19:00:00 +0000")
        return String(decoding: message.bytes, as: UTF8.self)
    }

    private func pointer(_ change: (inout SendEmail.Input) -> Void) -> String? {
        do {
            _ = try text(input(change))
            return nil
        } catch {
            return (error as? ConnectorError)?.pointer
        }
    }

    @Test func `a plain message has what a message needs`() throws {
        #expect(
            try text(input())
                == """
                Date: Sat, 21 Nov 2026 19:00:00 +0000\r
                From: Acme <orders@acme.example>\r
                To: ada@example.com\r
                Subject: Hello\r
                Message-ID: <step-7f-3a@acme.example>\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: base64\r
                \r
                SGku\r

                """)
    }

    @Test func `who gets a hidden copy stands nowhere`() throws {
        let text = try text(
            input {
                $0.to = []
                $0.bcc = ["hidden@example.com"]
            })
        #expect(!text.contains("hidden@"))
        #expect(text.contains("To: undisclosed-recipients:;\r\n"))
    }

    @Test func `other characters than ASCII are encoded, and long texts in several words`() throws {
        let text = try text(
            input {
                $0.to = ["Ada Lövelace <ada@example.com>", "\"Hopper, Grace\" <grace@example.com>"]
                $0.subject = String(repeating: "Grüße 👋 ", count: 20)
            })
        #expect(
            text.contains(
                "To: =?UTF-8?B?QWRhIEzDtnZlbGFjZQ==?= <ada@example.com>,\r\n \"Hopper, Grace\" <grace@example.com>\r\n")
        )
        #expect(text.contains("Subject: =?UTF-8?B?"))
        for line in text.split(separator: "\r\n") { #expect(line.utf8.count <= 100, "\(line)") }
    }

    @Test func `text, HTML and files are parts of their own`() throws {
        let text = try text(
            input {
                $0.html = "<p>Hi.</p>"
                $0.attachments = [
                    Attachment {
                        $0.filename = "Größe.csv"
                        $0.content = Bytes([1, 2, 3])
                        $0.contentType = "text/csv"
                    },
                    Attachment {
                        $0.filename = "logo.png"
                        $0.content = Bytes([4])
                        $0.contentType = "image/png"
                        $0.contentID = "logo@1"
                    },
                ]
            })
        for part in [
            "multipart/mixed; boundary=\"=_patchbayxxx\"", "multipart/alternative; boundary=\"=_patchbayxx\"",
            "multipart/related; boundary=\"=_patchbayx\"", "filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv",
            "Content-ID: <logo@1>",
            "\r\n--=_patchbayxxx--\r\n", "AQID",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test(arguments: [
        "a@b.example\r\nBcc: x@y.example", "a@b.example\nX", "Ada\r\nBcc: x@y.example <a@b.example>", "a b@c.example",
        "@b.example", "a@", "a", "", "a@b@c", "<a@b.example>x", "ä@b.example", "a@b.example>", "a,b@c.example",
    ])
    func `an address that is none, or more than one, is refused`(address: String) {
        #expect(pointer { $0.to = ["ok@example.com", address] } == "/to/1")
        #expect(pointer { $0.from = address } == "/from")
    }

    @Test func `nothing can bring a header with it`() {
        #expect(pointer { $0.subject = "Hi\r\nBcc: x@y.example" } == "/subject")
        #expect(pointer { $0.subject = "Hi\nX" } == "/subject")
        #expect(pointer { $0.headers = ["X-A": "b\r\nBcc: x@y.example"] } == "/headers/X-A")
        #expect(pointer { $0.headers = ["X-A: b\r\nBcc": "x"] } != nil)
        #expect(pointer { $0.headers = ["Bcc": "x@y.example"] } == "/headers/Bcc")
        #expect(pointer { $0.headers = ["Content-Type": "text/html"] } == "/headers/Content-Type")
        #expect(
            pointer {
                $0.subject = "${x}"
                $0.values = ["x": "Hi\r\nBcc: x@y.example"]
            } == "/subject")
        #expect(
            pointer {
                $0.attachments = [
                    Attachment {
                        $0.filename = "a\r\nX: b"; $0.content = Bytes([])
                    }
                ]
            } == "/attachments/0/filename")
        #expect(
            pointer {
                $0.attachments = [
                    Attachment {
                        $0.filename = "a"
                        $0.content = Bytes([])
                        $0.contentType = "text/plain\r\nX: b"
                    }
                ]
            } == "/attachments/0/content_type")
    }

    @Test func `a template takes its values, escaped in HTML`() throws {
        let values: JSONObject = [
            "name": "<b>Ada & \"co\"</b>", "order": ["id": 7, "lines": [["sku": "A"]]], "none": nil,
        ]
        let plain = Placeholders(values: values, isHTML: false)
        #expect(
            try plain.fill("${name}: ${ order.id }/${order.lines.0.sku}${none}$${x}$", at: "/text")
                == "<b>Ada & \"co\"</b>: 7/A${x}$")
        let page = Placeholders(values: values, isHTML: true)
        #expect(try page.fill("<i>${name}</i>", at: "/html") == "<i>&lt;b&gt;Ada &amp; &quot;co&quot;&lt;/b&gt;</i>")
        for template in ["${missing}", "${order}", "${name", "${}"] {
            #expect(throws: ConnectorError.self, "\(template)") { try plain.fill(template, at: "/text") }
        }
    }

    @Test func `a date is as messages have it`() {
        #expect(mailDate(secondsSince1970: 1_795_287_600) == "Sat, 21 Nov 2026 19:00:00 +0000")
        #expect(mailDate(secondsSince1970: 0) == "Thu, 1 Jan 1970 00:00:00 +0000")
    }
}
