import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// The making of one decision: a copy of the state that runs ahead with the entries it is about to ask for.
struct Decision {
    var state: RunState
    let now: Timestamp
    var entries: [JournalEntry] = []
    var calls: [StepCall] = []
    var wake: Timestamp?
    /// Nodes to look at; every node once at first, then those behind a step that has just settled.
    private var unseen: [Int]
    private var scope: Scope

    /// Crashes that one step may have its part in before it is given up.
    private static let mostAbandoned = 10

    init(state: RunState, now: Timestamp) {
        self.state = state
        self.now = now
        unseen = Array(state.plan.nodes.indices.reversed())
        scope = state.scope
    }

    var commands: [RunCommand] {
        var commands: [RunCommand] = entries.isEmpty ? [] : [.record(entries)]
        commands += calls.map { .call($0) }
        if let wake {
            commands.append(calls.isEmpty && state.inFlight.isEmpty ? .park(until: wake) : .wait(until: wake))
        }
        return commands
    }

    mutating func proceed(calling: Set<Int>, room: Int) {
        begin()
        var due: Set<Int> = []
        while state.failure == nil, !state.status.isTerminal {
            due.formUnion(settleWhatNeedsNoCall())
            guard state.failure == nil, calls.count < room,
                let next = due.filter({ !calling.contains($0) && isTime($0) }).min()
            else { break }
            due.remove(next)
            prepare(next)
        }
        if state.failure == nil {
            start()
            for case .retrying(let moment) in due.map({ state.steps[$0].phase }) where moment > now {
                wake = min(wake ?? moment, moment)
            }
        } else {
            calls = []
        }
        guard calling.isEmpty, calls.isEmpty, !state.status.isTerminal else { return }
        if let error = state.failure {
            record(.runFailed, data: ["error": error])
        } else if due.isEmpty {
            finish()
        }
    }

    /// Ends the run: there is nothing left to do.
    private mutating func finish() {
        let open = zip(state.plan.nodes, state.steps).filter { !$1.isSettled }.map(\.0.id)
        guard open.isEmpty else {
            return fail(
                code: "internal",
                message:
                    "These nodes wait for each other: \(open.prefix(10).joined(separator: ", ")). Remove the cycle.")
        }
        complete()
    }

    /// Ends the run with an error that no node is to blame for.
    private mutating func fail(code: String, message: String) {
        record(.runFailed, data: ["error": StepError(code: code, message: message).json])
    }

    /// Settles the triggers: one has started the run, the others are not reached.
    private mutating func begin() {
        guard state.failure == nil else { return }
        guard state.status != .queued else {
            return fail(
                code: "internal", message: "The run's journal does not say what started it. Start the workflow again.")
        }
        guard let start = state.start else {
            return fail(
                code: "no_trigger",
                message:
                    "The workflow has no trigger of kind \(state.record.trigger.bounded(to: 64)). Add one, or start "
                    + "the run another way.")
        }
        for index in state.plan.triggers where !state.steps[index].isSettled {
            if index == start {
                settle(index, .stepCompleted, data: [:])
            } else {
                settle(index, .stepSkipped)
            }
        }
    }

    /// Follows edges until only actions are left, and answers those that are due.
    private mutating func settleWhatNeedsNoCall() -> [Int] {
        var due: [Int] = []
        while let index = unseen.popLast(), state.failure == nil, !state.status.isTerminal {
            guard !state.steps[index].isSettled, let isReached = isReached(index) else { continue }
            guard isReached else {
                settle(index, .stepSkipped)
                continue
            }
            switch state.plan.nodes[index].kind {
            case .trigger: break
            case .action: due.append(index)
            case .set(let value): compute(value, of: index, choosesPort: false)
            case .condition(let value): compute(value, of: index, choosesPort: true)
            }
        }
        return due
    }

    /// Nil while it is open whether the run comes to this node.
    private func isReached(_ index: Int) -> Bool? {
        var isReached = false
        for edge in state.plan.nodes[index].incoming {
            guard state.steps[edge.node].isSettled else { return nil }
            if state.steps[edge.node].follows(edge.port) { isReached = true }
        }
        return isReached
    }

    private func isTime(_ index: Int) -> Bool {
        if case .retrying(let moment) = state.steps[index].phase { moment <= now } else { true }
    }

    private mutating func compute(_ value: CompiledValue, of index: Int, choosesPort: Bool) {
        do throws(StepError) {
            let output = try evaluate(value, as: "output")
            var data: JSONObject = ["output": output]
            if choosesPort { data["port"] = try port(for: output) }
            settle(index, .stepCompleted, data: .object(data))
        } catch {
            fail(index, error)
        }
    }

    private func port(for output: JSON) throws(StepError) -> JSON {
        guard let isTrue = output.bool else {
            throw StepError(
                code: "expression", message: "The condition gave \(output.kind); it has to give true or false.")
        }
        return isTrue ? "true" : "false"
    }

    private func evaluate(_ value: CompiledValue, as role: String) throws(StepError) -> JSON {
        let json: JSON
        do throws(ExpressionError) {
            json = try value.evaluate(in: scope)
        } catch {
            throw StepError(error)
        }
        if let error = StepError.tooLarge(json, as: role, limit: state.largestValue) { throw error }
        return json
    }

    /// Makes the call of an action that is due.
    private mutating func prepare(_ index: Int) {
        let (node, step) = (state.plan.nodes[index], state.steps[index])
        guard case .action(let action) = node.kind else { return }
        guard step.abandoned < Self.mostAbandoned else {
            return fail(
                index,
                StepError(
                    code: "internal",
                    message: "The step was begun \(step.abandoned + 1) times, and each time the host stopped before it "
                        + "ended. Look into the host's log, then run the workflow again."))
        }
        let input: JSON
        do throws(StepError) {
            input = if let known = step.input { known } else { try evaluate(action.input, as: "input") }
        } catch {
            return fail(index, error)
        }
        calls.append(
            StepCall(
                key: StepKey(node: node.id), attempt: step.attempt + 1, reference: action.declaration.reference,
                input: input, credential: action.credential,
                idempotencyKey: IdempotencyKey.of(run: state.record.id, node: node.id), startedAt: now,
                deadline: now + (node.timeout ?? action.declaration.timeout),
                isRecorded: action.declaration.effect != .read))
    }

    /// Puts on record that calls with an effect begin: a crash must not make anybody forget them.
    private mutating func start() {
        for call in calls where call.isRecorded {
            record(
                .stepStarted, node: call.node, attempt: call.attempt,
                data: ["idempotency_key": .string(call.idempotencyKey), "input": call.input])
        }
    }

    private mutating func complete() {
        let ends = state.plan.nodes.indices.filter { index in
            guard state.plan.nodes[index].outgoing.isEmpty else { return false }
            if case .completed = state.steps[index].phase { return true } else { return false }
        }
        var output = JSON.null
        if ends.count == 1 {
            output = state.steps[ends[0]].output
        } else if ends.count > 1 {
            var object = JSONObject()
            for index in ends { object[state.plan.nodes[index].id] = state.steps[index].output }
            output = .object(object)
        }
        if let error = StepError.tooLarge(output, as: "output", limit: state.largestValue) {
            record(.runFailed, data: ["error": error.json])
        } else {
            record(.runCompleted, data: ["output": output])
        }
    }

    private mutating func fail(_ index: Int, _ error: StepError) {
        settle(index, .stepFailed, data: state.failureData(error, of: index))
    }

    private mutating func settle(_ index: Int, _ kind: JournalEntry.Kind, data: JSON = .null) {
        let node = state.plan.nodes[index]
        let attempt = kind == .stepSkipped ? 0 : state.steps[index].attempt + 1
        record(kind, node: node.id, attempt: attempt, data: data)
        switch state.steps[index].phase {
        case .completed, .failed(continues: true): scope.steps[node.id] = state.steps[index].output
        default: break
        }
        unseen += node.outgoing.map(\.node).reversed()
    }

    mutating func record(
        _ kind: JournalEntry.Kind, node: String = "", attempt: Int = 0, data: JSON = .null
    ) {
        let entry = JournalEntry(
            sequence: state.sequence + 1, at: now, kind: kind, node: node, attempt: attempt, data: data)
        entries.append(entry)
        state.apply(entry)
    }
}
