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

    /// - Parameters:
    ///   - runner: Path of `patchbay-runner`.
    ///   - seed: Decides which values the calls are made with; the same one makes the same calls.
    package init(runner: String, seed: UInt64, platform: HostPlatform = .current) {
        self.runner = runner
        self.seed = seed
        self.platform = platform
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
                    if let finding = rules.exemption(from: check) { return finding }
                    let verdict = await verdict(check, subject, plan: plan, scratch: scratch)
                    return rules.judged(verdict, plan: plan)
                }
            }
            for await finding in group { findings.append(finding) }
            return findings
        }
    }

    private func verdict(
        _ check: CheckDescription, _ subject: CheckSubject, plan: CheckPlan, scratch: String
    ) async -> CheckVerdict {
        let (runner, seed) = (runner, seed)
        return await BlockingWork.run {
            let file = "\(scratch)/\(check.name).json"
            // Without one, the child says that there is none.
            try? FileSystem.write(plan.json.bytes(), to: file, mode: 0o600)
            defer { unlink(file) }
            // A crash shall end the child at once, without a backtracer that outlives it.
            var environment = ["SWIFT_BACKTRACE": "enable=no", "LANG": "C.UTF-8"]
            // Where the runner's own Swift runtime is found, when the host needs to be told too.
            environment["LD_LIBRARY_PATH"] = Environment.value("LD_LIBRARY_PATH")
            let child = ChildProcess(
                path: runner,
                arguments: ["check", check.name, "--seed", String(seed), "--plan", file, subject.library],
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
