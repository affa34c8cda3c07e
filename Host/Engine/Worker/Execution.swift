import Logging
import PatchbayCore
import PatchbayJSON
import Synchronization

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
        let alarms = Alarms()
        /// Told after each append that entries of the run are stored.
        let onStored: @Sendable (RunID) -> Void
        /// Nil where runs stand alone.
        var relations: RunRelations?
        /// Asked about a run that cannot be planned here; see `Worker.init`.
        var isForOthers: (@Sendable (LeasedRun) async -> Bool)?
    }

    /// Where a run stands when it comes into this worker's hands. Whoever carries it out takes it: a state of which there is
    /// one only is changed in place, and not copied first.
    final class Beginning: Sendable {
        private struct Content {
            let state: RunState
            let commands: [RunCommand]?
        }

        private let content: Mutex<Content?>

        /// `commands`: what was decided already, its entries being stored; nil: nothing.
        init(state: consuming RunState, commands: [RunCommand]? = nil) {
            content = Mutex(Content(state: state, commands: commands))
        }

        fileprivate func take() -> (state: RunState, commands: [RunCommand]?) {
            let taken = content.withLock { $0.take() }
            guard let taken else { preconditionFailure("a run is carried out once") }
            return (taken.state, taken.commands)
        }
    }

    private let run: LeasedRun
    private let mailbox: Mailbox
    private let surroundings: Surroundings
    /// Nothing is done on the strength of it before the batch is stored.
    private var state: RunState
    private var batch = JournalBatch()
    private var calls = LiveCalls()
    private var alarm: Timestamp?
    private var stopBy: Timestamp?
    private var isHeld = false
    private var isSuperseded = false
    private var decided: [RunCommand]?
    private var correspondence: Correspondence

    init(_ run: LeasedRun, from beginning: Beginning, mailbox: Mailbox, in surroundings: Surroundings) {
        self.run = run
        (state, decided) = beginning.take()
        self.mailbox = mailbox
        self.surroundings = surroundings
        correspondence = Correspondence(of: run, mailbox: mailbox, in: surroundings)
    }

    mutating func carryOut() async -> End {
        let end = await proceed()
        for call in calls { call.task.cancel() }
        mailbox.expectAlarm(at: nil)
        correspondence.end()
        return end
    }

    private mutating func proceed() async -> End {
        var messages: [Message] = []
        while true {
            let now = surroundings.clock.now
            let commands: [RunCommand]
            if let decided {
                // A call that somebody else may be making already is not begun.
                guard !mailbox.isSuperseded else { return .lost }
                commands = decided
                self.decided = nil
            } else {
                for message in messages { take(message, at: now) }
                for message in mailbox.take() { take(message, at: now) }
                guard !isSuperseded else { return .lost }
                for event in await correspondence.events() { batch.add(state.take(event, at: now)) }
                cutShortWhatIsOverdue(at: now)
                commands = state.decide(now: now, room: room)
                if case .record(let entries)? = commands.first { batch.add(entries) }
                if !batch.isEmpty {
                    let batch = batch.take()
                    switch await batch.store(to: run, status: state.status, in: surroundings) {
                    case .stored: break
                    case .refused(let reason):
                        return await batch.storeRefusal(reason, of: state, to: run, in: surroundings)
                    case .ended(let end): return end
                    }
                }
                correspondence.stored()
                guard !state.status.isTerminal else { return .settled(state.status) }
            }
            let wake = act(on: commands, at: now)
            if let stopBy, calls.isEmpty || stopBy <= now { return .givenUp }
            if isHeld, calls.isEmpty { return .givenUp }
            if let end = await park(on: commands, at: now) { return end }
            setAlarm(wake, stopBy, correspondence.lookAgainAt, calls.firstDue)
            messages = await mailbox.next()
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

    private mutating func take(_ message: Message, at now: Timestamp) {
        switch message {
        case .ended(let key, let attempt, let result):
            guard let live = calls.remove(key, attempt: attempt) else { return }
            end(live.call, live.outcome(of: result), log: result.log, at: now)
        case .happened(let events):
            for event in events { batch.add(state.take(event, at: now)) }
        case .look:
            correspondence.look()
        case .cancel:
            batch.add(state.take(.cancelRequested, at: now))
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

    private mutating func end(_ call: StepCall, _ outcome: StepOutcome, log: [LogLine], at now: Timestamp) {
        // Only the wait before another attempt is left to chance.
        let random = if case .failed = outcome { Double.random(in: 0...1) } else { 0.0 }
        let news = state.take(.callEnded(call, outcome), at: now, random: random)
        if !news.isEmpty { batch.add(news, log: log, of: call) }
    }

    private mutating func cutShortWhatIsOverdue(at now: Timestamp) {
        guard let due = calls.firstDue, due <= now else { return }
        for live in calls where live.due <= now {
            if live.isCut {
                _ = calls.remove(live.call.key, attempt: live.call.attempt)
                end(live.call, .failed(live.unanswered), log: [], at: now)
            } else {
                calls.cut(live.call.key, short: .timeout, until: now + surroundings.options.grace)
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
            case .call(let call): calls.add(LiveCall(call, task: begin(call)))
            case .cancel(let key): calls.cut(key, short: .cancelled, until: now + grace)
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
    private mutating func setAlarm(_ moments: Timestamp?...) {
        var earliest = alarm ?? Timestamp(milliseconds: .max)
        var isEarlier = false
        for case let moment? in moments where moment < earliest { (earliest, isEarlier) = (moment, true) }
        guard isEarlier else { return }
        alarm = earliest
        surroundings.alarms.set(earliest, for: mailbox)
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
