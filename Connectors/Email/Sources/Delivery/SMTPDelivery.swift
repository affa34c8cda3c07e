import CLibCurl
import ConnectorSDK

/// Hands a message to a server, on the call's own thread.
struct SMTPDelivery {
    let settings: EmailSettings
    let secret: Secret?
    let addresses: [String]
    let limit: Duration

    /// The name by which this side greets (RFC 5321 §4.1.1.1).
    private static let name = "patchbay"

    /// Throws `ConnectorError`: of effect `none` when the server has not taken the message.
    func deliver(
        _ message: [UInt8], from sender: String, to recipients: [String], _ cancellation: Cancellation
    ) throws(ConnectorError) {
        let upload = Upload(message)
        guard let easy = curl_easy_init(), let multi = curl_multi_init() else {
            throw ConnectorError(.unavailable, "There is no memory for a connection.", effect: .none)
        }
        var lists: [UnsafeMutablePointer<curl_slist>?] = []
        defer {
            curl_multi_remove_handle(multi, easy)
            curl_easy_cleanup(easy)
            curl_multi_cleanup(multi)
            for list in lists { curl_slist_free_all(list) }
        }
        var words: UnsafeMutablePointer<curl_slist>?
        for recipient in recipients { words = curl_slist_append(words, "<\(recipient)>") }
        lists.append(words)
        // The addresses that the host has looked at, and no others.
        let shown = addresses.map { $0.contains(":") ? "[\($0)]" : $0 }.joined(separator: ",")
        let places = curl_slist_append(nil, "\(settings.host):\(settings.port):\(shown)")
        lists.append(places)
        let scheme = settings.security == .tls ? "smtps" : "smtp"
        let texts: [(CURLoption, String)] = [
            (CURLOPT_URL, "\(scheme)://\(settings.host):\(settings.port)/\(Self.name)"),
            (CURLOPT_PROTOCOLS_STR, "smtp,smtps"), (CURLOPT_PROXY, ""), (CURLOPT_MAIL_FROM, "<\(sender)>"),
        ]
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_UPLOAD, 1), (CURLOPT_TIMEOUT_MS, Int(limit.wholeMilliseconds)),
            (
                CURLOPT_USE_SSL,
                settings.security == .none ? Int(CURLUSESSL_NONE.rawValue) : Int(CURLUSESSL_ALL.rawValue)
            ),
        ]
        for (option, text) in texts { pb_curl_set_string(easy, option, text) }
        for (option, number) in numbers { pb_curl_set_long(easy, option, number) }
        pb_curl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.count))
        pb_curl_set_list(easy, CURLOPT_MAIL_RCPT, words)
        pb_curl_set_list(easy, CURLOPT_RESOLVE, places)
        if let secret {
            pb_curl_set_string(easy, CURLOPT_USERNAME, secret["username"] ?? "")
            pb_curl_set_string(easy, CURLOPT_PASSWORD, secret["password"] ?? "")
        }
        let user = Unmanaged.passRetained(upload)
        defer { user.release() }
        pb_curl_set_data_function(easy, CURLOPT_READFUNCTION) { data, size, count, user in
            guard let data, let user else { return 0 }
            return Unmanaged<Upload>.fromOpaque(user).takeUnretainedValue().read(into: data, size * count)
        }
        pb_curl_set_pointer(easy, CURLOPT_READDATA, user.toOpaque())
        curl_multi_add_handle(multi, easy)
        let result = try run(multi, cancellation, hasBegun: { upload.isRead })
        guard result == CURLE_OK else { throw failure(result, easy, upload) }
    }

    /// Drives the transfer until it is done.
    private func run(
        _ multi: UnsafeMutableRawPointer, _ cancellation: Cancellation, hasBegun: () -> Bool
    ) throws(ConnectorError) -> CURLcode {
        var running: Int32 = 1
        while true {
            curl_multi_perform(multi, &running)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                if message.pointee.msg == CURLMSG_DONE { return pb_curl_message_result(message) }
            }
            guard !cancellation.isCancelled else {
                throw ConnectorError(.cancelled, "The call was cancelled.", effect: hasBegun() ? .unknown : .none)
            }
            var extra = curl_waitfd(fd: cancellation.descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
            curl_multi_poll(multi, &extra, 1, 1000, nil)
        }
    }

    private func failure(_ result: CURLcode, _ easy: UnsafeMutableRawPointer, _ upload: Upload) -> ConnectorError {
        var status = 0
        pb_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        let reason = String(cString: curl_easy_strerror(result))
        let code: ConnectorError.Code =
            switch result {
            case CURLE_LOGIN_DENIED: .authDenied
            case _ where (400..<500).contains(status): .unavailable
            case _ where (500..<600).contains(status): .upstream
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR: .config
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_GOT_NOTHING, CURLE_RECV_ERROR,
                CURLE_SEND_ERROR:
                .unavailable
            default: .upstream
            }
        let said = (400..<600).contains(status) ? "the server answered \(status)" : reason
        // A server that refuses has taken nothing; whether one that fell silent has is not known once it had all of it.
        let isRefused = (400..<600).contains(status)
        var error = ConnectorError(
            code, "The message could not be handed over: \(said).",
            effect: isRefused || !upload.isRead ? .none : .unknown,
            vendorCode: status > 0 ? "\(status)" : nil)
        if code == .upstream, status / 100 == 5, !upload.hasBegun {
            error.code = .invalidInput
            error.message = "The server refused the sender or a recipient (\(status))."
        }
        return error
    }
}

/// The message on its way, as libcurl fetches it.
private final class Upload {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var hasBegun: Bool { position > 0 }
    var isRead: Bool { position == bytes.count }

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

extension Duration {
    var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
