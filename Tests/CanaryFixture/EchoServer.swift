import Glibc
import Synchronization

/// A server of a hostile vendor: whoever talks to it is told the secret back, in every way of writing it, by HTTP, Redis, SMTP
/// and IMAP, or PostgreSQL's protocol.
package final class EchoServer: Sendable {
    package enum Language: Sendable {
        case http, redis, postgres
        /// And IMAP, by the same port: what greets in one is passed over in the other.
        case smtp
    }

    /// How it answers.
    package enum Mood: String, Sendable, CaseIterable {
        case success, refusal, fault, redirect, cut
        /// By HTTP, with the status of a success.
        case denial
        /// Nothing, for as long as the other side waits.
        case silence
    }

    package let port: Int
    private let canary: Canary
    private let language: Language
    private let listener: Int32
    private let mood: Mutex<Mood>
    private let silent = Mutex(0)

    /// - Parameter ports: Those that it may listen on; nil for any.
    package init(_ language: Language, _ canary: Canary, _ mood: Mood = .success, on ports: ClosedRange<Int>? = nil) {
        self.canary = canary
        self.language = language
        self.mood = Mutex(mood)
        var bound: (Int32, Int)?
        for port in ports.map({ $0.shuffled() }) ?? [0] where bound == nil { bound = Self.listen(port) }
        guard let bound else { preconditionFailure("no port on the loopback") }
        (listener, port) = bound
        let accepting = listener
        Self.thread { [weak self] in
            while case let connection = accept(accepting, nil, nil), connection >= 0 {
                Self.thread { [weak self] in
                    self?.serve(connection)
                    close(connection)
                }
            }
            close(accepting)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    package var address: String { "http://127.0.0.1:\(port)" }

    package func set(_ mood: Mood) { self.mood.withLock { $0 = mood } }

    /// Those that wait for an answer that does not come.
    package var waiting: Int { silent.withLock { $0 } }

    private var present: Mood { mood.withLock { $0 } }

    private static func listen(_ port: Int) -> (Int32, Int)? {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(port).bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Connections of servers before it may still be on their way out, for a minute.
        var isOn: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        let isListening = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard isListening else {
            close(listener)
            return nil
        }
        return (listener, Int(UInt16(bigEndian: name.sin_port)))
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(Work(body)).toOpaque())
        precondition(status == 0)
        pthread_detach(thread)
    }

    // MARK: Conversations

    private func serve(_ connection: Int32) {
        if language == .smtp { Self.send(connection, "* OK test IMAP4rev1\r\n220 test ESMTP\r\n") }
        while let received = Self.receive(connection) {
            let mood = present
            if mood == .silence {
                silent.withLock { $0 += 1 }
                while Self.receive(connection) != nil {}
                silent.withLock { $0 -= 1 }
                return
            }
            switch language {
            case .http: return answerHTTP(connection, received, mood)
            case .redis: answerRedis(connection, received, mood)
            case .smtp: answerSMTP(connection, received, mood)
            case .postgres: if !answerPostgres(connection, received) { return }
            }
            if mood == .cut { return }
        }
    }

    private func answerHTTP(_ connection: Int32, _ received: [UInt8], _ mood: Mood) {
        var received = received
        let text = { String(decoding: received, as: UTF8.self) }
        while !text().contains("\r\n\r\n") {
            guard let more = Self.receive(connection) else { return }
            received += more
        }
        let head = text().components(upTo: "\r\n\r\n")
        let length =
            head.lowercased().components(after: "content-length: ").flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        while received.count < head.utf8.count + 4 + length {
            guard let more = Self.receive(connection) else { return }
            received += more
        }
        let echo = canary.echo
        var headers = "X-Echo: \(echo)\r\nConnection: close\r\n"
        var status = "200 OK"
        switch mood {
        case .refusal: status = "401 Unauthorized"
        case .fault: status = "503 Service Unavailable"
        case .redirect where !head.contains("/again"):
            status = "302 Found"
            headers += "Location: /again?key=\(canary.forms[2].text)\r\n"
        case .redirect:
            // To a host that is named like the secret, when that can be.
            status = "302 Found"
            headers += "Location: http://\(canary.isPlain ? canary.secret : "elsewhere").localhost:1/\r\n"
        default: break
        }
        var escaped = ""
        for form in canary.forms.map(\.text) {
            let quoted = form.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
            escaped += "\(quoted) | "
        }
        let isGood = mood == .success
        let failure = mood == .denial ? "\"\(escaped)\"" : "{\"message\": \"\(escaped)\"}"
        let body =
            "{\"ok\": \(isGood), \"id\": \"1\", \"number\": 7, \"message\": \"\(escaped)\", \"error\": \(isGood ? "null" : failure), "
            + "\"errorMessages\": [\"\(escaped)\"], \"echo\": \"\(escaped)\", \"\(canary.forms[7].text)\": 1}"
        let declared = body.utf8.count + (mood == .cut ? 100 : 0)
        Self.send(
            connection,
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(declared)\r\n\(headers)\r\n\(body)"
        )
    }

    private func answerRedis(_ connection: Int32, _ received: [UInt8], _ mood: Mood) {
        let isGreeting = String(decoding: received.prefix(40), as: UTF8.self).contains("HELLO")
        if mood != .success { return Self.send(connection, "-WRONGPASS \(canary.echo)\r\n") }
        let value = canary.forms.map(\.text).joined(separator: " ")
        Self.send(connection, isGreeting ? "+OK\r\n" : "$\(value.utf8.count)\r\n\(value)\r\n")
    }

    private func answerSMTP(_ connection: Int32, _ received: [UInt8], _ mood: Mood) {
        let line = String(decoding: received, as: UTF8.self)
        func says(_ text: String) { Self.send(connection, text + "\r\n") }
        // Lines of SMTP are short, and libcurl gives up longer ones.
        let word = canary.forms[mood == .fault ? 7 : 12].text.prefix(400)
        if let command = IMAPCommand(line) { return says(command.answer(mood, saying: String(word))) }
        if line.hasPrefix("EHLO") || line.hasPrefix("HELO") {
            says("250-test\r\n250 AUTH PLAIN LOGIN")
        } else if line.hasPrefix("AUTH"), line.split(separator: " ").count < 3 {
            says("334 ")
        } else if line.hasPrefix("DATA") {
            says("354 go on")
        } else if mood != .success, !line.hasPrefix("QUIT") {
            says("535 5.7.8 not \(word)")
        } else if line.hasPrefix("AUTH") || line.split(separator: " ").count == 1 && !line.contains(".\r\n") {
            says("235 yes \(word)")
        } else {
            says("250 taken \(word)")
        }
    }

    /// False when there is nothing more to say.
    private func answerPostgres(_ connection: Int32, _ received: [UInt8]) -> Bool {
        func message(_ kind: Character, _ body: [UInt8]) -> [UInt8] {
            let size = UInt32(body.count + 4).bigEndian
            return [kind.asciiValue!] + withUnsafeBytes(of: size) { Array($0) } + body
        }
        if received.count == 8 {
            // A wish for TLS, or for GSSAPI.
            Self.send(connection, "N")
        } else if received.first != UInt8(ascii: "p") {
            Self.send(connection, message("R", [0, 0, 0, 3]))
        } else {
            let fields =
                [("S", "FATAL"), ("C", "28P01")]
                + ["M", "D", "H"].map { ($0, "no \(canary.forms.map(\.text).joined(separator: " "))") }
            let lines: [[UInt8]] = fields.map { Array($0.0.utf8) + Array($0.1.utf8) + [0] }
            let body: [UInt8] = lines.flatMap { $0 } + [0]
            Self.send(connection, message("E", body))
            return false
        }
        return true
    }

    private static func receive(_ connection: Int32) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(connection, &chunk, chunk.count, 0)
        return count > 0 ? Array(chunk[..<count]) : nil
    }

    private static func send(_ connection: Int32, _ text: String) { send(connection, Array(text.utf8)) }

    private static func send(_ connection: Int32, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// A line of IMAP: `A003 EXAMINE INBOX`.
private struct IMAPCommand {
    private let tag: Substring
    private let word: String

    init?(_ line: String) {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, let first = parts[0].first, first.isASCII, first.isLetter,
            parts[0].dropFirst().count >= 1, parts[0].dropFirst().allSatisfy(\.isNumber)
        else { return nil }
        tag = parts[0]
        word = String(parts[1].prefix { $0.isLetter }).uppercased()
    }

    func answer(_ mood: EchoServer.Mood, saying echo: String) -> String {
        switch (word, mood) {
        case ("CAPABILITY", _): "* CAPABILITY IMAP4rev1\r\n\(tag) OK done"
        case ("EXAMINE", .success):
            "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] \(echo)\r\n* OK [UIDNEXT 2] \(echo)\r\n\(tag) OK \(echo)"
        case (_, .success): "* OK \(echo)\r\n\(tag) OK \(echo)"
        case ("LOGOUT", _): "* BYE \(echo)\r\n\(tag) OK \(echo)"
        case (_, .fault): "\(tag) BAD \(echo)"
        default: "\(tag) NO [AUTHENTICATIONFAILED] \(echo)"
        }
    }
}

extension String {
    fileprivate func components(upTo separator: String) -> String {
        firstRange(of: separator).map { String(self[..<$0.lowerBound]) } ?? self
    }

    fileprivate func components(after separator: String) -> Substring? {
        firstRange(of: separator).map { self[$0.upperBound...] }
    }
}
