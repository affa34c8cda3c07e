import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import ServiceLifecycle

/// Waits for what a run gives whoever started it.
struct RunWaiting {
    enum Result {
        /// Of a `respond` node: {status, headers, body}.
        case response(JSON)
        case ended(RunRecord)
        /// The time was over first, or this host stops: another can finish the run.
        case goesOn(RunRecord)
    }

    let runs: any RunStore
    let signals: RunSignals

    func result(of run: RunRecord, within milliseconds: Int64) async throws -> Result {
        let (signals, runs) = (signals, runs)
        do {
            _ = try await cancelWhenGracefulShutdown {
                try await signals.waitUntilFinished(run.id, timeout: .milliseconds(milliseconds)) {
                    if try await runs.run(run.id, in: run.tenant)?.status.isTerminal ?? true { return true }
                    return try await runs.last(of: [.runResponded], in: run.id, tenant: run.tenant) != nil
                }
            }
        } catch is CancellationError {
            // The caller is told to look again.
        }
        let answer = try await runs.last(of: [.runResponded], in: run.id, tenant: run.tenant)
        if let response = answer?.data["response"] { return .response(response) }
        let now = try await runs.run(run.id, in: run.tenant) ?? run
        return now.status.isTerminal ? .ended(now) : .goesOn(now)
    }
}
