/// Whether a client is too slow: with sending a request's head, or its body, or with reading answers, or says nothing. What the host is slow
/// with is never the client's fault. Moments are milliseconds of any clock that does not run backwards.
struct ClientPatienceState: Equatable {
    enum Verdict: Equatable {
        case fine
        /// Nothing was answered yet, so that the client can be told why.
        case cutWithAnswer
        case cut
    }

    private enum Phase: Equatable {
        /// Between two requests, since when is seen at the next look.
        case idle(since: Int64?)
        case head(since: Int64)
        case body(since: Int64, bytes: Int64)
        /// The request is there.
        case waiting
        case rest(since: Int64)
        /// It is no HTTP any more.
        case live
    }

    private let limits: ConnectionLimits
    private var phase = Phase.idle(since: nil)
    private var unanswered = 0
    private var isReading = true
    private var written: Int64 = 0
    /// Since when answers wait to be read, and what had been by then.
    private var waiting: (since: Int64, flushed: Int64)?

    init(_ limits: ConnectionLimits) { self.limits = limits }

    static func == (a: Self, b: Self) -> Bool { a.phase == b.phase && a.unanswered == b.unanswered }

    var isLive: Bool { phase == .live }

    mutating func received(_ bytes: Int, at now: Int64) {
        switch phase {
        case .idle: phase = .head(since: now)
        case .body(let since, let before): phase = .body(since: since, bytes: before + Int64(bytes))
        default: break
        }
    }

    /// The host wants more, or has what it wanted.
    mutating func reads(_ isReading: Bool) { self.isReading = isReading }

    mutating func headEnded(at now: Int64) {
        unanswered += 1
        phase = .body(since: now, bytes: 0)
    }

    mutating func bodyEnded() {
        phase = unanswered > 0 ? .waiting : .idle(since: nil)
    }

    mutating func answered(at now: Int64) {
        unanswered = max(0, unanswered - 1)
        guard unanswered == 0 else { return }
        switch phase {
        case .body: phase = .rest(since: now)
        case .waiting: phase = .idle(since: nil)
        default: break
        }
    }

    /// A request whose head had ended is read by somebody else.
    mutating func beginsAnew(at now: Int64) {
        unanswered = max(0, unanswered - 1)
        phase = .head(since: now)
    }

    mutating func wrote(_ bytes: Int) { written += Int64(bytes) }

    mutating func becameLive() { phase = .live }

    /// - Parameter buffered: Bytes of answers that the client has not taken yet.
    mutating func look(at now: Int64, buffered: Int) -> Verdict {
        if phase == .live { return .fine }
        if isSlowReader(at: now, buffered: Int64(buffered)) { return .cut }
        switch phase {
        case .head(let since):
            guard now - since > limits.head else { return .fine }
            return unanswered == 0 ? .cutWithAnswer : .cut
        case .rest(let since): return now - since > limits.rest ? .cut : .fine
        case .body(let since, let bytes):
            guard isReading else {
                phase = .body(since: now, bytes: 0)
                return .fine
            }
            guard now - since >= limits.window else { return .fine }
            if bytes * 1_000 < limits.leastBytes * (now - since) { return .cut }
            phase = .body(since: now, bytes: 0)
            return .fine
        case .idle(nil):
            phase = .idle(since: now)
            return .fine
        case .idle(let since?): return now - since > limits.idle ? .cut : .fine
        case .waiting, .live: return .fine
        }
    }

    private mutating func isSlowReader(at now: Int64, buffered: Int64) -> Bool {
        let flushed = written - buffered
        guard buffered > 0, let (since, before) = waiting else {
            waiting = buffered > 0 ? (now, flushed) : nil
            return false
        }
        guard now - since >= limits.window else { return false }
        waiting = (now, flushed)
        return (flushed - before) * 1_000 < limits.leastBytes * (now - since)
    }
}
