import Logging
import PatchbayCore
import PatchbayEngine
import PatchbayExpressions
import PatchbayModules
import PatchbayOutbound
import PatchbaySecurity
import PatchbayStorage
import PatchbayTimeZones

extension Parts {
    func starter(_ stores: Storage.Stores, _ signals: RunSignals) -> RunStarter {
        RunStarter(
            runs: stores.runs, signals: signals, clock: clock,
            placements: PlacementRules(workflows: stores.workflows, environment: environment))
    }

    func relations(_ storage: Storage, _ stores: Storage.Stores, _ signals: RunSignals) -> RunRelations {
        RunRelations(
            runs: stores.runs, workflows: stores.workflows, messages: stores.messages,
            starter: starter(stores, signals), signals: signals, clock: clock,
            tasks: desk(storage, stores, signals), events: stores.events)
    }

    /// Members are read as requests read them, one tenant at a time.
    func desk(_ storage: Storage, _ stores: Storage.Stores, _ signals: RunSignals) -> TaskDesk {
        TaskDesk(store: stores.tasks, members: storage.members, signals: signals, clock: clock)
    }

    func worker(
        _ storage: Storage, _ signals: RunSignals, _ gates: CallGates, _ follower: CatalogueFollower
    ) -> Worker {
        Worker(
            id: "\(Hostname.current)-\(RequestID.new(at: clock.now))", journal: storage.journal,
            invoker: GuardedInvoker(invoker, gates: gates, clock: clock),
            planner: planner, signals: signals, relations: relations(storage, storage.engine, signals),
            environment: environment,
            world: .present(), options: configuration.worker.options,
            logger: log,
            isForOthers: { await follower.isForOthers(Array(ConnectorPin.all(in: $0.document))) })
    }

    /// What starts the runs of stored deliveries. Each host starts its own; where there is a worker, also what others left.
    func pump(_ storage: Storage, _ signals: RunSignals) -> DeliveryPump {
        DeliveryPump(
            store: storage.deliveries, starter: starter(storage.engine, signals), runs: storage.engine.runs,
            workflows: storage.engine.workflows, clock: clock, logger: log)
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

    /// Who vouches for people. Their requests are the operator's own business: where a provider lies says nothing of
    /// where connectors may go.
    func providers() throws -> [OpenIDProvider] {
        guard !configuration.signIn.providers.isEmpty, let publicURL = configuration.publicURL else { return [] }
        let client = try OutboundClient(
            policy: configuration.signIn.policy, limits: OutboundLimits(requests: 100, connections: 16),
            route: OutboundRoute(environment: Environment.variables(Self.routeVariables)))
        return configuration.signIn.providers.map {
            OpenIDProvider($0, publicURL: publicURL, web: client, clock: clock)
        }
    }

    func scheduler(_ storage: Storage, _ signals: RunSignals) -> RunScheduler {
        var options = RunScheduler.Options()
        options.abandonment = configuration.worker.options.abandonment
        return RunScheduler(
            queue: storage.engine.queue, signals: signals, clock: clock, options: options,
            upkeep: [
                keepingHistory(PostgresRunHistory(storage.database.engine)), endingTenants(storage),
                forgettingRates(storage.rates), forgettingFirings(PostgresDueSchedules(storage.database.engine)),
                forgettingDeliveries(storage.deliveries), collectingEvents(storage.audit), followingIndexes(storage),
                countingTemplates(PostgresTemplateCounting(storage.database.engine)),
            ] + people(storage, signals), logger: log)
    }

    /// Schedules are dealt with by the same hosts that see to waiting runs.
    func scheduleWatch(_ storage: Storage, _ signals: RunSignals) -> ScheduleWatch {
        ScheduleWatch(
            schedules: PostgresDueSchedules(storage.database.engine), starter: starter(storage.engine, signals),
            signals: signals, zones: SystemTimeZones(), clock: clock, logger: log)
    }

    /// Triggers are polled by workers, which have the connectors.
    func pollWatch(
        _ storage: Storage, _ signals: RunSignals, _ gates: CallGates, _ follower: CatalogueFollower
    ) -> PollWatch {
        PollWatch(
            polls: PostgresDuePolls(storage.database.engine),
            polling: Polling(
                catalogue: registry, invoker: GuardedInvoker(invoker, gates: gates, clock: clock),
                starter: starter(storage.engine, signals), clock: clock,
                digest: { Hexadecimal.text(PatchbaySecurity.Digest.sha256($0)) },
                isForOthers: { await follower.isForOthers([$0]) }),
            signals: signals, clock: clock, logger: log)
    }

    /// Connectors subscribe at vendors on the hosts that have them.
    func subscriptionWatch(
        _ storage: Storage, _ gates: CallGates, _ follower: CatalogueFollower
    ) -> SubscriptionWatch {
        let subscriptions = PostgresDueSubscriptions(storage.database.engine)
        return SubscriptionWatch(
            subscriptions: subscriptions,
            subscribing: Subscribing(
                subscriptions: subscriptions, catalogue: registry,
                invoker: GuardedInvoker(invoker, gates: gates, clock: clock),
                secrets: VaultSubscriptionSecrets(vault: storage.vault, credentials: credentials, clock: clock),
                address: configuration.publicURL, clock: clock,
                isForOthers: { await follower.isForOthers([$0]) }), clock: clock, logger: log)
    }

    /// What came of schedules' times is kept for 30 days.
    private func forgettingFirings(_ schedules: PostgresDueSchedules) -> RunScheduler.Upkeep {
        RunScheduler.Upkeep("forgetting what came of schedules", every: 600_000) { now in
            while try await schedules.forget(before: now + -30 * 86_400_000) > 0 {}
        }
    }

    /// Those of processes that died before they had put them into their chains.
    private func collectingEvents(_ audit: PostgresAuditLog) -> RunScheduler.Upkeep {
        RunScheduler.Upkeep("collecting events for the audit log", every: 5_000) { _ in try await audit.collect() }
    }

    /// Runs of templates' workflows; those of the day before are counted once more when it is over. Days are kept for 400.
    private func countingTemplates(_ counting: PostgresTemplateCounting) -> RunScheduler.Upkeep {
        RunScheduler.Upkeep("counting what became of templates", every: 300_000) { now in
            let today = now.daysSinceEpoch
            if (now + -3_600_000).daysSinceEpoch < today { try await counting.countRuns(on: today - 1) }
            try await counting.countRuns(on: today)
            try await counting.forget(before: today - 400)
        }
    }

    /// Windows that are over by any host's clock.
    private func forgettingRates(_ rates: PostgresRateStore) -> RunScheduler.Upkeep {
        RunScheduler.Upkeep("forgetting how many requests there were", every: 120_000) { now in
            try await rates.forget(before: now + -600_000)
        }
    }

    /// As long as senders repeat what was not acknowledged, and people look back.
    private func forgettingDeliveries(_ deliveries: PostgresDeliveryStore) -> RunScheduler.Upkeep {
        let (kept, portion) = (configuration.deliveryRetention, 5_000)
        return RunScheduler.Upkeep("forgetting old deliveries", every: 60_000) { now in
            guard let kept else { return }
            while try await deliveries.forget(before: now + -kept, limit: portion) >= portion, !Task.isCancelled {}
        }
    }

    /// What was closed is deleted here and not by who asked for it, who would have to wait.
    private func endingTenants(_ storage: Storage) -> RunScheduler.Upkeep {
        let (tenants, target, log) = (storage.tenants, storage.database.target, log)
        let subscriptions = PostgresDueSubscriptions(storage.database.engine)
        return RunScheduler.Upkeep("deleting tenants", every: 5_000) { now in
            for tenant in try await tenants.closed() {
                // Vendors are told first, while there are credentials to do that with; not for longer than ten minutes.
                guard try await subscriptions.end(of: tenant, at: now, before: now + -600_000) == 0 else { continue }
                let deleted = try await PostgresTenantRemoval(target).remove(tenant)
                // Another host may have been at it.
                guard !deleted.isEmpty else { continue }
                log.notice(
                    "a tenant was deleted", metadata: ["tenant": "\(tenant)", "rows": "\(deleted.values.reduce(0, +))"])
            }
        }
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
