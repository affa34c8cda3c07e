import PatchbayJSON

/// What the end of a child says about the check that it made.
struct CheckVerdict {
    var finding: CheckFinding
    /// What the child found out for others to judge.
    var data: JSON
    /// The end of what it wrote to standard error.
    var complaint: String

    /// Findings of this form are understood.
    static let revision: Int64 = 1

    init(_ check: CheckDescription, _ outcome: ChildProcess.Outcome, runner: String) {
        complaint = outcome.complaint
        let line = outcome.output.split(separator: 0x0A).last.flatMap { try? JSON(parsing: Array($0)) }
        if case .exited(0) = outcome.end, let line, line["check"]?.int == Self.revision,
            line["name"]?.string == check.name
        {
            finding = Self.finding(check, line)
            data = line["data"] ?? .null
        } else {
            let (result, text) = Self.explanation(check, outcome.end, runner: runner)
            let said = outcome.complaint.isEmpty ? [] : ["Its last words: \(outcome.complaint.suffix(500))"]
            finding = CheckFinding(check: check.name, result: result, texts: [text] + said, hint: check.hint)
            data = .null
        }
    }

    private static func finding(_ check: CheckDescription, _ line: JSON) -> CheckFinding {
        let entries = line["findings"]?.array ?? []
        var result = CheckFinding.Result.passed
        var texts = entries.compactMap { $0["text"]?.string }
        if entries.contains(where: { $0["level"]?.string == "failed" }) {
            result = .failed
        } else if !entries.isEmpty {
            result = .warning
        } else if let why = line["skipped"]?.string {
            result = .skipped
            texts = [why]
        }
        let hint = result == .failed || result == .warning ? check.hint : ""
        return CheckFinding(check: check.name, result: result, texts: texts, hint: hint)
    }

    private static func explanation(
        _ check: CheckDescription, _ end: ChildProcess.End, runner: String
    ) -> (CheckFinding.Result, String) {
        switch end {
        case .signalled(31) where check.name == "sockets":
            (.failed, "It tried to open a socket, for which the kernel ended it (SIGSYS).")
        case .signalled(31) where check.name == "processes":
            (.failed, "It tried to start a process, for which the kernel ended it (SIGSYS).")
        case .signalled(let signal): (.crashed, "It ended the process by \(SignalName.of(signal)).")
        case .exited(64): (.failed, "\(runner) does not know this check; it belongs to another host.")
        case .exited(69): (.skipped, "This kernel has no seccomp filters to watch it with.")
        case .exited(let code): (.crashed, "It ended the process with exit code \(code).")
        case .timedOut: (.failed, "It was not through after \(check.seconds) s: something waits or turns for ever.")
        case .outputTooLarge: (.failed, "The check's findings are larger than a host reads.")
        case .failedToStart(let reason): (.failed, "No process could be started: \(runner): \(reason)")
        }
    }
}
