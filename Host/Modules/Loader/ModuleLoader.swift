import Logging
import PatchbayCore
import PatchbayFrames

/// The later steps of the load order, one after another: check the bytes, probe, open, compare, start.
struct ModuleLoader: Sendable {
    var checks: LibraryChecks
    var prober: Prober
    var calls: CallTable
    var logger: Logger
    var isolation: IsolationPolicy

    /// A start that takes longer is given up.
    private static let startLimit = Duration.seconds(2)

    func check(_ candidate: Candidate) async -> Result<CheckedLibrary, ConnectorRefusal> {
        await BlockingWork.run {
            do throws(ConnectorRefusal) {
                return .success(try checks.check(candidate))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Tries libraries out, in the order given; nil where all was in order.
    func probe(_ libraries: [(candidate: Candidate, checked: CheckedLibrary)]) async -> [ConnectorRefusal?] {
        guard !libraries.isEmpty else { return [] }
        let reports = await prober.probe(libraries.map(\.checked.path))
        return zip(libraries, reports).map { library, report in
            switch report {
            case .failure(let refusal): return refusal
            case .success(let report):
                if let refusal = report.mismatch(with: library.candidate.manifest) { return refusal }
                checks.store.markProbed(library.candidate.library.sha256)
                return nil
            }
        }
    }

    /// - Parameter isTrusted: The library was built with the host.
    func open(
        _ candidate: Candidate, _ checked: CheckedLibrary, isTrusted: Bool, mayConnect: Bool
    ) async -> Result<LoadedModule, ConnectorRefusal> {
        isolation.isInProcess(candidate.manifest, isTrusted: isTrusted)
            ? await map(candidate, checked) : await run(candidate, checked, mayConnect: mayConnect)
    }

    /// In processes of its own.
    private func run(
        _ candidate: Candidate, _ checked: CheckedLibrary, mayConnect: Bool
    ) async -> Result<LoadedModule, ConnectorRefusal> {
        let manifest = candidate.manifest
        let side = HostSide(label: "\(manifest.id) \(manifest.version)", calls: calls, logger: logger)
        var limits = isolation.limits
        if let calls = manifest.limits.callsPerProcess { limits.calls = calls }
        let terms = RunnerTerms(
            library: checked.path, memory: manifest.limits.memory ?? limits.memory,
            ports: isolation.sockets.ports(of: manifest, isGranted: mayConnect), without: isolation.without)
        let pool = RunnerPool(manifest, runner: prober.runner, terms: terms, limits: limits, side: side)
        if let refusal = await pool.open() { return .failure(refusal) }
        let module = LoadedModule(pool, manifest: manifest, sha256: candidate.library.sha256, side: side)
        logger.info(
            "Opened a connector in a runner",
            metadata: ["connector": "\(side.label)", "sha256": "\(module.sha256)", "abi": "\(Prober.abi)"])
        return .success(module)
    }

    /// In this process.
    private func map(
        _ candidate: Candidate, _ checked: CheckedLibrary
    ) async -> Result<LoadedModule, ConnectorRefusal> {
        if let module = ModuleImages.shared.module(at: checked.path) { return .success(module) }
        let manifest = candidate.manifest
        let opened = await BlockingWork.run { ModuleImage.open(checked.path, for: manifest) }
        let image: ModuleImage
        switch opened {
        case .failure(let refusal):
            useUp(candidate, checked)
            return .failure(refusal)
        case .success(let opened): image = opened
        }
        let side = HostSide(label: "\(manifest.id) \(manifest.version)", calls: calls, logger: logger)
        let answer = await BlockingWork.run(atMost: Self.startLimit) { image.start(side) }
        let refusal: ConnectorRefusal? =
            if let answer { answer } else {
                ConnectorRefusal(
                    .startFailed, have: "a start that did not return",
                    need: "one that returns within \(Self.startLimit)",
                    hint: "Report it to the connector's author.")
            }
        if let refusal {
            useUp(candidate, checked)
            return .failure(refusal)
        }
        let module = LoadedModule(
            MappedModule(image.module), manifest: manifest, sha256: candidate.library.sha256, side: side)
        ModuleImages.shared.keep(module, at: checked.path)
        logger.info(
            "Opened a connector",
            metadata: ["connector": "\(side.label)", "sha256": "\(module.sha256)", "abi": "\(Prober.abi)"])
        return .success(module)
    }

    /// Lets a module's calls end, then stops it. Calls that are still there after `limit` are cancelled.
    func retire(_ module: LoadedModule, path: String, atMost limit: Duration) async {
        module.gate.close()
        if await !module.gate.empty(atMost: limit) {
            for call in calls.calls(of: module.side) { calls.cancel(call, .shutdown) }
            _ = await module.gate.empty(atMost: .seconds(5))
        }
        if module.isolation.mode == .inProcess {
            ModuleImages.shared.useUp(module.sha256, in: checks.store.folder, at: path)
        }
        guard await module.drain(atMost: .seconds(2)) else {
            // Stopping it under calls that it has not let go of would be worse than leaving its threads.
            logger.warning(
                "A connector did not drain and is left as it is", metadata: ["connector": "\(module.side.label)"])
            guard module.isolation.mode == .runner else { return }
            // Its processes can be ended all the same.
            return await BlockingWork.run { module.stop() }
        }
        await BlockingWork.run { module.stop() }
    }

    private func useUp(_ candidate: Candidate, _ checked: CheckedLibrary) {
        ModuleImages.shared.useUp(candidate.library.sha256, in: checks.store.folder, at: checked.path)
    }
}
