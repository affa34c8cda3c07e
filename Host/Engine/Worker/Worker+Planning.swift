import PatchbayCore

extension Worker {
    /// Carries out a run that came out of the queue, for which its workflow may have to be planned first.
    func end(of run: LeasedRun, _ mailbox: Mailbox) async -> Execution.End {
        var planning = plans.plan(for: run)
        if planning.plan == nil, let isForOthers = surroundings.isForOthers {
            if await isForOthers(run) { return .givenUp }
            planning = plans.plan(for: run)
        }
        guard let plan = planning.plan else {
            let state = RunState(of: run.record, plan: Plan(nodes: []), entries: run.entries)
            let batch = JournalBatch([state.unplannable(planning.problems, at: surroundings.clock.now)])
            switch await batch.store(to: run, status: .failed, in: surroundings) {
            case .stored: return .settled(.failed)
            case .refused(let reason): return await batch.storeRefusal(reason, of: state, to: run, in: surroundings)
            case .ended(let end): return end
            }
        }
        let state = state(of: run.record, plan, entries: run.entries)
        var execution = Execution(run, from: .init(state: state), mailbox: mailbox, in: surroundings)
        return await execution.carryOut()
    }

    func state(of run: RunRecord, _ plan: Plan, entries: [JournalEntry]) -> RunState {
        RunState(
            of: run, plan: plan, environment: environment, world: world,
            largestValue: surroundings.options.largestValue, entries: entries)
    }
}
