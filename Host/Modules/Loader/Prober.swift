import CPatchbay
package import PatchbayCore
import PatchbayJSON

/// Tries libraries out in a child process, the runner: opening one runs its code, and what crashes or hangs there does so
/// without the host.
package struct Prober: Sendable {
    let runner: String
    private let timeLimit: Duration

    /// What a runner must look at for this host to believe it; stands in its findings.
    static let revision: Int64 = 1
    static let abi = "\(PB_ABI_MAJOR).\(PB_ABI_MINOR)"

    /// - Parameters:
    ///   - runner: Path of `patchbay-runner`.
    ///   - timeLimit: For one library; each further one of the same child gets a tenth of it.
    package init(runner: String, timeLimit: Duration = .seconds(5)) {
        self.runner = runner
        self.timeLimit = timeLimit
    }

    package func probe(_ file: String) async throws(ConnectorRefusal) -> ProbeReport {
        try await BlockingWork.run { probeOne(file) }.get()
    }

    /// Tries several in one child, and one by one those that this one came to no finding about. In the order given.
    package func probe(_ files: [String]) async -> [Result<ProbeReport, ConnectorRefusal>] {
        await BlockingWork.run { probeAll(files) }
    }

    private func probeAll(_ files: [String]) -> [Result<ProbeReport, ConnectorRefusal>] {
        guard files.count > 1 else { return files.map(probeOne) }
        let found = findings(of: child(files).run(), about: files.count)
        return files.enumerated().map { index, file in found[index] ?? probeOne(file) }
    }

    private func probeOne(_ file: String) -> Result<ProbeReport, ConnectorRefusal> {
        let outcome = child([file]).run()
        return findings(of: outcome, about: 1)[0] ?? .failure(refusal(for: outcome))
    }

    private func child(_ files: [String]) -> ChildProcess {
        // A crash shall end the child at once, without a backtracer that outlives it.
        var environment = ["SWIFT_BACKTRACE": "enable=no", "LANG": "C.UTF-8"]
        // Where the runner's own Swift runtime is found, when the host needs to be told too.
        environment["LD_LIBRARY_PATH"] = Environment.value("LD_LIBRARY_PATH")
        return ChildProcess(
            path: runner, arguments: ["probe"] + files.map(FileSystem.absolute), environment: environment,
            timeLimit: timeLimit + timeLimit / 10 * (files.count - 1),
            outputLimit: files.count * (2 * Manifest.largest))
    }

    private func findings(
        of outcome: ChildProcess.Outcome, about count: Int
    ) -> [Int: Result<ProbeReport, ConnectorRefusal>] {
        // A line for each, whatever else the child may write.
        let lines = outcome.output.split(separator: 0x0A, maxSplits: count).prefix(count).compactMap(ProbeLine.init)
        return Dictionary(lines.map { ($0.index, $0.result) }) { first, _ in first }
    }

    private func refusal(for outcome: ChildProcess.Outcome) -> ConnectorRefusal {
        let need = "a connector that opens, starts and stops without harm"
        let said = outcome.complaint.isEmpty ? "" : "; its last words: \(outcome.complaint.suffix(500))"
        switch outcome.end {
        case .signalled(let signal):
            return ConnectorRefusal(
                .probeCrashed, have: "a library that ended a trial process by \(SignalName.of(signal))\(said)",
                need: need, hint: "Report it to the connector's author, or install another version.")
        case .timedOut:
            return ConnectorRefusal(
                .probeTimeout, have: "a library whose trial did not end within \(timeLimit)\(said)", need: need,
                hint: "Report it to the connector's author: its entry, start or stop hangs.")
        case .exited(let code):
            return ConnectorRefusal(
                .probeCrashed, have: "a library that ended a trial process early, with exit code \(code)\(said)",
                need: need, hint: "Report it to the connector's author, or check that \(runner) belongs to this host.")
        case .outputTooLarge:
            return ConnectorRefusal(
                .probeRefused, have: "a library whose trial wrote more than a manifest can hold",
                need: "a manifest of at most \(Manifest.largest) bytes", hint: "Shorten the connector's schemas.")
        case .failedToStart(let reason):
            return ConnectorRefusal(
                .probeUnavailable, have: "no trial process: \(runner): \(reason)",
                need: "the program patchbay-runner, beside patchbay",
                hint: "Reinstall Patchbay, or name the runner's path.")
        }
    }
}
