package import PatchbayCore
import PatchbayJSON

extension RunState {
    /// Crashes that one step may have its part in before it is given up.
    static let mostAbandoned = 10

    /// What to do now, after everything that has happened was taken in. The entries to record are applied already.
    /// `room` is how many more calls may begin: 0 for a worker that is about to stop, and then everything that needs no
    /// call still happens.
    package mutating func decide(now: Timestamp, room: Int = .max) -> [RunCommand] {
        guard !status.isTerminal else { return [] }
        turn = Turn(now: now, room: max(room, 0))
        defer { turn = Turn(now: now, room: 0) }
        if beginRun() {
            ring()
            work()
            begin()
            if !turn.isFull { endIfOver() }
        }
        turn.commands += orphans.map { .cancel($0) }
        orphans = []
        return commands()
    }

    private mutating func commands() -> [RunCommand] {
        var commands: [RunCommand] = turn.entries.isEmpty ? [] : [.record(turn.entries)]
        commands += turn.calls.map { .call($0) }
        commands += turn.commands
        guard !status.isTerminal else { return commands }
        let now = turn.now
        if turn.isFull { return commands + [.wait(until: now)] }
        while let first = timers.first, !isNeeded(first) { timers.removeFirst() }
        guard let moment = timers.first?.moment else { return commands }
        let isIdle = inFlight.isEmpty && due.isEmpty && asked.isEmpty
        return commands + [isIdle ? .park(until: moment) : .wait(until: moment)]
    }

    /// Settles the triggers: one has started the run, the others are not reached. False when the run cannot begin.
    private mutating func beginRun() -> Bool {
        guard status != .queued else {
            end(
                .runFailed,
                StepError(
                    code: "internal",
                    message: "The run's journal does not say what started it. Start the workflow again."
                ).json)
            return false
        }
        guard let first = plan.triggers.first, isOpen(first) || plan.triggers.contains(where: isOpen) else {
            return !plan.triggers.isEmpty || failWithoutTrigger()
        }
        guard !isCancelling else { return true }
        guard let start else { return failWithoutTrigger() }
        for trigger in plan.triggers where isOpen(trigger) {
            if trigger == start {
                record(.stepCompleted, place(of: trigger, in: 0), attempt: 1, data: [:])
            } else {
                record(.stepSkipped, place(of: trigger, in: 0))
            }
        }
        return true
    }

    private func isOpen(_ trigger: Int) -> Bool { !frames[0].steps[plan.places[trigger]].isSettled }

    private mutating func failWithoutTrigger() -> Bool {
        guard !isCancelling else { return true }
        end(
            .runFailed,
            StepError(
                code: "no_trigger",
                message: "The workflow has no trigger of kind \(record.trigger.bounded(to: 64)). Add one, or start "
                    + "the run another way."
            ).json)
        return false
    }

    /// Does everything that needs no call, and prepares as many calls as there is room for.
    private mutating func work() {
        while !turn.isFull {
            if let place = troubled.next() {
                if exists(place), !frames[place.slot].isOver { sweep(place.slot) }
            } else if let step = ready.next() {
                look(at: step)
            } else if turn.calls.count < turn.room, let step = due.next() {
                prepare(step)
            } else {
                return
            }
        }
    }

    /// Puts on record that calls with an effect begin: a crash must not make anybody forget them.
    private mutating func begin() {
        turn.calls = turn.calls.filter { call in
            guard let step = step(call.key) else { return false }
            return isStopping(step.slot) == nil && !isUnwanted(step)
        }
        for call in turn.calls { inFlight[call.key] = call }
        for call in turn.calls where call.isRecorded && call.key.role == .step {
            guard let step = step(call.key) else { continue }
            record(
                .stepStarted, step, attempt: call.attempt,
                data: ["idempotency_key": .string(call.idempotencyKey), "input": call.input])
        }
    }

    // MARK: Time

    private mutating func ring() {
        while let (moment, subject) = timers.first, moment <= turn.now, !turn.isFull {
            timers.removeFirst()
            switch subject {
            case .run: expire()
            case .compensation: break
            case .cleanup: endCleanup()
            case .step(let step):
                guard exists(step) else { continue }
                if let moment = deadlines[step], moment <= turn.now { overdue(step) } else { ready.add(step) }
            }
        }
    }

    private mutating func expire() {
        guard !isEnding else { return }
        let error = StepError(
            code: "run_timeout",
            message: "The run did not end within \(DurationText.text(plan.timeout)). Give the workflow a longer "
                + "\"timeout\", or find out what it waits for.")
        record(.runStopping, data: ["error": error.json])
    }

    private mutating func endCleanup() {
        guard !isCleanupOver else { return }
        record(.runStopping, data: ["part": "cleanup", "error": Self.unclean(plan.cleanup).json])
    }

    static func unclean(_ limit: Int64) -> StepError {
        StepError(
            code: "timeout",
            message: "The run was cancelled, and cleaning up did not end within \(DurationText.text(limit)). Give the "
                + "workflow a longer \"cleanup_timeout\", and look at what is left.")
    }

    private func isNeeded(_ timer: (moment: Timestamp, subject: RunTimer)) -> Bool {
        switch timer.subject {
        case .run: return !isEnding
        case .compensation: return true
        case .cleanup: return !isCleanupOver
        case .step(let step):
            guard exists(step), !frames[step.slot].isOver else { return false }
            switch frames[step.slot].steps[step.place].phase {
            case .retrying(let moment), .waiting(let moment):
                return moment == timer.moment && (step.slot != 0 || !isEnding)
            case .started: return deadlines[step] == timer.moment
            default: return false
            }
        }
    }

    // MARK: The end

    private mutating func endIfOver() {
        guard !status.isTerminal else { return }
        if isEnding {
            guard turn.calls.isEmpty, inFlight.keys.allSatisfy({ $0.role == .compensation }), isDrained,
                isUndone()
            else { return }
            endWithReason()
        } else if frames[0].unsettled == 0 {
            guard inFlight.isEmpty, turn.calls.isEmpty else { return }
            complete(with: output(of: 0))
        } else if inFlight.isEmpty, turn.calls.isEmpty, due.isEmpty, frames[0].begun == 0 {
            let open = zip(plan.graphs[0].nodes, steps).filter { !$1.isSettled }.map { plan.nodes[$0.0].id }
            end(
                .runFailed,
                StepError(
                    code: "internal",
                    message: "These nodes wait for each other: \(open.prefix(10).joined(separator: ", ")). Remove the "
                        + "cycle."
                ).json)
        }
    }

    /// Whether nothing at the top is under way that has to end in order: containers and child runs.
    private var isDrained: Bool {
        guard frames[0].begun > 0 else { return true }
        return frames[0].steps.indices.allSatisfy { place in
            guard frames[0].steps[place].phase == .started else { return true }
            switch plan.nodes[plan.graphs[0].nodes[place]].kind {
            case .action: return true
            default: return false
            }
        }
    }

    private mutating func endWithReason() {
        if isCancelling { return record(.runCancelled, data: undoing.map { ["compensation": $0] } ?? .null) }
        switch stop {
        case .completed(let output)?: return complete(with: output)
        case .failed(let error)?: return end(.runFailed, error)
        case nil: end(.runFailed, stopping ?? failure ?? .null)
        }
    }

    private mutating func complete(with output: JSON) {
        if let error = StepError.tooLarge(output, as: "output", limit: largestValue) {
            end(.runFailed, error.json)
        } else {
            record(.runCompleted, data: ["output": output])
        }
    }

    private mutating func end(_ kind: JournalEntry.Kind, _ error: JSON) {
        var data: JSONObject = ["error": error]
        data["compensation"] = undoing
        record(kind, data: .object(data))
    }

    // MARK: Entries

    mutating func record(
        _ kind: JournalEntry.Kind, _ step: StepPlace, attempt: Int = 0, data: JSON = .null
    ) {
        let key = key(of: step)
        record(kind, node: key.node, path: key.path, attempt: attempt, data: data)
    }

    mutating func record(
        _ kind: JournalEntry.Kind, node: String = "", path: String = "", attempt: Int = 0, data: JSON = .null
    ) {
        let entry = JournalEntry(
            sequence: sequence + 1, at: turn.now, kind: kind, node: node, path: path, attempt: attempt, data: data)
        turn.entries.append(entry)
        apply(entry)
    }

    /// The trigger that started the run: the one the trigger object names, else the first of its kind. Runs that were
    /// not started by a trigger begin at the first one when the workflow has none for that.
    var start: Int? {
        if let named = trigger["node"]?.string.flatMap({ plan.index[$0] }), plan.nodes[named].isTrigger { return named }
        let kind = trigger["kind"]?.string ?? record.trigger
        let sameKind = plan.triggers.first { index in
            if case .trigger(let word) = plan.nodes[index].kind { word == kind } else { false }
        }
        return sameKind ?? (["manual", "workflow", "schedule"].contains(kind) ? byHand ?? plan.triggers.first : nil)
    }

    private var byHand: Int? {
        plan.triggers.first { index in
            if case .trigger(let word) = plan.nodes[index].kind { word == "manual" } else { false }
        }
    }
}
