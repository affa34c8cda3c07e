import CPatchbay
import Synchronization

/// Waits for one answer of the host. Tolerates an answer before the wait, and cancellation at any time.
final class HTTPReply: Sendable {
    typealias Answer = Result<HTTPResponse, ConnectorError>

    private enum Progress {
        case idle
        case waiting(CheckedContinuation<Answer, Never>)
        case answered(Answer)
        case done
    }

    private struct State {
        var progress = Progress.idle
        var request: pb_request = 0
        var isCancelled = false
    }

    private let state = Mutex(State())

    func sent(as request: pb_request) {
        state.withLock { $0.request = request }
    }

    /// The answer. A cancelled task still waits for it: the host answers soon after `abort`.
    func wait(abort: @escaping @Sendable (pb_request) -> Void) async throws -> HTTPResponse {
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early: Answer? = state.withLock { state in
                    if case .answered(let answer) = state.progress {
                        state.progress = .done
                        return answer
                    }
                    state.progress = .waiting(continuation)
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            let request = state.withLock { state in
                state.isCancelled = true
                return state.request
            }
            abort(request)
        }
        if state.withLock({ $0.isCancelled }) { throw CancellationError() }
        return try answer.get()
    }

    func settle(_ answer: Answer) {
        let waiter: CheckedContinuation<Answer, Never>? = state.withLock { state in
            switch state.progress {
            case .idle: state.progress = .answered(answer)
            case .waiting(let continuation):
                state.progress = .done
                return continuation
            case .answered, .done: break
            }
            return nil
        }
        waiter?.resume(returning: answer)
    }
}

/// The host's call back: copies what it is lent and settles the reply that `user` holds.
let httpReplied: pb_http_reply_fn = { user, _, response, error in
    guard let user else { return }
    let reply = Unmanaged<HTTPReply>.fromOpaque(user).takeRetainedValue()
    if let response {
        var answer = pb_http_response()
        readSized(response, into: &answer)
        reply.settle(.success(HTTPResponse(copying: answer)))
    } else if let error {
        var failure = pb_error()
        readSized(error, into: &failure)
        reply.settle(.failure(ConnectorError(copying: failure)))
    } else {
        reply.settle(.failure(ConnectorError(.unavailable, "The host answered without an answer.")))
    }
}

extension HTTPResponse {
    init(copying raw: pb_http_response) {
        let lines = raw.headers.string.split(separator: "\n")
        self.init(
            status: Int(raw.status),
            headers: lines.compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                return (name: String(line[..<colon]), value: String(value))
            },
            body: Array(raw.body.buffer), url: raw.url.string)
    }
}

extension ConnectorError {
    init(copying raw: pb_error) {
        self.init(
            Code(rawValue: raw.code) ?? .internalError, raw.message.string,
            retry: Retry(rawValue: raw.retry) ?? .byCode,
            retryAfter: raw.retry_after_ms < 0 ? nil : .milliseconds(raw.retry_after_ms),
            effect: Effect(rawValue: raw.effect) ?? .unknown,
            httpStatus: raw.http_status == 0 ? nil : Int(raw.http_status),
            vendorCode: raw.vendor_code.size == 0 ? nil : raw.vendor_code.string)
    }
}
