import CLibCurl
import ConnectorSDK
import Glibc

/// A connection to an IMAP server on which somebody has signed in (RFC 3501).
///
/// libcurl connects, protects the connection and signs in. What is said then is said here: libcurl's own `FETCH` marks messages as
/// read, and its answers to other commands end at a line of a message that looks like the end of an answer.
final class IMAPConnection {
    private let transfer: CurlTransfer
    private let socket: curl_socket_t
    private let end: ContinuousClock.Instant
    private let cancellation: Cancellation
    private var reader: IMAPReader
    private var commands = 0
    private var chunk = [UInt8](repeating: 0, count: 64 << 10)

    /// Connects and signs in; all is over within the limit.
    ///
    /// - Parameter most: Bytes of one answer that are taken.
    init(
        _ settings: EmailSettings, _ secret: Secret?, addresses: [String], within limit: Duration, most: Int,
        _ cancellation: Cancellation
    ) throws(ConnectorError) {
        end = .now + limit
        self.cancellation = cancellation
        reader = IMAPReader(most: most)
        transfer = try CurlTransfer()
        transfer.connect(settings, scheme: "imap", path: "", addresses: addresses, secret: secret, within: limit)
        transfer.set(CURLOPT_CONNECT_ONLY, 1)
        let result = try transfer.run(cancellation)
        guard result == CURLE_OK else {
            throw ConnectorError(
                ConnectorError.Code(result),
                "The mailbox could not be opened: \(String(cString: curl_easy_strerror(result))).", effect: .none)
        }
        var socket = curl_socket_t(-1)
        guard pb_curl_get_socket(transfer.easy, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK, socket >= 0 else {
            throw Self.lost
        }
        self.socket = socket
    }

    /// The untagged answers to a command. Throws what the server says when it says no.
    func command(_ text: String) throws(ConnectorError) -> [IMAPResponse] {
        commands += 1
        let tag = "P\(commands)"
        try send(Array("\(tag) \(text)\r\n".utf8))
        var responses: [IMAPResponse] = []
        reader.startAnswer()
        while true {
            guard let response = try reader.next() else {
                reader.take(try receive())
                continue
            }
            guard response.tag == tag else {
                guard response.status != .bye else {
                    throw ConnectorError(
                        .unavailable, "The server ends the connection: \(response.words)", effect: .none)
                }
                responses.append(response)
                continue
            }
            if response.status == .ok { return responses + [response] }
            throw ConnectorError(
                response.status == .no ? .notFound : .upstream,
                "The server refused `\(text.prefix(60))`: \(response.words)",
                effect: .none, vendorCode: response.code)
        }
    }

    private func send(_ bytes: [UInt8]) throws(ConnectorError) {
        var start = 0
        while start < bytes.count {
            var count = 0
            let result = bytes.withUnsafeBytes {
                curl_easy_send(transfer.easy, $0.baseAddress.map { $0 + start }, bytes.count - start, &count)
            }
            start += count
            if result == CURLE_AGAIN {
                try wait(for: Int16(POLLOUT))
            } else if result != CURLE_OK {
                throw Self.lost
            }
        }
    }

    private func receive() throws(ConnectorError) -> [UInt8] {
        while true {
            var count = 0
            let result = chunk.withUnsafeMutableBytes {
                curl_easy_recv(transfer.easy, $0.baseAddress, $0.count, &count)
            }
            if result == CURLE_OK, count > 0 { return Array(chunk.prefix(count)) }
            guard result == CURLE_AGAIN else { throw Self.lost }
            try wait(for: Int16(POLLIN))
        }
    }

    private func wait(for events: Int16) throws(ConnectorError) {
        while true {
            guard !cancellation.isCancelled else {
                throw ConnectorError(.cancelled, "The call was cancelled.", effect: .none)
            }
            let left = (end - .now).wholeMilliseconds
            guard left > 0 else {
                throw ConnectorError(.timeout, "The server did not answer in time.", effect: .none)
            }
            var descriptors = [
                pollfd(fd: socket, events: events, revents: 0),
                pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, 2, Int32(clamping: left)) > 0 else { continue }
            if descriptors[0].revents != 0 { return }
        }
    }

    private static let lost = ConnectorError(.unavailable, "The connection to the server was lost.", effect: .none)
}
