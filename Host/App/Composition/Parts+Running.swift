import PatchbayCore
import PatchbayEngine
import PatchbayExpressions

extension Parts {
    func worker(_ storage: Storage, _ signals: RunSignals, _ gates: CallGates) -> Worker {
        Worker(
            id: "\(Hostname.current)-\(RequestID.new(at: clock.now))", journal: storage.journal,
            invoker: GuardedInvoker(invoker, gates: gates, clock: clock),
            planner: planner, signals: signals, environment: environment, world: .present(),
            options: configuration.worker.options,
            logger: log)
    }

    func scheduler(_ storage: Storage, _ signals: RunSignals) -> RunScheduler {
        var options = RunScheduler.Options()
        options.abandonment = configuration.worker.options.abandonment
        return RunScheduler(queue: storage.queue, signals: signals, clock: clock, options: options, logger: log)
    }
}
