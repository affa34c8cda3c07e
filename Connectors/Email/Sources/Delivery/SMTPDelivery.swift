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
        let transfer = try CurlTransfer()
        transfer.connect(
            settings, scheme: "smtp", path: Self.name, addresses: addresses, secret: secret, within: limit)
        transfer.set(CURLOPT_MAIL_FROM, "<\(sender)>")
        transfer.set(CURLOPT_MAIL_RCPT, recipients.map { "<\($0)>" })
        transfer.set(CURLOPT_UPLOAD, 1)
        pb_curl_set_offset(transfer.easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.count))
        let user = Unmanaged.passRetained(upload)
        defer { user.release() }
        pb_curl_set_data_function(transfer.easy, CURLOPT_READFUNCTION) { data, size, count, user in
            guard let data, let user else { return 0 }
            return Unmanaged<Upload>.fromOpaque(user).takeUnretainedValue().read(into: data, size * count)
        }
        pb_curl_set_pointer(transfer.easy, CURLOPT_READDATA, user.toOpaque())
        let result = try transfer.run(cancellation) { upload.isRead ? .unknown : .none }
        guard result == CURLE_OK else { throw failure(result, transfer.status, upload) }
    }

    private func failure(_ result: CURLcode, _ status: Int, _ upload: Upload) -> ConnectorError {
        let reason = String(cString: curl_easy_strerror(result))
        let code: ConnectorError.Code =
            switch status {
            case _ where result == CURLE_LOGIN_DENIED: .authDenied
            case 400..<500: .unavailable
            case 500..<600: .upstream
            default: ConnectorError.Code(result)
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
