import PatchbayCore
import PatchbayJSON

/// A call that is under way.
struct LiveCall {
    /// Why a call may not go on.
    enum Cut { case timeout, cancelled }

    let call: StepCall
    let task: Task<Void, Never>
    private var cut: Cut?
    /// When something is to be done about it: first it is cut short, then nobody waits for it any longer.
    private(set) var due: Timestamp

    init(_ call: StepCall, task: Task<Void, Never>) {
        self.call = call
        self.task = task
        due = call.deadline
    }

    var isCut: Bool { cut != nil }

    /// Asks the call to end, and says how long that may take. Asking again changes nothing.
    mutating func cut(short reason: Cut, until moment: Timestamp) {
        guard cut == nil else { return }
        cut = reason
        due = moment
        task.cancel()
    }

    /// What its end means for the step.
    func outcome(of result: Result<OperationResult, any Error>) -> StepOutcome {
        switch result {
        case .success(let result): .completed(result.output)
        case .failure(let failure as OperationFailure): .failed(isOurDoing(failure) ? unanswered : failure)
        case .failure(is CancellationError): .failed(unanswered)
        case .failure(let error):
            .failed(
                OperationFailure(
                    code: .internalError,
                    message: "The host could not make the call (\(type(of: error))). Its log says more."))
        }
    }

    /// The failure of a call that did not say how it ended.
    var unanswered: OperationFailure {
        switch cut {
        case .timeout:
            OperationFailure(
                code: .timeout,
                message:
                    "The action did not end within \(call.deadline - call.startedAt) ms; whether it took effect is "
                    + "not known. Look at the service it calls, or give the node a longer \"timeout\".")
        case .cancelled:
            OperationFailure(
                code: .cancelled, message: "The run was cancelled; whether the action took effect is not known.")
        case nil:
            OperationFailure(code: .cancelled, message: "The connector broke the action off.")
        }
    }

    private func isOurDoing(_ failure: OperationFailure) -> Bool { isCut && failure.code == .cancelled }
}
