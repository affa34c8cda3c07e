package import PatchbayCore

extension ConnectorRegistry {
    /// Does with a connector's folder what is done before its library is opened, a trial in a child included; nothing of it is
    /// kept. Nil when all is in order.
    func refusal(of folder: String, id: String, version: Version) async -> ConnectorRefusal? {
        let checks = checks
        let found = await BlockingWork.run { () -> Result<Candidate, ConnectorRefusal> in
            do throws(ConnectorRefusal) {
                return .success(try checks.candidate(in: folder, id: id, version: version.description))
            } catch {
                return .failure(error)
            }
        }
        let candidate: Candidate
        switch found {
        case .failure(let refusal): return refusal
        case .success(let found): candidate = found
        }
        switch await loader.check(candidate) {
        case .failure(let refusal): return refusal
        case .success(let library):
            if library.isProbed { return nil }
            return await loader.probe([(candidate, library)]).first.flatMap { $0 }
        }
    }

    /// Makes the quick part of the checks, which calls nothing, with a connector's folder. Nil when none failed.
    ///
    /// - Parameter scratch: A folder for what the checks write, which they remove.
    func failedCheck(of folder: String, scratch: String) async -> ConnectorRefusal? {
        let subject: CheckSubject
        do throws(ConnectorRefusal) {
            subject = try await CheckSubject(folder, scratch: scratch)
        } catch {
            return error
        }
        let suite = CheckSuite(runner: loader.prober.runner, seed: 0, platform: checks.platform)
        let report = await suite.check(subject, only: CheckDescription.quick, scratch: scratch)
        guard let finding = report.findings.first(where: \.isBad) else { return nil }
        let title = CheckDescription.named(finding.check).title
        return ConnectorRefusal(
            .checkFailed,
            have: "a connector for which the check `\(finding.check)` failed: \(finding.texts.joined(separator: " "))",
            need: "one that passes it: \(title.prefix(1).lowercased())\(title.dropFirst().dropLast())",
            hint: "Report it to the connector's author: `patchbay connector check` shows the same.")
    }

    /// What this host says of what it has.
    package func entries() -> [ConnectorReport.Entry] {
        listings().map {
            ConnectorReport.Entry(
                connector: $0.id, version: $0.version, sha256: $0.sha256, state: $0.state, refusal: $0.refusal)
        }
    }
}
