import PatchbayCore
import PatchbayEngine
import PatchbayOutbound
import PatchbayStorage

/// What is done from time to time for people and about failures.
extension Parts {
    func people(_ storage: Storage, _ signals: RunSignals) -> [RunScheduler.Upkeep] {
        [
            lookingAfterTasks(storage, signals), sendingNotices(storage), forgettingNotices(storage),
            startingByFailures(storage, signals), judgingAlerts(storage), forgettingAlerts(storage),
        ]
    }

    /// Escalations and time limits, also those that passed while no host was there.
    private func lookingAfterTasks(_ storage: Storage, _ signals: RunSignals) -> RunScheduler.Upkeep {
        let desk = desk(storage, storage.engine, signals)
        return RunScheduler.Upkeep("looking after tasks", every: 1_000) { now in try await desk.look(at: now) }
    }

    /// Asks others on tenants' behalf.
    func web(_ storage: Storage) -> TenantClient {
        TenantClient(outbound, egress: PostgresTenantEgressStore(storage.database.engine))
    }

    private func notices(_ storage: Storage) -> NoticeDesk {
        let links = TaskLinks(key: storage.key, publicURL: configuration.publicURL)
        var senders: [NewNotice.Channel: any NoticeSender] = [:]
        let web = web(storage)
        senders[.slack] = NoticeSlack(
            web: web, credentials: credentials,
            tasks: SlackTasks(
                tasks: storage.engine.tasks, posts: PostgresSlackPostStore(storage.database.engine), links: links))
        senders[.webhook] = NoticeWebhook(web: web, credentials: credentials, clock: clock)
        if let mailer { senders[.mail] = NoticeMail(mail: mailer, tasks: storage.engine.tasks, links: links) }
        return NoticeDesk(
            store: PostgresNoticeStore(storage.database.engine), senders: senders, clock: clock, logger: log)
    }

    private func sendingNotices(_ storage: Storage) -> RunScheduler.Upkeep {
        let notices = notices(storage)
        return RunScheduler.Upkeep("sending notices", every: 1_000) { _ in try await notices.deliver() }
    }

    private func forgettingNotices(_ storage: Storage) -> RunScheduler.Upkeep {
        let (notices, events) = (notices(storage), storage.engine.events)
        return RunScheduler.Upkeep("forgetting notices and events", every: 600_000) { now in
            try await notices.forget(at: now)
            try await events.forget(at: now)
        }
    }

    private func startingByFailures(_ storage: Storage, _ signals: RunSignals) -> RunScheduler.Upkeep {
        let triggers = ErrorTriggers(
            store: PostgresRunWatchStore(storage.database.engine), runs: storage.engine.runs,
            starter: starter(storage.engine, signals), logger: log)
        return RunScheduler.Upkeep("starting workflows when others fail", every: 1_000) { _ in
            try await triggers.look()
        }
    }

    /// More often than the shortest time from one look at an alert to the next.
    private func judgingAlerts(_ storage: Storage) -> RunScheduler.Upkeep {
        let watch = AlertWatch(PostgresDueAlerts(storage.database.engine), logger: log)
        return RunScheduler.Upkeep("judging alerts", every: 1_000) { now in try await watch.look(at: now) }
    }

    private func forgettingAlerts(_ storage: Storage) -> RunScheduler.Upkeep {
        let watch = AlertWatch(PostgresDueAlerts(storage.database.engine), logger: log)
        return RunScheduler.Upkeep("forgetting what alerts counted", every: 600_000) { now in
            try await watch.forget(at: now)
        }
    }
}
