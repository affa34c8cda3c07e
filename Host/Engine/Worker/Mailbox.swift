import PatchbayCore
import Synchronization

/// Something that a run's worker hears of while it carries the run out.
enum Message: Sendable {
    /// A call has ended.
    case ended(StepKey, attempt: Int, Result<OperationResult, any Error>)
    /// Something else has happened to it.
    case happened([RunEvent])
    /// There may be messages for it.
    case look
    /// Somebody wants the run to end.
    case cancel
    /// The run has been leased anew, and goes on elsewhere.
    case superseded
    /// The worker stops: no new calls, and those under way may take until then.
    case stop(by: Timestamp)
    /// The run's workflow is paused: no new calls, and those under way end in their own time.
    case hold
    /// The moment that was waited for has come.
    case alarm
}

/// Events for one run, from anywhere, in the order they came. One task reads.
final class Mailbox: Sendable {
    private struct State {
        var events: [Message] = []
        var reader: CheckedContinuation<[Message], Never>?
        /// When the reader wants to hear of it.
        var alarm: Timestamp?
    }

    let tenant: TenantID
    private let state = Mutex(State())

    init(of tenant: TenantID) { self.tenant = tenant }

    func post(_ event: Message) {
        let reader: CheckedContinuation<[Message], Never>? = state.withLock { state in
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            state.events.append(event)
            return nil
        }
        reader?.resume(returning: [event])
    }

    /// Notes which alarm the reader waits for; see `Alarms`.
    func expectAlarm(at moment: Timestamp?) { state.withLock { $0.alarm = moment } }

    func expectsAlarm(at moment: Timestamp) -> Bool { state.withLock { $0.alarm == moment } }

    /// Posts the alarm of that moment, unless it was taken back.
    func postAlarm(of moment: Timestamp) {
        let isExpected = state.withLock { state in
            guard state.alarm == moment else { return false }
            state.alarm = nil
            return true
        }
        if isExpected { post(.alarm) }
    }

    /// Whether the next to be read is, among others, that the run goes on elsewhere.
    var isSuperseded: Bool {
        state.withLock { state in
            state.events.contains { if case .superseded = $0 { true } else { false } }
        }
    }

    /// Everything that has come since the last time, which may be nothing.
    func take() -> [Message] {
        state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    /// Everything that has come since the last time; waits for the first. Not cut short by cancellation: whoever cancels
    /// a run posts that.
    func next() async -> [Message] {
        await withCheckedContinuation { continuation in
            let events: [Message] = state.withLock { state in
                if state.events.isEmpty { state.reader = continuation }
                defer { state.events = [] }
                return state.events
            }
            if !events.isEmpty { continuation.resume(returning: events) }
        }
    }
}
