package import PatchbayCore
import PatchbayJSON

extension RunState {
    /// The longest wait before another attempt that anybody may ask for: one day. All waits of one step that use up no
    /// attempt take as long at most.
    private static let longestWait: Int64 = 86_400_000

    /// The shortest wait that uses up no attempt: one second, so that a day of them comes to an end.
    private static let shortestParking: Int64 = 1_000

    /// Takes in what has happened and answers it as entries, which are applied already; none when it is no news.
    /// `random`, from 0 to 1, spreads retries.
    package mutating func take(_ event: RunEvent, at now: Timestamp, random: Double = 0.5) -> [JournalEntry] {
        if case .callEnded(let call, _) = event, inFlight[call.key]?.attempt == call.attempt {
            inFlight[call.key] = nil
        }
        guard !status.isTerminal else { return [] }
        turn = Turn(now: now, room: 0)
        defer { turn = Turn(now: now, room: 0) }
        switch event {
        case .callEnded(let call, let outcome):
            if call.key.role == .compensation {
                undoEnded(call, outcome, random: random)
            } else {
                ended(call, outcome, random: random)
            }
        case .cancelRequested:
            if !isCancelling { record(.cancelRequested) }
        case .eventReceived(let name, let payload, let id, let key):
            guard events.isNews(id), id.utf8.count <= EventBuffer.longestName, !name.isEmpty,
                name.utf8.count <= EventBuffer.longestName, payload.size(within: largestValue) == nil
            else { break }
            var data: JSONObject = ["name": .string(name), "payload": payload, "id": .string(id)]
            data["key"] = key.map { .string($0.bounded(to: EventBuffer.longestName)) }
            record(.eventReceived, data: .object(data))
        case .childStarted(let key, let attempt, let run): childStarted(key, attempt, run)
        case .listening(let key, let attempt): listening(key, attempt)
        case .taskOpened(let key, let attempt): taskOpened(key, attempt)
        case .taskEnded(let key, let attempt, let end): taskEnded(key, attempt, end)
        case .childEnded(let key, let attempt, let end): childEnded(key, attempt, end, random: random)
        }
        return turn.entries
    }

    private mutating func ended(_ call: StepCall, _ outcome: StepOutcome, random: Double) {
        guard let step = step(call.key) else { return }
        let state = frames[step.slot].steps[step.place]
        let isOpen = state.phase == .started ? call.attempt == state.attempt : call.attempt > state.attempt
        guard !state.isSettled, isOpen else { return }
        switch outcome {
        case .completed(let output):
            if let error = StepError.tooLarge(output, as: "output", limit: largestValue) {
                return record(
                    .stepFailed, of: call, step, failureData(error, of: step, at: turn.now, random: random))
            }
            var data: JSONObject = ["output": output]
            addUndo(to: &data, step, output)
            record(.stepCompleted, of: call, step, .object(data))
        case .failed(let failure):
            let error = StepError(failure)
            if state.isUnwanted {
                return record(.stepCancelled, of: call, step, ["error": error.json])
            }
            record(.stepFailed, of: call, step, failureData(error, of: step, at: turn.now, random: random))
        }
    }

    private mutating func record(_ kind: JournalEntry.Kind, of call: StepCall, _ step: StepPlace, _ data: JSON) {
        var data = data
        if !call.isRecorded, case .object(var object) = data {
            object["started_at"] = .string(call.startedAt.description)
            object["input"] = call.input
            data = .object(object)
        }
        record(kind, step, attempt: call.attempt, data: data)
    }

    /// What a failure means by the node's rules: another attempt, a way to go on, or the end.
    func failureData(_ error: StepError, of step: StepPlace, at now: Timestamp, random: Double) -> JSON {
        let (node, state) = (plan.nodes[node(at: step)], frames[step.slot].steps[step.place])
        if isStopping(step.slot) == nil, !state.isUnwanted {
            if let wait = parking(after: error, node.retry, state, random: random) {
                return ["error": error.json, "retry_at": .string((now + wait).description), "parked": true]
            }
            if let wait = Self.wait(after: error, node.retry, state, random: random) {
                return ["error": error.json, "retry_at": .string((now + wait).description)]
            }
        }
        var data: JSONObject = ["error": error.json]
        switch node.onError {
        case .fail, .retry: break
        case .continue: data["continues"] = true
        case .route: data["port"] = .string(FailureStrategy.port)
        case .fallback:
            guard let fallback = node.fallback else { break }
            let own = (node: self.node(at: step), output: ["error": StepError.summary(of: error.json)] as JSON)
            do throws(StepError) {
                data["output"] = try evaluate(fallback, as: "output", at: step, own: own)
                data["continues"] = true
            } catch {
                data["fallback_error"] = error.json
            }
        }
        return .object(data)
    }

    /// Somebody said when to come back: that uses up no attempt, as long as it does not take too long altogether.
    private func parking(
        after error: StepError, _ policy: RetryPolicy, _ state: StepState, random: Double
    ) -> Int64? {
        guard error.code == OperationFailure.Code.rateLimited.rawValue, let wish = error.retryAfter, wish > 0 else {
            return nil
        }
        let own = policy.attempts > 1 ? policy.delay(afterAttempt: state.failures + 1, random: random) : 0
        let wait = max(wish, own, Self.shortestParking)
        return state.parked + wait <= Self.longestWait ? wait : nil
    }

    /// Milliseconds to the next attempt; nil when there is none.
    static func wait(after error: StepError, _ policy: RetryPolicy, _ state: StepState, random: Double) -> Int64? {
        guard state.failures + 1 < policy.attempts, policy.covers(error.code, isRetryable: error.isRetryable) else {
            return nil
        }
        let wait = max(policy.delay(afterAttempt: state.failures + 1, random: random), error.retryAfter ?? 0)
        return min(max(wait, 0), longestWait)
    }

    // MARK: Ends from outside

    /// The entry that ends a run whose document cannot be carried out any more, for instance because a connector is
    /// gone.
    package func unplannable(_ problems: [Problem], at now: Timestamp) -> JournalEntry {
        let shown = problems.prefix(20).map { problem -> JSON in
            var object: JSONObject = [
                "code": .string(problem.code), "pointer": .string(problem.pointer),
                "message": .string(problem.message.bounded(to: 1 << 10)),
            ]
            object["node"] = problem.node.map { .string($0) }
            object["hint"] = problem.hint.map { .string($0.bounded(to: 1 << 10)) }
            return .object(object)
        }
        let first = problems.first.map { ": \($0.message)" } ?? "."
        let more = problems.count > 1 ? " (\(problems.count) problems in all)" : ""
        let error = StepError(
            code: "invalid_workflow",
            message: "Version \(record.version) of the workflow can no longer be carried out\(first)\(more)")
        guard case .object(var object) = error.json else { preconditionFailure("an error is an object") }
        object["node"] = problems.first?.node.map { .string($0) } ?? .null
        object["problems"] = .array(shown)
        return JournalEntry(sequence: sequence + 1, at: now, kind: .runFailed, data: ["error": .object(object)])
    }

    /// The entry that ends a run whose entries after the number `stored` cannot be stored.
    package func unstorable(because reason: String, after stored: Int, at now: Timestamp) -> JournalEntry {
        let error = StepError(
            code: "internal",
            message:
                "What the run did last cannot be stored (\(reason.bounded(to: 512))); whether its last steps "
                + "took effect is known only to the services they called.")
        return JournalEntry(sequence: stored + 1, at: now, kind: .runFailed, data: ["error": error.json])
    }
}
