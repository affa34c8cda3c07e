import CPatchbay
import PatchbayCore

extension LoadedModule {
    /// One call, from asking the connector to its end. Stays on the caller's executor. A cancelled task asks the connector
    /// to end the call, and waits for that, at most for the table's grace.
    func run(_ invocation: Invocation, _ allowance: CallAllowance) async -> (outcome: CallOutcome, log: [LogLine]) {
        let call = RunningCall(module: self, allowance: allowance)
        guard let id = side.calls.reserve(call, deadline: allowance.deadline) else {
            let failure = OperationFailure(
                code: .unavailable,
                message: "The host runs \(CallSlots<RunningCall>.capacity) calls; it takes no more.",
                effect: OperationFailure.Effect.none)
            return (.failure(failure), [])
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                call.wait(with: continuation)
                start(invocation, as: id, call)
            }
        } onCancel: {
            side.calls.cancel(id, .requested)
        }
        return (outcome, call.log.take())
    }

    private func start(_ invocation: Invocation, as id: UInt64, _ call: RunningCall) {
        if let reason = side.calls.begin(id) {
            side.calls.end(id, of: side)?.settle(.notStarted(reason))
            return
        }
        let status = invoke(invocation, as: id)
        if status == PB_OK {
            side.calls.accept(id, by: call)
        } else {
            side.calls.end(id, of: side)?.settle(.failure(refusal(status, invocation.operation)))
        }
    }

    private func refusal(_ status: Int32, _ operation: String) -> OperationFailure {
        let code: OperationFailure.Code
        let reason: String
        switch status {
        case Int32(PB_BUSY): (code, reason) = (.unavailable, "is busy")
        case Int32(PB_CLOSING): (code, reason) = (.unavailable, "is closing")
        case Int32(PB_UNSUPPORTED): (code, reason) = (.unsupported, "does not offer this operation")
        case Int32(PB_DENIED): (code, reason) = (.config, "does not allow it")
        default: (code, reason) = (.internalError, "could not read the call (\(status))")
        }
        return OperationFailure(
            code: code, message: "\(side.label) refused \(operation): it \(reason).",
            effect: OperationFailure.Effect.none)
    }
}
