import PatchbayCore
import PatchbayJSON

/// A worker's word that it carries out a run as soon as that is stored: it keeps a place for it, and has decided already
/// what comes first.
struct RunOffer: Sendable {
    /// To store the run with.
    let lease: FirstLease
    /// The run is stored under the lease.
    let take: @Sendable (RunRecord) -> Void
    /// The run is not stored under the lease; or, when that is not certain, nobody knows.
    let withdraw: @Sendable (_ isCertain: Bool) -> Void
}

/// A run that was stored under an offer, ready to go on.
struct HandedRun: Sendable {
    let run: LeasedRun
    let mailbox: Mailbox
    let beginning: Execution.Beginning
    let waiter: NewRun.Waiter
}

extension Worker {
    /// Offers to take a run on that is about to be stored, which saves it the way through the queue. Nil when it has to go
    /// that way: there is no room, others wait, the version's plan is not at hand, or this worker may not be alive.
    func offer(_ new: NewRun) -> RunOffer? {
        let (now, record) = (surroundings.clock.now, new.record)
        guard new.placement.isImmediate, let plan = plans.plan(of: record.workflow, version: record.version),
            let place = reserve(record.id, of: record.tenant, at: now)
        else { return nil }
        var started = record
        (started.status, started.startedAt) = (.running, record.createdAt)
        let first = new.started
        let isHeldBack = new.waiter != .end && surroundings.journal.isPressed(by: record.tenant)
        let (entries, beginning) = beginning(of: started, plan, from: first, at: isHeldBack ? nil : now)
        return RunOffer(
            lease: FirstLease(worker: place.worker, entries: entries),
            take: { stored in
                let run = LeasedRun(
                    record: stored, worker: place.worker, epoch: FirstLease.epoch, document: .null,
                    entries: [first] + entries)
                self.take(
                    HandedRun(run: run, mailbox: place.mailbox, beginning: beginning, waiter: new.waiter))
            },
            withdraw: { self.giveBack(record.id, place.mailbox, isCertain: $0) })
    }

    /// What a run does first, and what is written of that with the run. One that is held back (`now` is nil) waits with it,
    /// since it would delay those that are to be stored.
    private func beginning(
        of run: RunRecord, _ plan: Plan, from first: JournalEntry, at now: Timestamp?
    ) -> ([JournalEntry], Execution.Beginning) {
        var state = state(of: run, plan, entries: [first])
        guard let now else { return ([], Execution.Beginning(state: state)) }
        let commands = state.decide(now: now, room: surroundings.options.callsPerRun)
        // A run that ends at once is written like every other end.
        guard !state.status.isTerminal else {
            return ([], Execution.Beginning(state: self.state(of: run, plan, entries: [first])))
        }
        let entries: [JournalEntry] = if case .record(let entries)? = commands.first { entries } else { [] }
        return (entries, Execution.Beginning(state: state, commands: commands))
    }
}
