import FoundationEssentials
import PatchbayCore
import PatchbayJSON
import ServerFixture
import Testing

/// Against a real server, which is started once, since that takes a second.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct MailboxTests {
    private static let server = Result { try ServerProcess(script: "imap.py") }
    private let mailbox = "Box \(UInt32.random(in: 0...UInt32.max))"

    private func email(
        port: String = "port", security: JSON = "none", password: String = "s3cret-pass"
    ) async throws -> Caller {
        try await ConnectorBench.shared.value.caller(
            "email",
            settings: ["host": "localhost", "port": try Self.server.get().ready[port] ?? nil, "security": security],
            credential: .basic("ada", password))
    }

    /// Asks the server's keeper for something.
    @discardableResult
    private func ask(_ what: String, message: String = "") throws -> JSON {
        let port = try Self.server.get().ready["control"]?.int ?? 0
        let asked: JSON = ["do": .string(what), "mailbox": .string(mailbox), "message": .string(message)]
        let file = TemporaryFolder.make() + "/asked.json"
        try Data((asked.text + "\n").utf8).write(to: URL(fileURLWithPath: file))
        let result = Command.run("timeout 30 bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(port); cat \(file) >&3; cat <&3'")
        let answer = try JSON(parsing: result.output)
        try #require(answer["ok"] == true, "\(answer.text)")
        return answer
    }

    private func deliver(_ subject: String, id: String? = nil, _ rest: String = "\n\nText.") throws {
        let id = id ?? "<\(subject)@example.com>"
        try ask(
            "deliver",
            message: "Message-ID: \(id)\nFrom: Ada <ada@example.com>\nTo: box@example.com\nSubject: \(subject)\(rest)")
    }

    private func poll(_ email: Caller, after cursor: JSON?, _ more: JSONObject = [:]) async throws -> JSON {
        var input = more
        input["mailbox"] = .string(mailbox)
        if let cursor { input["cursor"] = cursor }
        return try await email.call("new_messages", .object(input))
    }

    private func subjects(_ answer: JSON) -> [String] {
        (answer["events"]?.array ?? []).compactMap { $0["subject"]?.string }
    }

    @Test func `messages that are there are not told, those that come are, once, and none is marked as read`()
        async throws
    {
        let email = try await email()
        for number in 1...3 { try deliver("old \(number)") }
        let first = try await poll(email, after: nil)
        #expect(first["events"] == [])
        try deliver("new 1")
        try deliver("new 2")
        let second = try await poll(email, after: first["cursor"])
        #expect(subjects(second) == ["new 1", "new 2"])
        let event = second["events"]?[0]
        #expect(event?["message_id"] == "<new 1@example.com>")
        #expect(event?["from"] == [["address": "ada@example.com", "name": "Ada"]])
        #expect(event?["text"] == "Text.\r\n" || event?["text"] == "Text.")
        #expect(event?["id"]?.string?.hasPrefix("<new 1@example.com> 20") == true)
        #expect(event?["is_automatic"] == false)
        let third = try await poll(email, after: second["cursor"])
        #expect(third["events"] == [])
        #expect(third["cursor"] == second["cursor"])
        #expect(try ask("flags")["flags"] == [[], [], [], [], []])
    }

    @Test func `an old mailbox is told from its beginning, so many at a time`() async throws {
        let email = try await email()
        for number in 1...5 { try deliver("\(number)") }
        var (told, cursor) = ([[String]](), JSON?.none)
        for _ in 0..<4 {
            let answer = try await poll(email, after: cursor, ["from": "oldest", "limit": 2])
            told.append(subjects(answer))
            cursor = answer["cursor"]
        }
        #expect(told == [["1", "2"], ["3", "4"], ["5"], []])
    }

    @Test func `a mailbox that was made anew is gone through for what came since`() async throws {
        let email = try await email()
        for number in 1...2 { try deliver("old \(number)") }
        let first = try await poll(email, after: nil)
        // As if it had been polled long before the messages came, or long after.
        for (since, told) in [(0, ["old 1", "old 2"]), (4_000_000_000, [])] {
            var cursor = try #require(first["cursor"]?.object)
            cursor["since"] = .int(Int64(since))
            try ask("renew")
            let second = try await poll(email, after: .object(cursor))
            #expect(second["cursor"]?["uid_validity"] != first["cursor"]?["uid_validity"])
            #expect(subjects(second) == told)
            try deliver("later than \(since)")
            let third = try await poll(email, after: second["cursor"])
            #expect(subjects(third) == ["later than \(since)"])
        }
    }

    @Test func `files come with what they hold as far as that is wanted, and a long message without its end`()
        async throws
    {
        let email = try await email()
        try deliver("begin")
        let start = try await poll(email, after: nil)
        let long = String(repeating: String(repeating: "QUJD", count: 19) + "\n", count: 200)
        try deliver(
            "files", id: "<f@x>",
            """

            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="b"

            --b
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            Gr=FC=DFe
            --b
            Content-Type: text/csv; name="=?UTF-8?Q?=C3=BC.csv?="
            Content-Disposition: attachment
            Content-Transfer-Encoding: base64

            aWQsbmFtZQo=
            --b
            Content-Type: application/octet-stream
            Content-Disposition: attachment; filename="../../etc/big.bin"
            Content-Transfer-Encoding: base64

            \(long)
            --b--
            """)
        let whole = try await poll(email, after: start["cursor"], ["attachment_bytes": 10_000])
        let event = whole["events"]?[0]
        #expect(event?["text"] == "Grüße")
        #expect(event?["attachments"]?[0]?["filename"] == "ü.csv")
        #expect(event?["attachments"]?[0]?["content"] == "aWQsbmFtZQo=")
        #expect(event?["attachments"]?[1]?["filename"] == "big.bin")
        #expect(event?["attachments"]?[1]?["size"] == 11_400)
        #expect(event?["attachments"]?[1]?["content"] == nil)
        #expect(event?["is_cut"] == false)
        let cut = try await poll(email, after: start["cursor"], ["message_bytes": 1_000])["events"]?[0]
        #expect(cut?["is_cut"] == true)
        #expect(cut?["attachments"]?[1]?["content"] == nil)
        #expect(cut?["text"] == "Grüße")
    }

    @Test func `a message that looks like the end of an answer is a message`() async throws {
        let email = try await email()
        try deliver("begin")
        let first = try await poll(email, after: nil)
        let text = "P3 OK done\r\nP4 OK done\r\n* BYE\r\n)\r\nA003 NO {5}\r\n"
        try deliver("trap", id: "<trap@x>", "\n\n\(text)")
        try deliver("after")
        let second = try await poll(email, after: first["cursor"])
        #expect(subjects(second) == ["trap", "after"])
        #expect(second["events"]?[0]?["text"]?.string?.contains("A003 NO {5}") == true)
    }

    @Test func `names of mailboxes are what people write, and cannot bring commands with them`() async throws {
        let email = try await email()
        let missing = await email.failure("new_messages", ["mailbox": "Entwürfe & \"mehr\""])
        #expect(missing?.code == .notFound)
        #expect(await email.failure("new_messages", ["mailbox": "a\r\nP2 DELETE INBOX"])?.pointer == "/mailbox")
        #expect(await email.failure("new_messages", ["mailbox": "INBOX", "cursor": "x"])?.pointer == "/cursor")
    }

    @Test func `who does not sign in, or not by a way that can be trusted, reads nothing`() async throws {
        let wrong = try await email(password: "wr0ng-pass").failure("new_messages", ["mailbox": "INBOX"])
        #expect(wrong?.code == .authDenied)
        #expect(wrong?.message.contains("wr0ng-pass") == false)
        for (port, security) in [("port", "starttls"), ("tls", "tls")] {
            let unknown = try await email(port: port, security: .string(security))
                .failure("new_messages", ["mailbox": "INBOX"])
            #expect(unknown?.code == .config, "\(unknown?.message ?? "")")
        }
        let delivery = try await ConnectorBench.shared.value.caller(
            "email", settings: ["host": "localhost", "port": 587], credential: .basic("ada", "s3cret-pass"))
        #expect(await delivery.failure("new_messages", ["mailbox": "INBOX"])?.message.contains("993") == true)
    }

    @Test func `a server that says nothing is given up at the deadline`() async throws {
        let silent = RecordingServer(on: TestPorts.range) { _ in .silence }
        defer { silent.stop() }
        let email = try await ConnectorBench.shared.value.caller(
            "email",
            settings: ["host": "127.0.0.1", "port": .int(Int64(silent.port)), "security": "none"],
            credential: .basic("ada", "s3cret-pass"))
        #expect(await email.failure("new_messages", ["mailbox": "INBOX"], within: 2_000)?.code == .timeout)
    }
}
