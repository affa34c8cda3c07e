import CLibCurl
import Glibc

/// Drives all transfers of a client on one thread, which alone touches libcurl's handles.
final class TransferLoop {
    /// Milliseconds between two looks at the inbox when nothing happens; a message wakes the thread at once.
    private static let longestWait: Int64 = 10_000
    /// The same while requests are under way of which addresses were refused.
    private static let shortWait: Int64 = 20
    /// Connections kept open while nobody uses them.
    private static let idleConnections = 64

    private let inbox: TransferInbox
    private let settings: TransferSettings
    private let rules: RequestRules
    private let multi: UnsafeMutableRawPointer
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private var handles: [OutboundTicket: UnsafeMutableRawPointer] = [:]
    private var nextDeadline = Int64.max
    private var nextLook: Int64 { isPassingOver ? Self.shortWait : Self.longestWait }
    private var isPassingOver = false
    private var isClosed = false
    private var isOver = false

    init(inbox: TransferInbox, settings: TransferSettings, rules: RequestRules) throws(OutboundError) {
        guard Self.isLibraryReady, let multi = curl_multi_init() else {
            throw .refused(.protocolError, "libcurl cannot be set up: out of memory or of file descriptors")
        }
        self.inbox = inbox
        self.settings = settings
        self.rules = rules
        self.multi = multi
        let limits = rules.limits
        pb_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, limits.connections)
        pb_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, limits.connectionsPerHost)
        pb_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, min(limits.connections, Self.idleConnections))
        inbox.attach(multi)
    }

    /// On the loop's thread, which holds the last reference; all transfers have ended by then.
    deinit {
        inbox.detach()
        curl_multi_cleanup(multi)
    }

    /// Until the inbox says `end`.
    func run() {
        while true {
            for message in inbox.take() { handle(message) }
            if isOver { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishTransfers()
            expireTransfers()
            isPassingOver = transfers.count <= Self.mostLookedAt && transfers.values.contains(where: \.passedOver)
            if isIdle, curl_multi_poll(multi, nil, 0, Int32(wait), nil) != CURLM_OK {
                // It failed without waiting: a pause keeps the loop from spinning.
                poll(nil, 0, 10)
            }
        }
    }

    /// False when a completion or a redirect has just left something to do.
    private var isIdle = true

    private func handle(_ message: TransferInbox.Message) {
        switch message {
        case .start(let order): start(order)
        case .refuse(let error, let completion): completion(.failure(error))
        case .cancel(let ticket):
            guard let transfer = handles[ticket].flatMap({ transfers[$0] }) else { return }
            end(transfer, .failure(transfer.failure(.cancelled, "the request was given up")))
        case .close: close()
        case .end:
            close()
            isOver = true
        }
    }

    private func start(_ order: TransferOrder) {
        if let error = refusal {
            return order.completion(.failure(error))
        }
        guard let easy = EasyHandle() else {
            return order.completion(.failure(.refused(.protocolError, "libcurl is out of memory")))
        }
        let transfer = Transfer(order, easy: easy, rules: rules, deadline: order.orderedAt + order.timeout)
        transfers[easy.raw] = transfer
        handles[order.ticket] = easy.raw
        nextDeadline = min(nextDeadline, transfer.deadline)
        launch(transfer)
    }

    private var refusal: OutboundError? {
        if isClosed { return .refused(.closing, "the host is shutting down") }
        if transfers.count >= rules.limits.requests {
            return .refused(.busy, "\(transfers.count) requests are under way already, which is the limit")
        }
        return nil
    }

    /// Hands the present hop to libcurl.
    private func launch(_ transfer: Transfer) {
        do {
            try transfer.prepare(settings)
        } catch {
            let why = transfer.easy.explanation(of: error.code)
            return end(
                transfer, .failure(transfer.failure(.protocolError, "libcurl does not take the request: \(why)")))
        }
        let outcome = curl_multi_add_handle(multi, transfer.easy.raw)
        if outcome != CURLM_OK {
            let why = String(cString: curl_multi_strerror(outcome))
            end(transfer, .failure(transfer.failure(.protocolError, "libcurl does not take the request: \(why)")))
        }
    }

    private func finishTransfers() {
        isIdle = true
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let raw = message.pointee.easy_handle,
                let transfer = transfers[raw]
            else { continue }
            let code = pb_curl_message_result(message)
            isIdle = false
            do throws(OutboundError) {
                if let response = try transfer.conclude(code) {
                    end(transfer, .success(response))
                } else {
                    curl_multi_remove_handle(multi, raw)
                    launch(transfer)
                }
            } catch {
                end(transfer, .failure(error))
            }
        }
    }

    /// The deadlines are kept here, since libcurl's begin anew with each hop.
    private func expireTransfers() {
        let now = Self.now
        guard now >= nextDeadline else { return }
        for transfer in transfers.values where transfer.deadline <= now {
            let request = transfer.journey
            let limit = min(request.request.timeout, rules.limits.longestTimeout)
            let message = "no complete answer from \(request.url.origin) within \(limit) ms"
            end(transfer, .failure(transfer.failure(.timeout, message)))
        }
        nextDeadline = transfers.values.map(\.deadline).min() ?? .max
    }

    private func close() {
        isClosed = true
        for transfer in transfers.values {
            end(transfer, .failure(transfer.failure(.closing, "the host is shutting down")))
        }
    }

    private func end(_ transfer: Transfer, _ result: Result<OutboundResponse, OutboundError>) {
        transfers[transfer.easy.raw] = nil
        handles[transfer.ticket] = nil
        curl_multi_remove_handle(multi, transfer.easy.raw)
        transfer.complete(result)
    }

    /// Milliseconds to the next deadline. libcurl shortens the wait by its own timers; but after a callback that opened no
    /// socket it (7.88) may not notice that the next address has answered, until it is asked.
    private var wait: Int64 {
        min(max(nextDeadline - Self.now, 0), nextLook)
    }

    /// With more transfers than that there is always something that ends the wait.
    private static let mostLookedAt = 256

    /// A clock that only goes forward, in milliseconds.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Set up once for the process, before the first handle.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
