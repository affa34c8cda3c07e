import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity

/// Makes the calls of `same-answers` once more, in a runner as hosts keep them, and compares what they come to.
struct RunnerAnswers {
    let manifest: Manifest
    let plan: CheckPlan
    let runner: String

    /// - Parameters:
    ///   - answers: What the calls came to without a runner, as `{"operation", "answer", "input", "outcome"}`.
    ///   - scratch: A folder for what a host keeps.
    /// - Returns: Where they differ, as sentences; nil when no call could be compared.
    func differences(from answers: [JSON], library: String, scratch: String) async -> [String]? {
        let prober = Prober(runner: runner)
        do throws(ConnectorRefusal) {
            _ = try await Staging(prober: prober).stage(library: library, into: "\(scratch)/plugins")
        } catch {
            return ["It cannot be staged for a runner (\(error.code)): have \(error.have), need \(error.need)."]
        }
        let registry = ConnectorRegistry(
            plugins: "\(scratch)/plugins", data: "\(scratch)/data", prober: prober, isolation: IsolationPolicy(.runner),
            logger: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() })
        await registry.scan()
        let found = await differences(from: answers, registry)
        await registry.close(grace: .seconds(1))
        return found
    }

    private func differences(from answers: [JSON], _ registry: ConnectorRegistry) async -> [String]? {
        var texts: [String] = []
        var compared = 0
        for answer in answers {
            guard let id = answer["operation"]?.string, let operation = manifest.operation(id),
                let number = answer["answer"]?.int, let index = answer["input"]?.int,
                let there = answer["outcome"]?.string, there != "refused",
                let input = plan.input(Int(index), of: id),
                let here = await outcome(operation, input, replies: plan.replies(of: id), Int(number), registry)
            else { continue }
            compared += 1
            guard !Self.areEqual(there, here) else { continue }
            texts.append("`\(id)` comes to \(shown(there)) in a host's own process and to \(shown(here)) in a runner.")
            if texts.count > 5 { break }
        }
        return compared == 0 ? nil : texts
    }

    /// The same words as the child's; nil when the host itself stood in the way.
    private func outcome(
        _ operation: ManifestOperation, _ input: JSON, replies: [String], _ number: Int, _ registry: ConnectorRegistry
    ) async -> String? {
        let sources = CheckSources(settings: plan.settings, grant: plan.canary.grant(named: Self.name, for: operation))
        let sender = CheckSender(number < replies.count ? replies[number] : nil)
        let invoker = ModuleInvoker(registry: registry, outbound: sender, credentials: sources, settings: sources)
        let now = SystemTime().now
        let call = OperationCall(
            tenant: .initial, run: RunID.new(at: now), node: "check", attempt: 1,
            reference: OperationReference(connector: manifest.id, version: manifest.version, operation: operation.id),
            input: input, credential: sources.grant == nil ? nil : Self.name, idempotencyKey: "check",
            deadline: Timestamp(milliseconds: now.milliseconds + 3_000))
        do {
            return "output " + (try await invoker.invoke(call).output.text)
        } catch let failure as OperationFailure {
            return failure.code == .config ? nil : "code \(failure.code.abi)"
        } catch {
            return nil
        }
    }

    private static func areEqual(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard one.hasPrefix("output "), other.hasPrefix("output "),
            let first = try? JSON(parsing: String(one.dropFirst(7))),
            let second = try? JSON(parsing: String(other.dropFirst(7)))
        else { return false }
        return JSONDifference(first, second) == nil
    }

    private func shown(_ outcome: String) -> String {
        if outcome.hasPrefix("code "), let number = Int32(outcome.dropFirst(5)) {
            return "the failure `\(OperationFailure.Code(abi: number).rawValue)`"
        }
        return String(outcome.dropFirst("output ".count).prefix(120))
    }

    /// What the one credential is called.
    private static let name = "check"
}

/// What calls are given in place of a tenant's vault and settings.
private struct CheckSources: CredentialSource, ConnectorSettingsStore {
    let settings: JSON
    let grant: CredentialGrant?

    func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? { grant }

    func settings(of connector: String, in tenant: TenantID) async throws -> JSON { settings }

    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {}
}
