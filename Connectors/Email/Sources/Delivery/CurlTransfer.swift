import CLibCurl
import ConnectorSDK

/// A transfer of libcurl with all that it was given, on the call's own thread. What it needs goes with it.
final class CurlTransfer {
    let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []

    init() throws(ConnectorError) {
        let none = ConnectorError(.unavailable, "There is no memory for a connection.", effect: .none)
        guard let easy = curl_easy_init() else { throw none }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            throw none
        }
        (self.easy, self.multi) = (easy, multi)
    }

    deinit {
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        for list in lists { curl_slist_free_all(list) }
    }

    func set(_ option: CURLoption, _ text: String) { pb_curl_set_string(easy, option, text) }
    func set(_ option: CURLoption, _ number: Int) { pb_curl_set_long(easy, option, number) }

    func set(_ option: CURLoption, _ words: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for word in words { list = curl_slist_append(list, word) }
        lists.append(list)
        pb_curl_set_list(easy, option, list)
    }

    /// Says where to connect to and how: to the addresses that the host has looked at, and no others.
    func connect(
        _ settings: EmailSettings, scheme: String, path: String, addresses: [String], secret: Secret?,
        within limit: Duration
    ) {
        let scheme = settings.security == .tls ? "\(scheme)s" : scheme
        set(CURLOPT_URL, "\(scheme)://\(settings.host):\(settings.port)/\(path)")
        set(CURLOPT_PROTOCOLS_STR, scheme)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TIMEOUT_MS, Int(limit.wholeMilliseconds))
        let protection = settings.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        set(CURLOPT_USE_SSL, Int(protection.rawValue))
        let shown = addresses.map { $0.contains(":") ? "[\($0)]" : $0 }.joined(separator: ",")
        set(CURLOPT_RESOLVE, ["\(settings.host):\(settings.port):\(shown)"])
        if let secret {
            set(CURLOPT_USERNAME, secret["username"] ?? "")
            set(CURLOPT_PASSWORD, secret["password"] ?? "")
        }
    }

    /// Drives the transfer until it is done.
    ///
    /// - Parameter effect: What the call has done, should it be cancelled now.
    func run(
        _ cancellation: Cancellation, effect: () -> ConnectorError.Effect = { .none }
    ) throws(ConnectorError) -> CURLcode {
        curl_multi_add_handle(multi, easy)
        var running: Int32 = 1
        while true {
            curl_multi_perform(multi, &running)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                if message.pointee.msg == CURLMSG_DONE { return pb_curl_message_result(message) }
            }
            guard !cancellation.isCancelled else {
                throw ConnectorError(.cancelled, "The call was cancelled.", effect: effect())
            }
            var extra = curl_waitfd(fd: cancellation.descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
            curl_multi_poll(multi, &extra, 1, 1000, nil)
        }
    }

    /// What the server answered last, as a number; 0 when it has answered nothing.
    var status: Int {
        var status = 0
        pb_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return status
    }
}

extension ConnectorError.Code {
    /// Of what libcurl says of a connection to a mail server.
    init(_ result: CURLcode) {
        self =
            switch result {
            case CURLE_LOGIN_DENIED: .authDenied
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR: .config
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_GOT_NOTHING, CURLE_RECV_ERROR,
                CURLE_SEND_ERROR:
                .unavailable
            default: .upstream
            }
    }
}
