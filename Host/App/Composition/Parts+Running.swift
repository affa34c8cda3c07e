import Logging
import PatchbayCore
import PatchbayEngine
import PatchbayExpressions
import PatchbayModules
import PatchbayStorage

extension Parts {
    func starter(_ storage: Storage, _ signals: RunSignals) -> RunStarter {
        RunStarter(
            runs: storage.runs, signals: signals, clock: clock,
            placements: PlacementRules(workflows: storage.workflows, environment: environment))
    }

    func relations(_ storage: Storage, _ signals: RunSignals) -> RunRelations {
        RunRelations(
            runs: storage.runs, workflows: storage.workflows, messages: storage.messages,
            starter: starter(storage, signals), signals: signals, clock: clock)
    }

    func worker(
        _ storage: Storage, _ signals: RunSignals, _ gates: CallGates, _ follower: CatalogueFollower
    ) -> Worker {
        Worker(
            id: "\(Hostname.current)-\(RequestID.new(at: clock.now))", journal: storage.journal,
            invoker: GuardedInvoker(invoker, gates: gates, clock: clock),
            planner: planner, signals: signals, relations: relations(storage, signals), environment: environment,
            world: .present(), options: configuration.worker.options,
            logger: log,
            isForOthers: { await follower.isForOthers(Array(ConnectorPin.all(in: $0.document))) })
    }

    func scheduler(_ storage: Storage, _ signals: RunSignals) -> RunScheduler {
        var options = RunScheduler.Options()
        options.abandonment = configuration.worker.options.abandonment
        return RunScheduler(
            queue: storage.queue, signals: signals, clock: clock, options: options,
            upkeep: [keepingHistory(PostgresRunHistory(storage.database.pool))], logger: log)
    }

    private func keepingHistory(_ history: PostgresRunHistory) -> RunScheduler.Upkeep {
        let (retention, log) = (configuration.retention, log)
        return RunScheduler.Upkeep("keeping the runs' history", every: 600_000) { now in
            try await history.prepare(at: now)
            guard let retention else { return }
            let count = try await history.forget(before: now + -retention)
            if count > 0 { log.info("old runs were deleted", metadata: ["runs": "\(count)"]) }
        }
    }
}
