import CPatchbay
import Dispatch
import Glibc
import Synchronization

/// A host that watches what a connector does with its calls, and answers requests as it is told to.
final class CheckHost: Sendable {
    /// How a call ended.
    struct Ending: Sendable {
        /// The output, at most as much as a host takes; nil for a failure.
        var output: [UInt8]?
        /// Bytes of the output.
        var size = 0
        /// PB_CODE_… of a failure.
        var code: Int32 = 0
        var retryAfter: Int64 = -1
    }

    struct Request: Sendable {
        var call: pb_call
        var reply: pb_http_reply_fn
        var user: Foreign
    }

    /// The connector's own pointer, handed back to it from whatever thread.
    struct Foreign: @unchecked Sendable {
        var pointer: UnsafeMutableRawPointer?
    }

    struct State: Sendable {
        var last: UInt64 = 0
        /// Calls that were issued and not forgotten; nil as long as they run.
        var calls: [pb_call: Ending?] = [:]
        var operations: [pb_call: String] = [:]
        var cancelled: Set<pb_call> = []
        /// Requests without an answer yet.
        var requests: [pb_request: Request] = [:]
        var violations: [String] = []
        var addresses: Set<String> = []
        /// Requests that were taken or refused.
        var sent = 0
        /// Log lines of calls.
        var lines = 0
        var answer = CheckAnswer.unreachable
    }

    let state = Mutex(State())
    /// Signalled whenever a call ends.
    let ended = DispatchSemaphore(value: 0)
    let replies = ReplyThread()
    /// How memory is lent to the connector.
    let style: LentMemory.Style
    /// Unsafe in name only: immortal, and nobody writes to it once it is there.
    nonisolated(unsafe) let table: UnsafePointer<pb_host>
    nonisolated(unsafe) private let http: UnsafePointer<pb_http>
    /// Nobody's capability is offered.
    private let isBare: Bool
    /// What must not come back in anything that people or other systems see.
    let secrets: [CheckPlan.Secret]

    /// - Parameters:
    ///   - isBare: Whether it offers no capability at all.
    ///   - minor: The minor that it claims.
    ///   - tail: Bytes of a newer host's table that the connector cannot know.
    ///   - secrets: What the connector was given in confidence.
    init(
        style: LentMemory.Style = .overwritten, isBare: Bool = false, minor: UInt32 = UInt32(PB_ABI_MINOR),
        tail: Int = 0, secrets: [CheckPlan.Secret] = []
    ) {
        self.style = style
        self.secrets = secrets
        self.isBare = isBare
        let tables = CheckHostTables(style: style, minor: minor, tail: tail)
        table = UnsafePointer(tables.host)
        http = UnsafePointer(tables.http)
        tables.tie(to: Unmanaged.passRetained(self).toOpaque())
    }

    static func of(_ table: UnsafePointer<pb_host>?) -> CheckHost? {
        guard let context = table?.pointee.context else { return nil }
        return Unmanaged<CheckHost>.fromOpaque(context).takeUnretainedValue()
    }

    func note(_ violation: String) {
        state.withLock { if $0.violations.count < 50 { $0.violations.append(violation) } }
    }

    var answer: CheckAnswer {
        get { state.withLock { $0.answer } }
        set { state.withLock { $0.answer = newValue } }
    }

    // MARK: What the connector calls

    func complete(_ call: pb_call, _ result: UnsafePointer<pb_result>?, _ error: UnsafePointer<pb_error>?) -> Int32 {
        let name = state.withLock { $0.operations[call] }
        guard (result == nil) != (error == nil) else {
            note("`\(name ?? "?")` was completed with \(result == nil ? "neither" : "both") result and error.")
            return Int32(PB_INVALID)
        }
        let least = result == nil ? MemoryLayout<pb_error>.size : MemoryLayout<pb_result>.size
        let size = Int(result?.pointee.size ?? error?.pointee.size ?? 0)
        guard size >= least else {
            note("`\(name ?? "?")` was completed with a struct of \(size) bytes; the first release has \(least).")
            return Int32(PB_INVALID)
        }
        var ending = Ending()
        if let result {
            let output = result.pointee.output
            ending.size = Int(clamping: output.size)
            ending.output = Array(
                UnsafeBufferPointer(start: output.data, count: min(ending.size, Self.largestOutput)))
            look(output, call, "its output")
        } else if let error {
            ending.code = error.pointee.code
            ending.retryAfter = error.pointee.retry_after_ms
            for part in [error.pointee.message, error.pointee.detail, error.pointee.vendor_code, error.pointee.pointer]
            {
                text(part)
                look(part, call, "its error")
            }
        }
        return settle(call, ending)
    }

    private func settle(_ call: pb_call, _ ending: Ending) -> Int32 {
        let status: Int32 = state.withLock { state in
            switch state.calls[call] {
            case .some(nil):
                state.calls[call] = .some(ending)
                return Int32(PB_OK)
            case .some:
                state.violations.append("`\(state.operations[call] ?? "?")` completed one call more than once.")
                return Int32(PB_STALE)
            case nil:
                // Forgotten ones ended long ago.
                let was = call > 0 && call <= state.last ? "more than once" : "though nobody had made it"
                state.violations.append("The call \(call) was completed \(was).")
                return Int32(PB_STALE)
            }
        }
        ended.signal()
        return status
    }

    func send(
        _ call: pb_call, _ request: UnsafePointer<pb_http_request>?, _ reply: pb_http_reply_fn?,
        _ user: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<pb_request>?
    ) -> Int32 {
        guard let request, let reply, Int(request.pointee.size) >= MemoryLayout<pb_http_request>.size else {
            note("A request was sent without a body of rules: NULL, or a struct that is too small.")
            return Int32(PB_INVALID)
        }
        let url = text(request.pointee.url)
        look(request.pointee.url, call, "the address of a request, where servers log it")
        _ = [request.pointee.method, request.pointee.headers, request.pointee.body].map(text)
        let (status, id, answer): (Int32, pb_request, CheckAnswer) = state.withLock { state in
            guard state.calls[call] != nil else { return (Int32(PB_STALE), 0, .silence) }
            state.sent += 1
            if state.addresses.count < 100 { state.addresses.insert(url) }
            if case .refusal(let status) = state.answer { return (status, 0, .silence) }
            state.last += 1
            state.requests[state.last] = Request(call: call, reply: reply, user: Foreign(pointer: user))
            return (Int32(PB_OK), state.last, state.answer)
        }
        guard status == PB_OK else { return status }
        out?.pointee = id
        if case .silence = answer { return status }
        replies.enqueue { [self] in self.reply(to: id, with: answer) }
        return status
    }

    func abort(_ request: pb_request) -> Int32 {
        guard state.withLock({ $0.requests[request] != nil }) else { return Int32(PB_STALE) }
        replies.enqueue { [self] in
            reply(
                to: request,
                with: .failure(code: Int32(PB_CODE_CANCELLED), message: "The request was given up."))
        }
        return Int32(PB_OK)
    }

    func `extension`(_ id: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
        guard !isBare, let id, strcmp(id, PB_HTTP_ID) == 0 else { return nil }
        return UnsafeRawPointer(http)
    }

    private func reply(to id: pb_request, with answer: CheckAnswer) {
        guard let request = state.withLock({ $0.requests.removeValue(forKey: id) }) else { return }
        var lent = LentMemory(style)
        switch answer {
        case .response(let status, let headers, let body):
            var response = pb_http_response()
            response.size = UInt32(MemoryLayout<pb_http_response>.size)
            response.status = status
            response.headers = lent.lend(Array(headers.utf8))
            response.body = lent.lend(body)
            response.url = lent.lend(Array("https://patchbay.invalid/".utf8))
            request.reply(request.user.pointer, id, lent.lend(response), nil)
        case .failure(let code, let message):
            var error = pb_error()
            error.size = UInt32(MemoryLayout<pb_error>.size)
            error.code = code
            error.effect = Int32(PB_EFFECT_NONE)
            error.retry_after_ms = -1
            error.message = lent.lend(Array(message.utf8))
            request.reply(request.user.pointer, id, nil, lent.lend(error))
        case .refusal, .silence: break
        }
        lent.end()
    }

    /// Reads all of it, so that what leads nowhere is noticed here.
    @discardableResult
    private func text(_ bytes: pb_bytes) -> String {
        String(
            decoding: UnsafeBufferPointer(start: bytes.data, count: min(Int(clamping: bytes.size), 1 << 20)),
            as: UTF8.self)
    }

    /// Bytes of output that a host takes.
    static let largestOutput = 32 << 20
}
