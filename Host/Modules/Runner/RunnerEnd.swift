import Glibc
import PatchbayCore
import PatchbayFrames

/// How a runner came to its end.
enum RunnerEnd: Sendable, Equatable {
    /// It was told to, or had nothing to do.
    case stopped
    case signalled(Int32)
    case exited(Int32)
    /// It was ended, because it filled more memory than it may.
    case memory(limit: Int64)
    /// It was ended, because its calls used more processor time than they may.
    case cpu(limit: Int64)
    /// It closed its end of the socket.
    case hungUp
    case hung
    case slowStart
    case lostCalls
    /// It was ended, because what it sent breaks the rules.
    case violation(FrameProblem)
    case flood
    case failedToStart(Int32)
    /// The library does not run here.
    case refused(ConnectorRefusal)

    /// Whether it counts against the version.
    var isFault: Bool {
        switch self {
        case .stopped, .lostCalls: false
        default: true
        }
    }

    /// What happened, after the connector's name.
    var words: String {
        switch self {
        case .stopped: "was stopped"
        case .signalled(let signal): "crashed: its process ended by \(SignalName.of(signal))"
        case .exited(let code): "ended its process, with exit code \(code)"
        case .memory(let limit): "filled more than its \(limit >> 20) MiB of memory, and was ended"
        case .cpu(let limit): "used more than its \(limit) ms of processor time a call, and was ended"
        case .hungUp: "broke off the connection to the host, and was ended"
        case .hung: "no longer answered, and was ended"
        case .slowStart: "was not ready in time, and was ended"
        case .lostCalls: "left too many cancelled calls unended, and was ended"
        case .violation(let problem): "broke the rules between runner and host (\(problem)), and was ended"
        case .flood: "sent more log lines than anybody can read, and was ended"
        case .failedToStart(let number): "could not be started in a process: \(String(cString: strerror(number)))"
        case .refused(let refusal): "could not be started: \(refusal)"
        }
    }

    /// A word for programs.
    var name: String {
        switch self {
        case .stopped: "stopped"
        case .signalled: "signal"
        case .exited: "exit"
        case .memory: "memory"
        case .cpu: "cpu"
        case .hungUp: "hung-up"
        case .hung: "hung"
        case .slowStart: "slow-start"
        case .lostCalls: "lost-calls"
        case .violation: "violation"
        case .flood: "flood"
        case .failedToStart: "not-started"
        case .refused: "refused"
        }
    }
}
