import Logging
import PatchbayCore
import PatchbayEngine
import PatchbayExpressions
import PatchbayModules
import PatchbayOutbound
import PatchbayStorage

extension Parts {
    func starter(_ stores: Storage.Stores, _ signals: RunSignals) -> RunStarter {
        RunStarter(
            runs: stores.runs, signals: signals, clock: clock,
            placements: PlacementRules(workflows: stores.workflows, environment: environment))
    }

    func relations(_ stores: Storage.Stores, _ signals: RunSignals) -> RunRelations {
        RunRelations(
            runs: stores.runs, workflows: stores.workflows, messages: stores.messages,
            starter: starter(stores, signals), signals: signals, clock: clock)
    }

    func worker(
        _ storage: Storage, _ signals: RunSignals, _ gates: CallGates, _ follower: CatalogueFollower
    ) -> Worker {
        Worker(
            id: "\(Hostname.current)-\(RequestID.new(at: clock.now))", journal: storage.journal,
            invoker: GuardedInvoker(invoker, gates: gates, clock: clock),
            planner: planner, signals: signals, relations: relations(storage.engine, signals), environment: environment,
            world: .present(), options: configuration.worker.options,
            logger: log,
            isForOthers: { await follower.isForOthers(Array(ConnectorPin.all(in: $0.document))) })
    }

    /// What hands the host's own letters over; nil when nobody does.
    var mailer: (any MailSender)? {
        switch configuration.mail {
        case .none: nil
        case .log: LoggedMail(log)
        case .server(let server):
            SMTPMailer(
                server, authorities: OutboundRoute(environment: Environment.variables(Self.routeVariables)).authorities,
                clock: clock, log: log)
        }
    }

    func scheduler(_ storage: Storage, _ signals: RunSignals) -> RunScheduler {
        var options = RunScheduler.Options()
        options.abandonment = configuration.worker.options.abandonment
        return RunScheduler(
            queue: storage.engine.queue, signals: signals, clock: clock, options: options,
            upkeep: [keepingHistory(PostgresRunHistory(storage.database.engine))], logger: log)
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
