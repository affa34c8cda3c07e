import Logging
import PatchbayCore
import PatchbayJSON

/// Carries out one leased run: asks the decider, stores what it says, makes the calls, and waits for what happens next.
struct Execution {
    /// How it ended for this worker.
    enum End {
        /// The run has ended, and that is stored.
        case settled(RunStatus)
        /// Somebody else has the run.
        case lost
        /// It waits for its time, or for something to happen to it, without a worker; `mayGoOn` when that is now.
        case parked(mayGoOn: Bool)
        /// The worker stops, or cannot store anything: another start goes on from the journal.
        case givenUp
    }

    /// What all runs of a worker use.
    struct Surroundings: Sendable {
        let journal: any Journal
        let invoker: any OperationInvoker
        let clock: any WaitableTime
        let options: WorkerOptions
        let logger: Logger
        /// Told after each append that entries of the run are stored.
        let onStored: @Sendable (RunID) -> Void
        /// Nil where runs stand alone.
        var relations: RunRelations?
        /// Asked about a run that cannot be planned here; see `Worker.init`.
        var isForOthers: (@Sendable (LeasedRun) async -> Bool)?
    }

    /// Where a run stands when it comes into this worker's hands.
    struct Beginning: Sendable {
        let state: RunState
        /// What was decided already, its entries being stored; nil: nothing.
        var commands: [RunCommand]?
    }

    private let run: LeasedRun
    private let mailbox: Mailbox
    private let surroundings: Surroundings
    /// Nil while a batch has it, so that it is changed in place and not copied; and after the end.
    private var state: RunState?
    private var calls: [StepKey: LiveCall] = [:]
    private var alarm: (at: Timestamp, task: Task<Void, Never>)?
    private var stopBy: Timestamp?
    private var isHeld = false
    private var isSuperseded = false
    private var decided: [RunCommand]?
    private var correspondence: Correspondence

    init(_ run: LeasedRun, from beginning: Beginning, mailbox: Mailbox, in surroundings: Surroundings) {
        self.run = run
        state = beginning.state
        decided = beginning.commands
        self.mailbox = mailbox
        self.surroundings = surroundings
        correspondence = Correspondence(of: run, mailbox: mailbox, in: surroundings)
    }

    mutating func carryOut() async -> End {
        let end = await proceed()
        for call in calls.values { call.task.cancel() }
        alarm?.task.cancel()
        correspondence.end()
        return end
    }

    private mutating func proceed() async -> End {
        var events: [Message] = []
        while true {
            let now = surroundings.clock.now
            let commands: [RunCommand]
            if let decided {
                // A call that somebody else may be making already is not begun.
                guard !mailbox.isSuperseded else { return .lost }
                commands = decided
                self.decided = nil
            } else {
                guard let current = state.take() else { return .lost }
                var batch = JournalBatch(current)
                for event in events + mailbox.take() { take(event, into: &batch, at: now) }
                guard !isSuperseded else { return .lost }
                for event in await correspondence.events() { batch.take(event, at: now) }
                cutShortWhatIsOverdue(into: &batch, at: now)
                commands = batch.decide(at: now, room: room)
                if !batch.entries.isEmpty, let end = await batch.store(to: run, in: surroundings) { return end }
                correspondence.stored()
                let status = batch.state.status
                guard !status.isTerminal else { return .settled(status) }
                state = batch.state
            }
            let wake = act(on: commands, at: now)
            if let stopBy, calls.isEmpty || stopBy <= now { return .givenUp }
            if isHeld, calls.isEmpty { return .givenUp }
            if let end = await park(on: commands, at: now) { return end }
            setAlarm([wake, stopBy, correspondence.lookAgainAt].compactMap(\.self) + calls.values.map(\.due))
            events = await mailbox.next()
        }
    }

    /// Gives the run up where it has long to wait; nil when it stays in hand.
    private func park(on commands: [RunCommand], at now: Timestamp) async -> End? {
        guard case .park(let moment)? = commands.last, moment - now > surroundings.options.longestWait,
            !correspondence.isBehind
        else { return nil }
        switch try? await surroundings.journal.park(run, until: moment) {
        case .parked: return .parked(mayGoOn: false)
        case .freed: return .parked(mayGoOn: true)
        case .kept, nil: return nil
        }
    }

    private var room: Int { stopBy == nil && !isHeld ? surroundings.options.callsPerRun - calls.count : 0 }

    private mutating func take(_ event: Message, into batch: inout JournalBatch, at now: Timestamp) {
        switch event {
        case .ended(let key, let attempt, let result):
            guard let live = calls[key], live.call.attempt == attempt else { return }
            calls[key] = nil
            batch.end(live.call, live.outcome(of: result), log: result.log, at: now)
        case .happened(let events):
            for event in events { batch.take(event, at: now) }
        case .look:
            correspondence.look()
        case .cancel:
            batch.take(.cancelRequested, at: now)
        case .stop(let moment):
            stopBy = moment
        case .hold:
            isHeld = true
        case .superseded:
            isSuperseded = true
        case .alarm:
            alarm = nil
        }
    }

    private mutating func cutShortWhatIsOverdue(into batch: inout JournalBatch, at now: Timestamp) {
        for (key, var live) in calls where live.due <= now {
            if live.isCut {
                calls[key] = nil
                batch.end(live.call, .failed(live.unanswered), log: [], at: now)
            } else {
                live.cut(short: .timeout, until: now + surroundings.options.grace)
                calls[key] = live
            }
        }
    }

    /// Answers when the decider wants to be asked again.
    private mutating func act(on commands: [RunCommand], at now: Timestamp) -> Timestamp? {
        var wake: Timestamp?
        let grace = surroundings.options.cancelGrace
        for command in commands {
            switch command {
            case .record: break
            case .call(let call): calls[call.key] = LiveCall(call, task: begin(call))
            case .cancel(let key): calls[key]?.cut(short: .cancelled, until: now + grace)
            case .wait(let moment), .park(let moment): wake = moment
            case .startChild(let child): correspondence.start(child)
            case .cancelChild(_, let child): correspondence.cancel(child)
            case .listen(let step, let attempt, let name, let key):
                correspondence.listen(step, attempt, for: name, key: key)
            case .openTask(let task): correspondence.open(task)
            case .withdrawTask(let key, let attempt): correspondence.withdraw(key, attempt)
            case .respond: correspondence.responded()
            }
        }
        return wake
    }

    /// The task has no parent that waits for it: a call that never ends, whatever it is told, must not keep its run or the
    /// worker from ending. It is cancelled when the call is cut short, and at the latest when the run leaves this worker.
    /// It begins at once, on this thread: two changes of threads less for a call that ends without waiting for anything.
    private func begin(_ call: StepCall) -> Task<Void, Never> {
        let operation = OperationCall(
            tenant: run.record.tenant, run: run.record.id, node: call.node, attempt: call.attempt,
            reference: call.reference, input: call.input, credential: call.credential,
            idempotencyKey: call.idempotencyKey, deadline: call.deadline)
        let (invoker, mailbox) = (surroundings.invoker, mailbox)
        return Task.immediate {
            let result: Result<OperationResult, any Error>
            do {
                result = .success(try await invoker.invoke(operation))
            } catch {
                result = .failure(error)
            }
            mailbox.post(.ended(call.key, attempt: call.attempt, result))
        }
    }

    /// Sees to it that the run is looked at again by the earliest of these moments. An alarm that is set for earlier
    /// stays: calls mostly end long before their deadlines, so that few alarms are ever set.
    private mutating func setAlarm(_ moments: [Timestamp]) {
        guard let moment = moments.min(), moment < alarm?.at ?? Timestamp(milliseconds: .max) else { return }
        alarm?.task.cancel()
        let (clock, mailbox) = (surroundings.clock, mailbox)
        let task = Task {
            await clock.wait(until: moment)
            if !Task.isCancelled { mailbox.post(.alarm) }
        }
        alarm = (moment, task)
    }
}

extension Result<OperationResult, any Error> {
    /// What the call logged.
    fileprivate var log: [LogLine] {
        switch self {
        case .success(let result): result.log
        case .failure(let error): (error as? OperationFailure)?.log ?? []
        }
    }
}
