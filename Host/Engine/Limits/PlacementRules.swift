package import PatchbayCore
package import PatchbayJSON
import Synchronization

/// The placement rules of workflow versions, read once for each. Versions never change, so nothing kept can be wrong.
package final class PlacementRules: Sendable {
    private struct Key: Hashable {
        var workflow: WorkflowID
        var version: Int
    }

    /// More versions in use at a time than this are read again.
    private static let capacity = 2_000

    private let workflows: any WorkflowStore
    private let environment: [String: String]
    private let kept = Mutex<[Key: PlacementRule]>([:])

    /// `environment` is what `env` holds in expressions.
    package init(workflows: any WorkflowStore, environment: [String: String] = [:]) {
        self.workflows = workflows
        self.environment = environment
    }

    /// The place of a run that is about to be stored.
    package func placement(of record: RunRecord, trigger: JSON) async throws -> RunPlacement {
        let rule = try await rule(of: record)
        guard !rule.isTrivial else { return RunPlacement() }
        return rule.placement(of: record, trigger: trigger, environment: environment)
    }

    /// The same where the version's rule was read before; nil elsewhere.
    func knownPlacement(of record: RunRecord, trigger: JSON) -> RunPlacement? {
        let key = Key(workflow: record.workflow, version: record.version)
        guard let rule = kept.withLock({ $0[key] }) else { return nil }
        guard !rule.isTrivial else { return RunPlacement() }
        return rule.placement(of: record, trigger: trigger, environment: environment)
    }

    private func rule(of record: RunRecord) async throws -> PlacementRule {
        let key = Key(workflow: record.workflow, version: record.version)
        if let known = kept.withLock({ $0[key] }) { return known }
        let version = try await workflows.version(record.version, of: record.workflow, in: record.tenant)
        let rule = PlacementRule(version?.document ?? .null)
        kept.withLock { kept in
            if kept.count >= Self.capacity { kept.removeAll(keepingCapacity: true) }
            kept[key] = rule
        }
        return rule
    }
}
