import CPatchbay
import PatchbayCore

extension RunningCall {
    /// From asking the connector to the call's end. Stays on the caller's executor. A cancelled task asks the connector to end
    /// the call, and waits for that, at most for the table's grace.
    func run() async -> End {
        let calls = module.side.calls
        guard let id = calls.reserve(self, deadline: allowance.deadline) else {
            let failure = OperationFailure(
                code: .unavailable,
                message: "The host runs \(CallSlots<RunningCall>.capacity) calls; it takes no more.",
                effect: OperationFailure.Effect.none)
            return End(outcome: .failure(failure))
        }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                wait(with: continuation)
                start(as: id)
            }
        } onCancel: {
            calls.cancel(id, .requested)
        }
    }

    private func start(as id: UInt64) {
        let side = module.side
        if let reason = side.calls.begin(id) {
            side.calls.end(id, of: side)?.settle(.notStarted(reason))
            return
        }
        let status = module.invoke(invocation, as: id)
        if status == PB_OK {
            side.calls.accept(id, by: self)
        } else {
            side.calls.end(id, of: side)?.settle(.failure(refusal(status)))
        }
    }

    /// What it means that the connector did not take the call on.
    func refusal(_ status: Int32) -> OperationFailure {
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
            code: code, message: "\(module.side.label) refused \(invocation.operation): it \(reason).",
            effect: OperationFailure.Effect.none)
    }
}
