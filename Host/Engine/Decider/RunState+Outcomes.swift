package import PatchbayCore
import PatchbayJSON

extension RunState {
    /// The longest wait before another attempt that anybody may ask for: one day.
    private static let longestWait: Int64 = 86_400_000

    /// The entry for a call that has ended; nil when that changes nothing, because the step is settled or a later attempt
    /// has begun. `random`, from 0 to 1, spreads retries.
    func ended(
        _ call: StepCall, _ outcome: StepOutcome, at now: Timestamp, random: Double
    ) -> JournalEntry? {
        guard let index = plan.index[call.node] else { return nil }
        let step = steps[index]
        let isOpen = step.phase == .started ? call.attempt == step.attempt : call.attempt > step.attempt
        guard !status.isTerminal, !step.isSettled, isOpen else { return nil }
        switch outcome {
        case .completed(let output):
            if let error = StepError.tooLarge(output, as: "output", limit: largestValue) {
                return entry(.stepFailed, of: call, data: failureData(error, of: index), at: now)
            }
            return entry(.stepCompleted, of: call, data: ["output": output], at: now)
        case .failed(let failure):
            let error = StepError(failure)
            guard !isCancelling, self.failure == nil, error.isRetryable, let policy = retry(of: index) else {
                return entry(.stepFailed, of: call, data: failureData(error, of: index), at: now)
            }
            let wait = max(policy.delay(afterAttempt: step.failures + 1, random: random), error.retryAfter ?? 0)
            let moment = now + min(max(wait, 0), Self.longestWait)
            return entry(
                .stepFailed, of: call, data: ["error": error.json, "retry_at": .string(moment.description)], at: now)
        }
    }

    /// The entry for somebody's wish that the run end; nil when it has ended or is about to.
    func cancelled(at now: Timestamp) -> JournalEntry? {
        guard !status.isTerminal, !isCancelling else { return nil }
        return JournalEntry(sequence: sequence + 1, at: now, kind: .cancelRequested)
    }

    /// The entry that ends a run whose document cannot be carried out any more, for instance because a connector is gone.
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
                "What the run did last cannot be stored (\(reason.bounded(to: 512))); whether its last steps took effect "
                + "is known only to the services they called.")
        return JournalEntry(sequence: stored + 1, at: now, kind: .runFailed, data: ["error": error.json])
    }

    /// The data of a failure after which the step is not tried again.
    func failureData(_ error: StepError, of index: Int) -> JSON {
        var data: JSONObject = ["error": error.json]
        if plan.nodes[index].onError == .continue { data["continues"] = true }
        return .object(data)
    }

    /// The policy, when it allows an attempt after the one that has just failed.
    private func retry(of index: Int) -> RetryPolicy? {
        let policy = plan.nodes[index].retry
        return steps[index].failures + 1 < policy.attempts ? policy : nil
    }

    private func entry(_ kind: JournalEntry.Kind, of call: StepCall, data: JSON, at now: Timestamp) -> JournalEntry {
        var data = data
        if !call.isRecorded, case .object(var object) = data {
            object["started_at"] = .string(call.startedAt.description)
            object["input"] = call.input
            data = .object(object)
        }
        return JournalEntry(
            sequence: sequence + 1, at: now, kind: kind, node: call.node, attempt: call.attempt, data: data)
    }
}
