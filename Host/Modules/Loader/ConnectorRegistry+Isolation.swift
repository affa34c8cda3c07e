package import PatchbayCore

/// Where connectors run.
extension ConnectorRegistry {
    /// A connector version that was set aside because its runners kept ending is tried again; false when it was not.
    package func liftQuarantine(of id: String, _ version: Version) -> Bool {
        opened(id, version)?.liftQuarantine() ?? false
    }

    /// Where a connector runs, or would.
    func isolation(
        of connector: InstalledConnector, _ trusted: TrustList, _ measures: RunnerMeasures?
    ) -> ConnectorIsolation? {
        guard let candidate = connector.candidate, connector.isUsable else { return nil }
        if let module = connector.module { return module.isolation }
        let isTrusted = trusted.contains(candidate.library.sha256)
        if loader.isolation.isInProcess(candidate.manifest, isTrusted: isTrusted) {
            return ConnectorIsolation(mode: .inProcess)
        }
        return RunnerMeasures.isolation(holding: measures?.holding)
    }

    /// Reads the trust list, and asks a runner what this machine enforces.
    func isolationNow(_ known: RunnerMeasures?, in plugins: String) async -> (TrustList, RunnerMeasures?) {
        let (runner, policy) = (loader.prober.runner, loader.isolation)
        return await BlockingWork.run {
            let trusted = TrustList(in: plugins)
            guard known == nil, policy.mode != .inProcess else { return (trusted, known) }
            return (trusted, RunnerMeasures.ask(runner, without: policy.without))
        }
    }
}
