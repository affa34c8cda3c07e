import PatchbayCore
import PatchbayJSON
import Synchronization

/// Plans of workflow versions, so that they are compiled once and not for every run. Holds those used last.
final class PlanCache: Sendable {
    private struct Key: Hashable {
        var workflow: WorkflowID
        var version: Int
    }

    private struct State {
        var plans: [Key: (plan: Plan, used: Int)] = [:]
        var uses = 0
    }

    private let limit: Int
    private let make: @Sendable (JSON) -> Planning
    private let state = Mutex(State())

    /// Holds as many as `limit`; `make` plans a document.
    init(limit: Int, make: @escaping @Sendable (JSON) -> Planning) {
        self.limit = limit
        self.make = make
    }

    /// The plan of a run's document, or what keeps it from being carried out: that is asked anew every time, since a
    /// connector may come back.
    func plan(for run: LeasedRun) -> Planning {
        let key = Key(workflow: run.record.workflow, version: run.record.version)
        if let known = plan(of: key.workflow, version: key.version) {
            return Planning(plan: known, document: run.document)
        }
        let planning = make(run.document)
        if let plan = planning.plan { keep(plan, as: key) }
        return planning
    }

    /// The plan of a version that was used lately.
    func plan(of workflow: WorkflowID, version: Int) -> Plan? {
        state.withLock { state in
            state.uses += 1
            state.plans[Key(workflow: workflow, version: version)]?.used = state.uses
            return state.plans[Key(workflow: workflow, version: version)]?.plan
        }
    }

    private func keep(_ plan: Plan, as key: Key) {
        state.withLock { state in
            state.uses += 1
            state.plans[key] = (plan, state.uses)
            guard state.plans.count > limit, let oldest = state.plans.min(by: { $0.value.used < $1.value.used })
            else { return }
            state.plans[oldest.key] = nil
        }
    }
}
