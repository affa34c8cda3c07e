import Glibc
import Logging
import PatchbayCore
import Testing

@testable import PatchbayOutbound

struct MailServerTests {
    @Test func `servers are named by their address`() throws {
        let full = try MailServer(url: "smtp://ada:p%40ss%2F%25@mail.example.com:2525", sender: "Bay@Example.com")
        #expect(full.host == "mail.example.com" && full.port == 2_525 && full.security == .startTLS)
        #expect(full.user == "ada" && full.password == Secret("p@ss/%") && full.sender == "bay@example.com")
        #expect(try MailServer(url: "smtps://h", sender: "a@b").port == 465)
        #expect(try MailServer(url: "smtp://h/", sender: "a@b").port == 587)
        let open = try MailServer(url: "smtp://[::1]?tls=off", sender: "a@b")
        #expect(open.host == "[::1]" && open.security == .none && open.user == nil)
    }

    @Test(arguments: [
        "", "mail.example.com", "http://h", "smtp://", "smtp://u@h", "smtp://u:%zz@h", "smtp://u:%0d%0a@h",
        "smtp://h:0",
        "smtp://h:x", "smtp://h:99999", "smtp://h?tls=on", "smtps://h?tls=off", "smtp://h/path/", "smtp://h h",
        "smtp://:p@h",
        "smtp://u:%é@h",
    ])
    func `and by nothing else`(url: String) {
        #expect(throws: MailFailure.self) { try MailServer(url: url, sender: "a@b") }
    }

    @Test func `a failure to read one does not tell the password`() {
        #expect(throws: MailFailure.self) { try MailServer(url: "smtp://h", sender: "nobody") }
        do {
            _ = try MailServer(url: "smtpx://ada:hush@h", sender: "a@b")
        } catch {
            #expect(!error.description.contains("hush"))
        }
    }
}

struct LetterTests {
    private func text(_ mail: Mail, at seconds: Int64 = 1_768_212_305) -> String {
        String(decoding: Letter.bytes(mail, from: "bay@example.com", id: "req_1", at: seconds), as: UTF8.self)
    }

    @Test func `a letter is plain ASCII with its text in base 64`() {
        let letter = text(Mail(to: "ann@example.com", subject: "Hello", text: "Grüße\nund mehr"))
        #expect(
            letter == """
                From: Patchbay <bay@example.com>\r
                To: <ann@example.com>\r
                Subject: Hello\r
                Date: Mon, 12 Jan 2026 10:05:05 +0000\r
                Message-ID: <req_1@example.com>\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: base64\r
                Auto-Submitted: auto-generated\r
                \r
                R3LDvMOfZQ0KdW5kIG1laHINCg==\r

                """)
    }

    @Test func `nothing breaks out of its line`() {
        let letter = text(
            Mail(to: "a@b", subject: "x\r\nBcc: c@d\u{2028}é", text: String(repeating: "long ", count: 500)))
        #expect(letter.contains("Subject: x??Bcc: c@d??\r\n"))
        #expect(!letter.contains("\nBcc"))
        let lines = letter.utf8.split(separator: UInt8(ascii: "\n"))
        #expect(lines.allSatisfy { $0.count <= 78 && $0.allSatisfy { $0 < 0x80 } })
    }

    @Test(
        arguments: [(0, "Thu, 1 Jan 1970 00:00:00 +0000"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 +0000")]
            as [(Int64, String)])
    func `dates are written as mail has them`(seconds: Int64, date: String) {
        #expect(text(Mail(to: "a@b", subject: "", text: ""), at: seconds).contains("Date: \(date)\r\n"))
    }
}

struct SMTPMailerTests {
    private struct Fixed: TimeSource {
        let now = Timestamp(milliseconds: 1_768_212_305_000)
    }

    @Test func `a letter goes to the server as it is`() async throws {
        let server = try SMTPScript(rejecting: nil)
        let mailer = SMTPMailer(
            try MailServer(url: "smtp://127.0.0.1:\(server.port)?tls=off", sender: "bay@example.com"), authorities: nil,
            clock: Fixed(), log: Logger(label: "test"))
        try await mailer.send(Mail(to: "ann@example.com", subject: "Hello", text: "text"))
        let said = await server.finish()
        #expect(said.contains("MAIL FROM:<bay@example.com>"))
        #expect(said.contains("RCPT TO:<ann@example.com>"))
        #expect(said.contains("Subject: Hello"))
    }

    @Test func `a server that refuses, or speaks no TLS, is a failure that names no address`() async throws {
        for tls in ["?tls=off", ""] {
            let server = try SMTPScript(rejecting: "RCPT")
            let mailer = SMTPMailer(
                try MailServer(url: "smtp://127.0.0.1:\(server.port)\(tls)", sender: "bay@example.com"),
                authorities: nil, clock: Fixed(), log: Logger(label: "test"))
            let failure = await #expect(throws: MailFailure.self) {
                try await mailer.send(Mail(to: "ann@example.com", subject: "Hello", text: "text"))
            }
            #expect(failure?.description.contains("ann@") == false)
            let said = await server.finish()
            #expect(!said.contains("Subject"))
            if tls.isEmpty { #expect(!said.contains("MAIL FROM")) }
        }
    }
}

/// A mail server for one connection that takes everything, or refuses one command.
private final class SMTPScript: Sendable {
    let port: UInt16
    private let said: AsyncStream<String>

    init(rejecting command: String?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
        let (said, end) = AsyncStream.makeStream(of: String.self)
        self.said = said
        SocketThread.start {
            let peer = accept(listener, nil, nil)
            end.yield(Self.converse(peer, rejecting: command))
            end.finish()
            close(peer)
            close(listener)
        }
    }

    /// What the client said, once it has left.
    func finish() async -> String { await said.first { _ in true } ?? "" }

    private static func converse(_ peer: Int32, rejecting command: String?) -> String {
        var (heard, pending, isData): ([UInt8], [UInt8], Bool) = ([], [], false)
        func say(_ text: String) {
            _ = (text + "\r\n").withCString { send(peer, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        }
        say("220 ready")
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(peer, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            heard += buffer[..<count]
            pending += buffer[..<count]
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end + 1)
                if isData {
                    guard line == ".\r" else { continue }
                    isData = false
                    say("250 taken")
                } else if let command, line.hasPrefix(command) {
                    say("550 no")
                } else if line.hasPrefix("DATA") {
                    isData = true
                    say("354 go on")
                } else {
                    say(line.hasPrefix("QUIT") ? "221 bye" : "250 ok")
                }
            }
        }
        return String(decoding: heard, as: UTF8.self)
    }
}
