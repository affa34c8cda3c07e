import CPatchbay
import PatchbayJSON
import Synchronization

/// The host's side of the ABI, as small as it can be: it records what a module tells it, and answers HTTP by a script.
///
/// Unchecked: the tables are made once and only read; everything else is behind the lock.
final class FakeHost: @unchecked Sendable {
    struct Ending: Sendable, Equatable {
        var output: JSON?
        var code: Int32 = 0
        var message = ""
        var retry: Int32 = 0
        var effect: Int32 = 0
        var retryAfter: Int64 = -1
        var httpStatus: Int32 = 0
        var vendorCode = ""
        var detail = ""
        var pointer = ""
    }

    struct Sent: Sendable, Equatable {
        var method: String
        var url: String
        var headers: String
        var body: String
        var credential: String
        var redirects: UInt32
    }

    enum Answer: Sendable {
        case response(status: Int32, headers: String, body: String)
        case failure(code: Int32, message: String)
        case refusal(Int32)
        /// No answer until it is aborted.
        case hang
    }

    struct State {
        var endings: [pb_call: [Ending]] = [:]
        var logs: [String] = []
        var progress: [String] = []
        var sent: [Sent] = []
        var aborted: [pb_request] = []
        var answer = Answer.hang
        var hanging: [pb_request: Hanging] = [:]
        var waiters: [pb_call: CheckedContinuation<Ending, Never>] = [:]
        var whenSent: CheckedContinuation<Void, Never>?
    }

    /// Unchecked: the ABI lets the answer be given from any thread.
    struct Hanging: @unchecked Sendable {
        let reply: pb_http_reply_fn
        let user: UnsafeMutableRawPointer?
    }

    let state = Mutex(State())
    let table = UnsafeMutablePointer<pb_host>.allocate(capacity: 1)
    private let http = UnsafeMutablePointer<pb_http>.allocate(capacity: 1)

    init(offersHTTP: Bool = true) {
        http.initialize(to: pb_http())
        http.pointee.size = UInt32(MemoryLayout<pb_http>.size)
        http.pointee.send = { host, call, request, reply, user, out in
            FakeHost.from(host!).send(call, request!.pointee, reply!, user, out)
        }
        http.pointee.abort = { host, request in FakeHost.from(host!).abort(request) }
        table.initialize(to: pb_host())
        table.pointee.size = UInt32(MemoryLayout<pb_host>.size)
        // Kept for good: the table of a host is immortal.
        table.pointee.context = Unmanaged.passRetained(self).toOpaque()
        table.pointee.complete = { host, call, result, error in
            FakeHost.from(host!).complete(call, result, error)
        }
        table.pointee.log = { host, _, level, message, fields in
            let line = "\(level) \(text(message)) \(text(fields))"
            FakeHost.from(host!).state.withLock { $0.logs.append(line) }
            return Int32(PB_OK)
        }
        table.pointee.progress = { host, _, json in
            let line = text(json)
            FakeHost.from(host!).state.withLock { $0.progress.append(line) }
            return Int32(PB_OK)
        }
        table.pointee.is_cancelled = { _, _ in 0 }
        table.pointee.extension = { _, _ in nil }
        guard offersHTTP else { return }
        table.pointee.extension = { host, id in
            guard String(cString: id!) == PB_HTTP_ID else { return nil }
            return UnsafeRawPointer(FakeHost.from(host!).http)
        }
    }

    static func from(_ table: UnsafePointer<pb_host>) -> FakeHost {
        Unmanaged<FakeHost>.fromOpaque(table.pointee.context).takeUnretainedValue()
    }

    private func complete(
        _ call: pb_call, _ result: UnsafePointer<pb_result>?, _ error: UnsafePointer<pb_error>?
    ) -> Int32 {
        var ending = Ending()
        if let result { ending.output = try? JSON(parsing: text(result.pointee.output)) }
        if let error = error?.pointee {
            ending.code = error.code
            ending.message = text(error.message)
            ending.retry = error.retry
            ending.effect = error.effect
            ending.retryAfter = error.retry_after_ms
            ending.httpStatus = error.http_status
            ending.vendorCode = text(error.vendor_code)
            ending.detail = text(error.detail)
            ending.pointer = text(error.pointer)
        }
        let waiter = state.withLock { state in
            state.endings[call, default: []].append(ending)
            return state.waiters.removeValue(forKey: call)
        }
        waiter?.resume(returning: ending)
        return Int32(PB_OK)
    }

    func ending(of call: pb_call) async -> Ending {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if let ending = state.endings[call]?.first { return Optional(ending) }
                state.waiters[call] = continuation
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Returns once a request hangs.
    func requestHangs() async {
        await withCheckedContinuation { continuation in
            let hangs = state.withLock { state in
                if state.hanging.isEmpty { state.whenSent = continuation }
                return !state.hanging.isEmpty
            }
            if hangs { continuation.resume() }
        }
    }

    private func send(
        _ call: pb_call, _ request: pb_http_request, _ reply: @escaping pb_http_reply_fn,
        _ user: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<pb_request>?
    ) -> Int32 {
        let sent = Sent(
            method: text(request.method), url: text(request.url), headers: text(request.headers),
            body: text(request.body), credential: text(request.credential), redirects: request.max_redirects)
        let id: pb_request = 77
        out?.pointee = id
        let hanging = Hanging(reply: reply, user: user)
        let (answer, waiter) = state.withLock { state in
            state.sent.append(sent)
            guard case .hang = state.answer else { return (state.answer, nil as CheckedContinuation<Void, Never>?) }
            state.hanging[id] = hanging
            defer { state.whenSent = nil }
            return (.hang, state.whenSent)
        }
        waiter?.resume()
        switch answer {
        case .hang: return Int32(PB_OK)
        case .refusal(let status): return status
        case .response, .failure:
            let pending = Pending(hanging: hanging, id: id, answer: answer)
            Task { pending.answerNow() }
            return Int32(PB_OK)
        }
    }

    private func abort(_ request: pb_request) -> Int32 {
        let hanging = state.withLock { state in
            state.aborted.append(request)
            return state.hanging.removeValue(forKey: request)
        }
        guard let hanging else { return Int32(PB_STALE) }
        Pending(hanging: hanging, id: request, answer: .failure(code: Int32(PB_CODE_CANCELLED), message: "aborted"))
            .answerNow()
        return Int32(PB_OK)
    }
}

/// An answer on its way.
private struct Pending: Sendable {
    let hanging: FakeHost.Hanging
    let id: pb_request
    let answer: FakeHost.Answer

    func answerNow() {
        switch answer {
        case .response(let status, let headers, let body):
            lend([headers, body, "https://api.example.com/final"]) { slices in
                var response = pb_http_response()
                response.size = UInt32(MemoryLayout<pb_http_response>.size)
                response.status = status
                response.headers = slices[0]
                response.body = slices[1]
                response.url = slices[2]
                hanging.reply(hanging.user, id, &response, nil)
            }
        case .failure(let code, let message):
            lend([message]) { slices in
                var error = pb_error()
                error.size = UInt32(MemoryLayout<pb_error>.size)
                error.code = code
                error.effect = Int32(PB_EFFECT_NONE)
                error.retry_after_ms = -1
                error.message = slices[0]
                hanging.reply(hanging.user, id, nil, &error)
            }
        case .refusal, .hang: break
        }
    }
}

func text(_ slice: pb_bytes) -> String {
    String(decoding: UnsafeBufferPointer(start: slice.data, count: Int(slice.size)), as: UTF8.self)
}

func lend(_ texts: [String], _ body: ([pb_bytes]) -> Void) {
    let copies = texts.map { Array($0.utf8) }
    func next(_ index: Int, _ slices: [pb_bytes]) {
        guard index < copies.count else { return body(slices) }
        copies[index].withUnsafeBufferPointer { buffer in
            next(index + 1, slices + [pb_bytes(data: buffer.baseAddress, size: UInt64(buffer.count))])
        }
    }
    next(0, [])
}
