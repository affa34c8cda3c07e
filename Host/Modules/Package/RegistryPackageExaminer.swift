package import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization

/// Examines packages of strangers as this host would use them: what its trust policy, its platform and its order of checks
/// refuse is refused here.
package final class RegistryPackageExaminer: PackageExaminer {
    private let registry: ConnectorRegistry
    private let trials: TrialFolder
    private let patience: Duration
    private let isBusy = Mutex(false)

    /// - Parameters:
    ///   - data: The host's private folder.
    ///   - patience: How long the checks of a package may take together; one that has begun is waited for.
    package init(registry: ConnectorRegistry, data: String, patience: Duration = .seconds(120)) {
        self.registry = registry
        trials = TrialFolder(in: "\(data)/incoming")
        self.patience = patience
    }

    package func trusts(_ signer: String) -> Bool {
        switch registry.checks.trust {
        case .any: true
        case .signed(let keys): keys.contains { $0.base64 == signer }
        }
    }

    package func examine(_ bytes: [UInt8], signer: String?) async throws -> ExaminedPackage {
        let isFirst = isBusy.withLock { isBusy in
            defer { isBusy = true }
            return !isBusy
        }
        guard isFirst else { throw ExaminationBusy() }
        defer { isBusy.withLock { $0 = false } }
        let package = try await BlockingWork.run { () -> Result<ConnectorPackage, ConnectorRefusal> in
            do throws(ConnectorRefusal) {
                return .success(try ConnectorPackage.open(bytes))
            } catch {
                return .failure(error)
            }
        }.get()
        let key = try self.signer(of: package, said: signer)
        let (report, refusal) = await checked(package)
        if let refusal { throw refusal }
        // A check that this kernel cannot confine is skipped; then nothing was looked at.
        let isLoaded = report["load"].map { $0.result == .passed || $0.result == .warning } ?? false
        return ExaminedPackage(
            pin: ConnectorPin(connector: package.manifest.id, version: package.manifest.version),
            digest: package.digest, size: bytes.count, manifest: package.manifest.document, signer: key.base64,
            report: report.json, hasPassed: report.hasPassed && isLoaded)
    }

    private func checked(_ package: ConnectorPackage) async -> (CheckReport, ConnectorRefusal?) {
        let (id, version) = (package.manifest.id, package.manifest.version)
        let report = Mutex(CheckReport(name: package.label, seed: 0, findings: []))
        let refusal = await trials.with(package) { place, scratch in
            if let refusal = await registry.refusal(of: place, id: id, version: version) { return refusal }
            let subject: CheckSubject
            do throws(ConnectorRefusal) {
                subject = try await CheckSubject(place, scratch: scratch)
            } catch {
                return error
            }
            let suite = CheckSuite(
                runner: registry.loader.prober.runner, seed: 0, platform: registry.checks.platform,
                fuzzing: CheckSuite.Fuzzing(processes: 1, calls: 100), confinement: CheckConfinement(within: patience))
            let found = await suite.check(subject, scratch: scratch)
            report.withLock { $0 = found }
            return nil
        }
        return (report.withLock { $0 }, refusal)
    }

    // MARK: Signatures

    private func signer(of package: ConnectorPackage, said: String?) throws(ConnectorRefusal) -> SignatureKey {
        guard let file = package.file(ConnectorPackage.signatureName) else {
            throw ConnectorRefusal(
                .signatureMissing, have: "a package without \(ConnectorPackage.signatureName)",
                need: "one that its author has signed", hint: "Sign it: patchbay connector sign FILE.pbc --key KEY")
        }
        let signature = String(decoding: file, as: UTF8.self).filter { !$0.isWhitespace }
        let signed = package.file(ConnectorPackage.manifestName) ?? []
        var keys: [SignatureKey] = []
        if case .signed(let trusted) = registry.checks.trust { keys = trusted }
        if let said {
            guard let key = try? SignatureKey(base64: said) else {
                throw ConnectorRefusal(
                    .signatureInvalid, have: "a public key that is none", need: "32 bytes in base64",
                    hint: "`patchbay connector keygen` prints it.")
            }
            if case .signed = registry.checks.trust {
                keys = keys.filter { $0 == key }
            } else {
                keys = [key]
            }
        } else if case .any = registry.checks.trust {
            throw ConnectorRefusal(
                .signatureMissing, have: "no word on whose signature it is", need: "the public key of who signed it",
                hint: "Name it as `signer`; `patchbay connector keygen` prints it.")
        }
        guard let key = keys.first(where: { $0.hasSigned(signed, signature: signature) }) else {
            throw ConnectorRefusal(
                .signatureInvalid, have: "a signature of none of the keys that are taken here, or of other bytes",
                need: "a signature over manifest.json as it is",
                hint: "Sign it with the key that you name, and ask the operator whether its signatures are taken.")
        }
        return key
    }
}
