package import Logging
package import PatchbayCore
package import PatchbayExpressions
import PatchbayJSON
import Synchronization

/// Takes on runs and carries them out, many at a time.
///
/// It holds a lease on each run it works on and says with one heartbeat for all of them that it is alive. A run whose
/// lease is lost is dropped without a word; everything else about a run is the decider's business.
package final class Worker: Sendable {
    private struct State {
        var runs = RunsInHand()
        /// Whether it takes anything on: from its start until it is told to stop.
        var isOpen = false
        /// Places that are kept for runs that are being stored.
        var reserved = 0
        /// Runs that were stored for this worker, and not begun.
        var handed: [HandedRun] = []
        /// Runs that were given up, and the store does not know it yet.
        var leftovers: [RunID: LeasedRun] = [:]
        /// When the store last heard of this worker; nil while it is not known there.
        var lastLife: Timestamp?
        /// How often it was declared dead. It goes on under another name then, since all that was stored under the old one
        /// belongs to others.
        var deaths = 0
        /// The last look found as many runs as there was room for, so that there may be more.
        var mayBeMore = false
        /// How often the store may have given runs that this worker never heard of, because the answer was lost.
        var unheard = 0
    }

    /// The first of its names.
    package let id: String
    let plans: PlanCache
    let environment: [String: String]
    let world: Surroundings
    private let signals: RunSignals
    let surroundings: Execution.Surroundings
    private let state = Mutex(State())
    /// Rings when a run was handed over, or none will be any more.
    private let handing = Bell()

    /// `id` names this worker and this start of it. `environment` is what `env` holds in expressions, `world` has the time
    /// zones and digests for them. Without `relations` runs hear nothing from outside, and have no sub-workflows.
    ///
    /// `isForOthers` is asked about a run that cannot be planned: it may bring what is missing, after which the run is planned
    /// again, or say that others can serve it, and then it goes back into the queue.
    package convenience init(
        id: String, journal: any Journal, invoker: any OperationInvoker, planner: Planner, signals: RunSignals,
        relations: RunRelations? = nil, clock: any WaitableTime = SystemTime(), environment: [String: String] = [:],
        world: Surroundings = .none, options: WorkerOptions = WorkerOptions(), logger: Logger,
        isForOthers: (@Sendable (LeasedRun) async -> Bool)? = nil
    ) {
        let surroundings = Execution.Surroundings(
            journal: journal, invoker: invoker, clock: clock, options: options, logger: logger,
            onStored: { signals.changed($0) }, relations: relations, isForOthers: isForOthers)
        let plans = PlanCache(limit: options.plans) { planner.plan($0, credentials: nil) }
        self.init(
            id: id, plans: plans, signals: signals, environment: environment, world: world, surroundings: surroundings)
    }

    init(
        id: String, plans: PlanCache, signals: RunSignals, environment: [String: String],
        world: Surroundings = .none, surroundings: Execution.Surroundings
    ) {
        self.id = id
        self.plans = plans
        self.signals = signals
        self.environment = environment
        self.world = world
        self.surroundings = surroundings
    }

    /// Works until the task is cancelled. Then it takes on nothing more, waits for the calls under way as long as
    /// `options.drain` allows, stores how they ended, and gives the unfinished runs up for the next start.
    package func run() async {
        let stop = Bell()
        // A task of its own, because cancellation must not reach the calls and the database: they are told to stop.
        let serving = Task { await serve(until: stop) }
        await withTaskCancellationHandler {
            await serving.value
        } onCancel: {
            stop.ring()
            state.withLock { $0.isOpen = false }
            signals.work.ring()
            handing.ring()
        }
    }

    private func serve(until stop: Bell) async {
        let listener = signals.addListener(to: .cancel) { id in self.cancel([id]) }
        let reader = signals.addListener(to: .message) { id in self.state.withLock { $0.runs[id] }?.post(.look) }
        let options = surroundings.options
        let places = options.runs - GuestPlaces.count(of: options.runs)
        let room = signals.addWorker(
            hasRoom: { options.takesUnlabelled && self.state.withLock { $0.runs.count } < places },
            offer: { options.takesUnlabelled ? self.offer($0) : nil })
        state.withLock { $0.isOpen = stop.rings == 0 }
        defer {
            signals.removeListener(listener, to: .cancel)
            signals.removeListener(reader, to: .message)
            signals.removeWorker(room)
        }
        await withTaskGroup { upkeep in
            upkeep.addTask { await self.showLifeRegularly() }
            upkeep.addTask { await self.lookForWorkRegularly() }
            upkeep.addTask { await self.surroundings.alarms.ring(by: self.surroundings.clock) }
            await withDiscardingTaskGroup { runs in
                runs.addTask { await self.carryOutHanded() }
                while stop.rings == 0 {
                    let heard = signals.work.rings
                    for (run, mailbox) in await takeOn() { runs.addTask { await self.carryOut(run, mailbox) } }
                    if stop.rings == 0 { await signals.work.wait(past: heard) }
                }
                tellAllToStop()
            }
            upkeep.cancelAll()
        }
        await releaseLeftovers()
    }

    /// Leases as many runs as there is room for.
    private func takeOn() async -> [(LeasedRun, Mailbox)] {
        let options = surroundings.options
        let room = state.withLock { state in
            let room = options.runs - GuestPlaces.count(of: options.runs) - state.runs.count
            // Whoever wakes a worker that has no room is not forgotten.
            if room <= 0 { state.mayBeMore = true }
            return room
        }
        guard room > 0, await isKnownToLive(), await hasGivenUpUnknown() else { return [] }
        let (now, name) = (surroundings.clock.now, name)
        let leased: [LeasedRun]
        do {
            leased = try await surroundings.journal.lease(
                limit: room, worker: name, at: now, abandonedBefore: now + -options.abandonment)
        } catch JournalError.unknownWorker {
            die(as: name)
            return []
        } catch {
            surroundings.logger.warning("runs could not be taken on", metadata: ["error": "\(error)"])
            state.withLock { $0.unheard += 1 }
            return []
        }
        let taken = leased.map { ($0, Mailbox(of: $0.record.tenant)) }
        for (run, mailbox) in taken where run.isCancelRequested { mailbox.post(.cancel) }
        let superseded = state.withLock { state in
            state.mayBeMore = leased.count >= room
            return taken.compactMap { state.runs.put($0.1, for: $0.0.record.id) }
        }
        if leased.count >= room { signals.askForHelp() }
        // A run that this worker lost to another, which gave it up at once, may still be under way here.
        for mailbox in superseded { mailbox.post(.superseded) }
        return taken
    }

    /// Gives up what a failed lease may have taken on, because no other worker would while this one lives. False when that
    /// could not be done yet.
    private func hasGivenUpUnknown() async -> Bool {
        let (unheard, known) = state.withLock { ($0.unheard, Array($0.runs.ids) + Array($0.leftovers.keys)) }
        guard unheard > 0 else { return true }
        do {
            try await surroundings.journal.release(worker: name, except: known)
        } catch {
            surroundings.logger.warning("unknown runs could not be given up yet", metadata: ["error": "\(error)"])
            return false
        }
        state.withLock { $0.unheard = max(0, $0.unheard - unheard) }
        return true
    }

    /// Carries out what is handed over, until nothing more can be. Runs let those pass that are still to be stored.
    private func carryOutHanded() async {
        await withDiscardingTaskGroup { runs in
            var line = HandedLine()
            while true {
                let heard = handing.rings
                let (handed, isOver) = state.withLock { state in
                    defer { state.handed = [] }
                    return (state.handed, !state.isOpen && state.reserved == 0)
                }
                let ready =
                    isOver
                    ? line.rest(with: handed)
                    : line.next(with: handed, at: .now) { surroundings.journal.isPressed(by: $0) }
                for handed in ready { runs.addTask { await self.carryOut(handed) } }
                if isOver { return }
                if line.isEmpty {
                    await handing.wait(past: heard)
                } else {
                    // What presses are moments of this machine, whatever the clock says.
                    try? await Task.sleep(for: HandedLine.patience)
                }
            }
        }
    }

    private func carryOut(_ handed: HandedRun) async {
        let isAlone = state.withLock { $0.runs.count == 1 }
        let end = await withTaskExecutorPreference(isAlone ? surroundings.journal.home : nil) {
            var execution = Execution(handed.run, from: handed.beginning, mailbox: handed.mailbox, in: surroundings)
            return await execution.carryOut()
        }
        await settle(handed.run, handed.mailbox, end)
    }

    private func carryOut(_ run: LeasedRun, _ mailbox: Mailbox) async {
        await settle(run, mailbox, await end(of: run, mailbox))
    }

    private func settle(_ run: LeasedRun, _ mailbox: Mailbox, _ end: Execution.End) async {
        let id = run.record.id
        let mayBeMore = state.withLock { state in
            state.runs.remove(id, if: mailbox)
            if case .givenUp = end { state.leftovers[id] = run }
            return state.mayBeMore
        }
        switch end {
        case .settled(let status):
            surroundings.logger.debug("a run has ended", metadata: ["run": "\(id)", "status": "\(status.rawValue)"])
            signals.finished(id)
            surroundings.relations?.ended(run)
            // Its place in its group has gone to another run.
            if run.concurrencyKey != nil { signals.wake() }
        case .lost:
            surroundings.logger.notice("another worker has taken a run on", metadata: ["run": "\(id)"])
            // Should the store hold this worker for the one that has it, nobody else would ever take it on.
            state.withLock { $0.unheard += 1 }
            await showLife()
        case .parked(let mayGoOn):
            if mayGoOn { signals.work.ring() }
        case .givenUp:
            await releaseLeftovers()
        }
        if mayBeMore { signals.work.ring() }
    }

    /// Tells those of the runs that are in hand.
    private func cancel(_ runs: [RunID]) {
        let mailboxes = state.withLock { state in runs.compactMap { state.runs[$0] } }
        for mailbox in mailboxes { mailbox.post(.cancel) }
    }

    private func tellAllToStop() {
        let deadline = surroundings.clock.now + surroundings.options.drain
        let mailboxes = state.withLock { state in
            // Together, so that no place is kept for a run that is not told.
            state.isOpen = false
            return Array(state.runs.all)
        }
        for mailbox in mailboxes { mailbox.post(.stop(by: deadline)) }
        handing.ring()
    }
}

// MARK: Runs that are handed over

extension Worker {
    /// Keeps a place for a run that is about to be stored for this worker. Nil when runs are to go through the queue: others
    /// wait there and its tenant is no guest, or it is not certain that the store knows this worker.
    func reserve(_ run: RunID, of tenant: TenantID, at now: Timestamp) -> (worker: String, mailbox: Mailbox)? {
        let oldest = now + -surroundings.options.abandonment / 2
        let mailbox = Mailbox(of: tenant)
        return state.withLock { state in
            // Who finds no room waits in the queue, and comes before those who arrive later.
            let isFull = state.runs.count >= surroundings.options.runs
            if isFull { state.mayBeMore = true }
            guard state.isOpen, state.unheard == 0, let life = state.lastLife, life > oldest else { return nil }
            if state.mayBeMore {
                guard !isFull, GuestPlaces.mayTakeOne(tenant, inHand: state.runs.ofTenants) else { return nil }
            }
            state.runs.put(mailbox, for: run)
            state.reserved += 1
            return (name(after: state.deaths), mailbox)
        }
    }

    func take(_ handed: HandedRun) {
        state.withLock { state in
            state.reserved -= 1
            state.handed.append(handed)
        }
        handing.ring()
    }

    func giveBack(_ run: RunID, _ mailbox: Mailbox, isCertain: Bool) {
        let isOver = state.withLock { state in
            state.reserved -= 1
            state.runs.remove(run, if: mailbox)
            if !isCertain { state.unheard += 1 }
            return !state.isOpen && state.reserved == 0
        }
        if isOver { handing.ring() }
    }
}

// MARK: What goes on beside the runs

extension Worker {
    /// Work that another process announced, or that a dead worker left, rings no bell here.
    private func lookForWorkRegularly() async {
        while !Task.isCancelled {
            await surroundings.clock.wait(until: surroundings.clock.now + surroundings.options.pollInterval)
            signals.work.ring()
        }
    }

    private func showLifeRegularly() async {
        while true {
            await surroundings.clock.wait(until: surroundings.clock.now + surroundings.options.heartbeatInterval)
            guard !Task.isCancelled else { return }
            await showLife()
            await releaseLeftovers()
        }
    }

    /// Whether the store has heard of this worker lately. One that was silent (the host slept, the database was away) says
    /// first that it lives: it would take its own runs for a dead worker's, and others would take the new ones.
    private func isKnownToLive() async -> Bool {
        let oldest = surroundings.clock.now + -surroundings.options.abandonment / 2
        if let last = state.withLock({ $0.lastLife }), last > oldest { return true }
        await showLife()
        return state.withLock { $0.lastLife ?? oldest } > oldest
    }

    private var name: String { name(after: state.withLock { $0.deaths }) }

    private func name(after deaths: Int) -> String { deaths == 0 ? id : "\(id)/\(deaths)" }

    private func showLife() async {
        let (now, name) = (surroundings.clock.now, name)
        do {
            let isKnown = state.withLock { $0.lastLife != nil }
            if !isKnown {
                try await surroundings.journal.register(worker: name, at: now)
            } else if try await !surroundings.journal.heartbeat(worker: name, at: now) {
                return die(as: name)
            }
            state.withLock { $0.lastLife = now }
            let cancelled = try await surroundings.journal.cancellations(worker: name)
            cancel(cancelled)
            let addressees = try await surroundings.relations?.addressees(worker: name) ?? []
            for mailbox in state.withLock({ state in addressees.compactMap { state.runs[$0] } }) { mailbox.post(.look) }
            let held = try await surroundings.journal.held(worker: name)
            for mailbox in state.withLock({ state in held.compactMap { state.runs[$0] } }) { mailbox.post(.hold) }
        } catch {
            surroundings.logger.warning("the heartbeat could not be stored", metadata: ["error": "\(error)"])
        }
    }

    /// Others were told that this worker is dead: whatever it had in hand goes on elsewhere, and it begins anew.
    private func die(as name: String) {
        let runs: [Mailbox]? = state.withLock { state in
            guard name == self.name(after: state.deaths) else { return nil }
            state.deaths += 1
            (state.lastLife, state.unheard, state.leftovers) = (nil, 0, [:])
            return Array(state.runs.all)
        }
        guard let runs else { return }
        surroundings.logger.warning(
            "this worker was silent for too long and has lost its runs", metadata: ["runs": "\(runs.count)"])
        for mailbox in runs { mailbox.post(.superseded) }
        signals.work.ring()
    }

    private func releaseLeftovers() async {
        let leftovers = state.withLock { $0.leftovers }
        guard !leftovers.isEmpty else { return }
        do {
            try await surroundings.journal.release(Array(leftovers.values))
            state.withLock { state in
                for (id, run) in leftovers where state.leftovers[id]?.epoch == run.epoch { state.leftovers[id] = nil }
            }
            signals.work.ring()
        } catch {
            surroundings.logger.warning(
                "runs could not be given up yet", metadata: ["count": "\(leftovers.count)", "error": "\(error)"])
        }
    }
}
