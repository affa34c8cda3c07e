import CJavaScriptCore
import ConnectorSDK
import Glibc
import Synchronization

/// What one call's code may use. `look` decides whether it must end; the engine asks every few milliseconds what was decided.
final class Watch: Sendable {
    enum Verdict: Int, Sendable { case late = 1, tooLarge, cancelled }

    private let decided = Atomic(0)
    private let cancellation: Cancellation
    /// Milliseconds on the monotonic clock.
    private let end: Int64
    /// Bytes that the process had in memory when the call began, and those that it may have.
    private let baseline: Int
    private let largest: Int

    /// Opened once; where a process is confined, its runner answers.
    private static let process = pb_js_open_memory()
    private static var filled: Int { Int(pb_js_memory(process)) }

    /// - Parameter memory: bytes.
    init(within limit: Duration, memory: Int, _ cancellation: Cancellation) {
        self.cancellation = cancellation
        end = Self.now + limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
        baseline = Self.filled
        largest = baseline + memory + Self.engine
    }

    /// Bytes that an engine takes before any code runs.
    private static let engine = 24 << 20

    /// Why the code must end; nil while it need not.
    var verdict: Verdict? { Verdict(rawValue: decided.load(ordering: .acquiring)) }

    /// Looks at the clock and the memory. The first verdict stays.
    func look() -> Verdict? {
        if let verdict { return verdict }
        let verdict: Verdict? =
            cancellation.isCancelled ? .cancelled : Self.now >= end ? .late : Self.filled > largest ? .tooLarge : nil
        if let verdict { decided.store(verdict.rawValue, ordering: .releasing) }
        return verdict
    }

    /// Whether there is no time left to end by itself: it fills far more than it may.
    var isFlooding: Bool { Self.filled > largest + Self.margin }
    private static let margin = 32 << 20

    /// Bytes that the process has more than before the call.
    var leftBehind: Int { Self.filled - baseline }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// As the step's failure.
    var failure: ConnectorError? { verdict?.failure }
}

extension Watch.Verdict {
    var failure: ConnectorError {
        switch self {
        case .cancelled: ConnectorError(.cancelled, "The call was cancelled.", effect: .none)
        case .late:
            ConnectorError(
                .timeout, "The code ran longer than it may: raise `timeout_ms`, or look for an endless loop.",
                retry: .no, effect: .none, pointer: "/code")
        case .tooLarge:
            ConnectorError(
                .invalidInput, "The code filled more memory than it may: raise `memory_mb`, or keep less at a time.",
                effect: .none, vendorCode: "memory", pointer: "/code")
        }
    }
}
