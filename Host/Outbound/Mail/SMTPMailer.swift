import CLibCurl
import Dispatch
package import Logging
package import PatchbayCore
import Synchronization

/// Hands letters to a mail server, one after the other, on a thread of its own.
package final class SMTPMailer: MailSender {
    /// Milliseconds that a server has for one letter.
    private static let patience = 20_000
    /// Letters that may wait.
    private static let most = 200

    private let server: MailServer
    private let authorities: String?
    private let clock: any TimeSource
    private let log: Logger
    private let queue = DispatchQueue(label: "patchbay.mail")
    private let waiting = Mutex(0)

    /// - Parameter authorities: A PEM file to trust in place of the system's.
    package init(_ server: MailServer, authorities: String?, clock: any TimeSource, log: Logger) {
        self.server = server
        self.authorities = authorities
        self.clock = clock
        self.log = log
    }

    package func send(_ mail: Mail) async throws {
        let result = await withCheckedContinuation { continuation in
            enqueue(mail) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    package func post(_ mail: Mail) {
        enqueue(mail) { [log] result in
            guard case .failure(let failure) = result else { return }
            log.error("a letter was not taken", metadata: ["error": "\(failure)"])
        }
    }

    private func enqueue(_ mail: Mail, _ completion: @escaping @Sendable (Result<Void, MailFailure>) -> Void) {
        let isFull = waiting.withLock { waiting in
            guard waiting < Self.most else { return true }
            waiting += 1
            return false
        }
        if isFull { return completion(.failure(MailFailure("\(Self.most) letters wait for the mail server already"))) }
        let now = clock.now
        let letter = Letter.bytes(
            mail, from: server.sender, id: RequestID.new(at: now).description, at: now.milliseconds / 1_000)
        queue.async { [self] in
            let result = deliver(letter, to: mail.to)
            waiting.withLock { $0 -= 1 }
            completion(result)
        }
    }

    private func deliver(_ letter: [UInt8], to recipient: String) -> Result<Void, MailFailure> {
        guard let easy = curl_easy_init() else { return .failure(MailFailure("there is no memory for a connection")) }
        let recipients = curl_slist_append(nil, "<\(recipient)>")
        defer {
            curl_easy_cleanup(easy)
            curl_slist_free_all(recipients)
        }
        let scheme = server.security == .tls ? "smtps" : "smtp"
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, "\(scheme)://\(server.host):\(server.port)/patchbay"), (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            (CURLOPT_PROXY, ""), (CURLOPT_MAIL_FROM, "<\(server.sender)>"),
        ]
        if let authorities { texts.append((CURLOPT_CAINFO, authorities)) }
        if let user = server.user, let password = server.password {
            texts += [(CURLOPT_USERNAME, user), (CURLOPT_PASSWORD, password.reveal())]
        }
        let secured = server.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_UPLOAD, 1), (CURLOPT_TIMEOUT_MS, Self.patience),
            (CURLOPT_USE_SSL, Int(secured.rawValue)),
        ]
        for (option, text) in texts where pb_curl_set_string(easy, option, text) != CURLE_OK {
            return .failure(MailFailure("libcurl cannot send mail"))
        }
        for (option, number) in numbers where pb_curl_set_long(easy, option, number) != CURLE_OK {
            return .failure(MailFailure("libcurl cannot send mail"))
        }
        pb_curl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(letter.count))
        pb_curl_set_list(easy, CURLOPT_MAIL_RCPT, recipients)
        let content = Unmanaged.passRetained(LetterReader(letter))
        defer { content.release() }
        pb_curl_set_data_function(easy, CURLOPT_READFUNCTION) { data, size, count, user in
            guard let data, let user else { return 0 }
            return Unmanaged<LetterReader>.fromOpaque(user).takeUnretainedValue().read(into: data, size * count)
        }
        pb_curl_set_pointer(easy, CURLOPT_READDATA, content.toOpaque())
        let code = curl_easy_perform(easy)
        guard code != CURLE_OK else { return .success(()) }
        var status = 0
        pb_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        let answered = (400..<600).contains(status) ? "; the server answered \(status)" : ""
        return .failure(MailFailure("\(String(cString: curl_easy_strerror(code)))\(answered)"))
    }
}

/// A letter on its way, as libcurl fetches it. Confined to the thread that sends it.
private final class LetterReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into target: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        let count = min(room, bytes.count - position)
        bytes.withUnsafeBytes { source in
            guard count > 0, let base = source.baseAddress else { return }
            UnsafeMutableRawPointer(target).copyMemory(from: base + position, byteCount: count)
        }
        position += count
        return count
    }
}
