import Glibc
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Makes the checks of one connector: what files decide here, everything else in children of the runner, one for each check,
/// so that a crash or a hang is a finding and nothing more.
package struct CheckSuite: Sendable {
    private let runner: String
    private let seed: UInt64
    private let platform: HostPlatform
    private let fuzzing: Fuzzing
    private let confinement: CheckConfinement?

    /// How much of `fuzz` there is.
    package struct Fuzzing: Sendable {
        /// Each with a seed of its own, the suite's and those that follow it.
        package var processes: Int
        /// Calls of each process.
        package var calls: Int

        package init(processes: Int = 2, calls: Int = 300) {
            self.processes = processes
            self.calls = calls
        }
    }

    /// - Parameters:
    ///   - runner: Path of `patchbay-runner`.
    ///   - seed: Decides which values the calls are made with; the same one makes the same calls.
    ///   - confinement: For a stranger's library; nil: whoever asks for the checks would run it anyway.
    package init(
        runner: String, seed: UInt64, platform: HostPlatform = .current, fuzzing: Fuzzing = Fuzzing(),
        confinement: CheckConfinement? = nil
    ) {
        self.runner = runner
        self.seed = seed
        self.platform = platform
        self.fuzzing = fuzzing
        self.confinement = confinement
    }

    /// - Parameters:
    ///   - only: Names of checks; empty for all. What they rest on is done too, and told when it stands in their way.
    ///   - scratch: A folder for the plan of calls, which is removed before this returns.
    package func check(_ subject: CheckSubject, only: Set<String> = [], scratch: String) async -> CheckReport {
        var basis = await basis(of: subject, scratch: scratch)
        let hinders = basis.findings.first { ["library", "load", "manifest"].contains($0.check) && $0.isBad }
        let wanted = CheckDescription.all.filter { only.isEmpty || only.contains($0.name) }
        let running = wanted.filter { check in check.runs && !basis.findings.contains { $0.check == check.name } }
        if let hinders {
            basis.findings += running.map {
                CheckFinding(check: $0.name, result: .skipped, texts: ["The check `\(hinders.check)` did not pass."])
            }
        } else if let manifest = basis.manifest {
            basis.findings += await findings(of: running, subject, manifest, scratch: scratch)
        }
        let findings = CheckDescription.all.compactMap { check in
            basis.findings.first { $0.check == check.name }
        }
        return CheckReport(
            name: basis.manifest.map { "\($0.id) \($0.version)" } ?? subject.path, seed: seed,
            findings: findings.filter { finding in
                only.isEmpty || only.contains(finding.check) || finding.isBad && finding.check == hinders?.check
            })
    }

    // MARK: What the other checks rest on

    private struct Basis {
        var findings: [CheckFinding] = []
        var manifest: Manifest?
    }

    private func basis(of subject: CheckSubject, scratch: String) async -> Basis {
        var basis = Basis()
        let bytes: [UInt8]
        do throws(ConnectorRefusal) {
            bytes = try CheckSubject.read(subject.library, atMost: LibraryChecks.largestLibrary)
            // The runtime it declares is known only once it has run; nothing that breaks the wider rules is run.
            _ = try rules(.swiftShared, SystemLibrary.allCases).check(bytes)
        } catch {
            basis.findings.append(Self.finding("library", error))
            return basis
        }
        let load = await verdict(CheckDescription.named("load"), subject, plan: .nothing, scratch: scratch)
        basis.findings.append(load.finding)
        let declared = load.data["manifest"]?.string.flatMap {
            try? JSON(parsing: $0, limits: JSONLimits(bytes: Manifest.largest))
        }
        guard !load.finding.isBad else {
            basis.findings.append(CheckFinding(check: "library", result: .passed))
            return basis
        }
        let reading = Manifest.read(declared ?? .null, as: .declared)
        basis.manifest = reading.manifest
        do throws(ConnectorRefusal) {
            _ = try rules(reading.manifest?.sdk.runtime ?? .none, reading.manifest?.libraries ?? []).check(bytes)
            basis.findings.append(CheckFinding(check: "library", result: .passed))
        } catch {
            basis.findings.append(Self.finding("library", error))
        }
        basis.findings.append(manifestFinding(reading))
        basis.findings += comparisons(subject, bytes, load.data, declared)
        if let manifest = reading.manifest {
            let plan = CheckPlan(manifest, seed: seed)
            basis.findings.append(ManifestRules(manifest: manifest).examples(plan))
        }
        return basis
    }

    private func rules(_ runtime: Manifest.Runtime, _ libraries: [SystemLibrary]) -> LibraryRules {
        LibraryRules(
            platform: platform, runtime: runtime, folderExists: FileSystem.isFolder, libraries: libraries)
    }

    private static func finding(_ check: String, _ refusal: ConnectorRefusal) -> CheckFinding {
        CheckFinding(
            check: check, result: .failed, texts: ["\(refusal.code): have \(refusal.have), need \(refusal.need)."],
            hint: refusal.hint)
    }

    private func manifestFinding(_ reading: ManifestReading) -> CheckFinding {
        let broken = reading.manifest.map { ManifestRules(manifest: $0).brokenSchemas } ?? []
        let bad = reading.problems.map(\.description) + broken
        let odd = reading.warnings.map(\.description)
        let hint = CheckDescription.named("manifest").hint
        if !bad.isEmpty {
            return CheckFinding(check: "manifest", result: .failed, texts: Array(bad.prefix(20)), hint: hint)
        }
        return CheckFinding(
            check: "manifest", result: odd.isEmpty ? .passed : .warning, texts: odd, hint: odd.isEmpty ? "" : hint)
    }

    /// The library with what stands beside it.
    private func comparisons(
        _ subject: CheckSubject, _ bytes: [UInt8], _ said: JSON, _ declared: JSON?
    ) -> [CheckFinding] {
        var texts: [String] = []
        for member in ["id", "version"] where said[member] != declared?[member] {
            texts.append("The module's \(member) is not the one of its own manifest.")
        }
        guard let beside = subject.manifest, let (manifest, library, _) = try? ManifestChecks.parse(beside) else {
            let none = "There is no manifest beside the library."
            return [
                CheckFinding(check: "digest", result: .skipped, texts: [none]),
                texts.isEmpty
                    ? CheckFinding(check: "same-manifest", result: .skipped, texts: [none])
                    : Self.failed("same-manifest", texts),
            ]
        }
        let sha256 = Digest.sha256Hex(bytes)
        if let declared, let difference = JSONDifference(manifest.declared, declared) {
            texts.append("manifest.json and the library differ at \(difference.pointer).")
        }
        return [
            sha256 == library.sha256
                ? CheckFinding(check: "digest", result: .passed)
                : Self.failed("digest", ["The library's SHA-256 is \(sha256), the manifest names \(library.sha256)."]),
            texts.isEmpty
                ? CheckFinding(check: "same-manifest", result: .passed) : Self.failed("same-manifest", texts),
        ]
    }

    static func failed(_ check: String, _ texts: [String]) -> CheckFinding {
        CheckFinding(check: check, result: .failed, texts: texts, hint: CheckDescription.named(check).hint)
    }

    // MARK: Children

    /// How many checks are made at the same time; most of them wait.
    private static let width = 3

    private func findings(
        of checks: [CheckDescription], _ subject: CheckSubject, _ manifest: Manifest, scratch: String
    ) async -> [CheckFinding] {
        let plan = CheckPlan(manifest, seed: seed)
        let rules = ManifestRules(manifest: manifest)
        return await withTaskGroup(of: CheckFinding.self) { group in
            var findings: [CheckFinding] = []
            for (index, check) in checks.enumerated() {
                if index >= Self.width, let finding = await group.next() { findings.append(finding) }
                group.addTask {
                    if let finding = rules.exemption(from: check) ?? confinement?.finding(instead: check) {
                        return finding
                    }
                    if check.name == "fuzz" { return await fuzz(check, subject, manifest, scratch: scratch) }
                    let verdict = await verdict(check, subject, plan: plan, scratch: scratch)
                    if check.name == "same-answers", !verdict.finding.isBad {
                        let answers = RunnerAnswers(manifest: manifest, plan: plan, runner: runner)
                        return await compared(verdict, with: answers, subject, scratch: scratch)
                    }
                    return rules.judged(verdict, plan: plan)
                }
            }
            for await finding in group { findings.append(finding) }
            return findings
        }
    }

    private func compared(
        _ verdict: CheckVerdict, with answers: RunnerAnswers, _ subject: CheckSubject, scratch: String
    ) async -> CheckFinding {
        let name = verdict.finding.check
        let differences = await answers.differences(
            from: verdict.data["answers"]?.array ?? [], library: subject.library, scratch: scratch)
        guard let differences else {
            return CheckFinding(
                check: name, result: .skipped, texts: ["No call comes to the same twice, or without the host's help."])
        }
        return differences.isEmpty ? verdict.finding : Self.failed(name, differences)
    }

    /// As many children as were asked for, each with a seed that repeats it alone.
    private func fuzz(
        _ check: CheckDescription, _ subject: CheckSubject, _ manifest: Manifest, scratch: String
    ) async -> CheckFinding {
        var slow = check
        slow.seconds += fuzzing.calls / 20
        let seeds = (0..<max(1, fuzzing.processes)).map { seed &+ UInt64($0) }
        return await withTaskGroup(of: (UInt64, CheckFinding).self) { group in
            var (worst, texts) = (CheckFinding.Result.passed, [String]())
            func take(_ seed: UInt64, _ finding: CheckFinding) {
                guard finding.result != .passed else { return }
                texts += finding.texts.map { "Seed \(seed): \($0)" }
                if worst != .crashed { worst = finding.result }
            }
            for (index, seed) in seeds.enumerated() {
                if index >= Self.width, let (seed, finding) = await group.next() { take(seed, finding) }
                group.addTask { [slow] in
                    let plan = CheckPlan(manifest, seed: seed, calls: fuzzing.calls)
                    let verdict = await verdict(slow, subject, plan: plan, seed: seed, scratch: scratch)
                    return (seed, verdict.finding)
                }
            }
            for await (seed, finding) in group { take(seed, finding) }
            guard worst != .passed else { return CheckFinding(check: check.name, result: .passed) }
            return CheckFinding(check: check.name, result: worst, texts: Array(texts.prefix(20)), hint: check.hint)
        }
    }

    /// - Parameter seed: Another than the suite's.
    private func verdict(
        _ check: CheckDescription, _ subject: CheckSubject, plan: CheckPlan, seed other: UInt64? = nil, scratch: String
    ) async -> CheckVerdict {
        let (runner, seed) = (runner, other ?? seed)
        return await BlockingWork.run {
            let file = "\(scratch)/\(check.name)-\(seed).json"
            // Without one, the child says that there is none.
            try? FileSystem.write(plan.json.bytes(), to: file, mode: 0o600)
            defer { unlink(file) }
            // A crash shall end the child at once, without a backtracer that outlives it.
            var environment = ["SWIFT_BACKTRACE": "enable=no", "LANG": "C.UTF-8"]
            // Where the runner's own Swift runtime is found, when the host needs to be told too.
            environment["LD_LIBRARY_PATH"] = Environment.value("LD_LIBRARY_PATH")
            if check.countsMemory {
                // What threads keep for their next allocation would count as lost.
                environment["GLIBC_TUNABLES"] = "glibc.malloc.tcache_count=0:glibc.malloc.arena_max=1"
            }
            let child = ChildProcess(
                path: runner,
                arguments: ["check", check.name, "--seed", String(seed), "--plan", file]
                    + (confinement == nil ? [] : ["--confined"]) + [FileSystem.absolute(subject.library)],
                environment: environment, timeLimit: .seconds(check.seconds), outputLimit: 16 << 20)
            return CheckVerdict(check, child.run(), runner: runner)
        }
    }
}

extension CheckFinding {
    package var isBad: Bool { result == .failed || result == .crashed }
}

extension CheckDescription {
    /// A name of the list.
    static func named(_ name: String) -> CheckDescription { all.first { $0.name == name }! }
}
