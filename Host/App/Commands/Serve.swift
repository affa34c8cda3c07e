import ArgumentParser
import Configuration
import Logging
import PatchbayAPI
import PatchbayCore
import PatchbayEngine
import PatchbayExpressions
import PatchbayModules
import PatchbaySecurity
import PatchbayStorage
import PatchbayTimeZones
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start the host: API, webhooks, worker and scheduler. Ctrl-C and SIGTERM drain it.")

    /// Host and database are often started together, and the database is restarted now and then.
    private static let databasePatience = Duration.seconds(60)

    @OptionGroup var host: HostOptions

    @Option(help: "Port to listen on; 0 picks a free one. [PORT, default: 8080]")
    var port: String?

    @Option(help: "Address to listen on. [PATCHBAY_ADDRESS, default: 127.0.0.1]")
    var address: String?

    @Option(name: .customLong("public-url"), help: "Where the host is reached from outside. [PATCHBAY_PUBLIC_URL]")
    var publicURL: String?

    @Option(help: "What this process does, of api, worker and scheduler. [PATCHBAY_ROLES, default: all of them]")
    var roles: String?

    @Option(help: "Labels of the runs that this worker may take, such as gpu,eu. [PATCHBAY_LABELS]")
    var labels: String?

    @Flag(help: "Take only runs that ask for labels. [PATCHBAY_DEDICATED]")
    var dedicated = false

    @Option(help: "The most a step may take in or give out, such as 8MiB. [PATCHBAY_LARGEST_VALUE, default: 32MiB]")
    var largestValue: String?

    @Option(help: "From which size on values are kept beside the journal. [PATCHBAY_BLOB_THRESHOLD, default: 64KiB]")
    var blobThreshold: String?

    @Option(help: "How long runs that have ended are kept, or forever. [PATCHBAY_RETENTION, default: 90d]")
    var retention: String?

    func run() async throws {
        var flags: [AbsoluteConfigKey: ConfigValue] = [:]
        if let port { flags[["port"]] = ConfigValue(.string(port), isSecret: false) }
        if let address { flags[["patchbay", "address"]] = ConfigValue(.string(address), isSecret: false) }
        if let publicURL { flags[["patchbay", "public", "url"]] = ConfigValue(.string(publicURL), isSecret: false) }
        if let roles { flags[["patchbay", "roles"]] = ConfigValue(.string(roles), isSecret: false) }
        if let labels { flags[["patchbay", "labels"]] = ConfigValue(.string(labels), isSecret: false) }
        if let retention { flags[["patchbay", "retention"]] = ConfigValue(.string(retention), isSecret: false) }
        if let largestValue {
            flags[["patchbay", "largest", "value"]] = ConfigValue(.string(largestValue), isSecret: false)
        }
        if let blobThreshold {
            flags[["patchbay", "blob", "threshold"]] = ConfigValue(.string(blobThreshold), isSecret: false)
        }
        if dedicated { flags[["patchbay", "dedicated"]] = ConfigValue(.bool(true), isSecret: false) }
        let configuration = try await host.configuration(adding: flags)
        let log = makeLogger(configuration)
        let storage = try await Storage.open(
            configuration, clock: SystemTime(), patience: Self.databasePatience, log: log)
        do {
            let parts = try await Parts(configuration, storage: storage, log: log)
            try await serve(parts, storage)
        } catch {
            await storage.close()
            throw error
        }
        await storage.close()
        log.notice("stopped")
    }

    private func serve(_ parts: Parts, _ storage: Storage) async throws {
        let (configuration, log) = (parts.configuration, parts.log)
        let signals = RunSignals(relay: storage.news)
        // What is said of this process when it has started.
        var words: Logger.Metadata = [:]
        // Services stop in the reverse order: first no more requests, then no more work.
        var services: [any Service] = [NewsService(news: storage.news, signals: signals)]
        let follower = parts.follower(storage, signals)
        await follower.catchUp()
        services.append(CatalogueService(follower: follower, dropped: parts.dropped(storage)))
        if configuration.roles.contains(.scheduler) {
            services.append(
                SchedulerService(
                    scheduler: parts.scheduler(storage, signals), schedules: parts.scheduleWatch(storage, signals)))
        }
        let pump = parts.pump(storage, signals)
        if configuration.roles.contains(.worker) {
            services.append(DeliveryService(pump: pump))
            await parts.preload()
            let gates = CallGates()
            services.append(
                GateService(exchange: GateExchange(gates, store: storage.engine.gates, clock: parts.clock, logger: log))
            )
            let worker = parts.worker(storage, signals, gates, follower)
            services.append(
                WorkerService(
                    worker: worker, polls: parts.pollWatch(storage, signals, gates, follower),
                    subscriptions: parts.subscriptionWatch(storage, gates, follower)))
            words["worker"] = "\(worker.id)"
        }
        if configuration.roles.contains(.api) {
            let views = ViewTally(
                store: PostgresTemplateStatistics(storage.database.api), clock: parts.clock, log: log)
            services.append(ViewService(tally: views))
            services.append(try application(parts, storage, signals, follower, pump, views))
        }
        let roles = HostRole.allCases.filter(configuration.roles.contains).map(\.rawValue).joined(separator: ",")
        words["roles"] = "\(roles)"
        log.notice("started", metadata: words)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: log
            ))
        try await group.run()
        await pump.settled()
    }

    private func application(
        _ parts: Parts, _ storage: Storage, _ signals: RunSignals, _ follower: CatalogueFollower,
        _ pump: DeliveryPump, _ views: ViewTally
    ) throws -> any Service {
        let (configuration, log) = (parts.configuration, parts.log)
        let key = try AdminKey.load(
            environment: [AdminKey.variable: configuration.adminKey ?? ""],
            orCreateAt: configuration.dataFolder + "/admin-key")
        if let created = key.created {
            Console.print(
                "Admin key, printed this once and kept in \(configuration.dataFolder)/admin-key:\n  \(created.reveal())"
            )
        }
        return makeApplication(
            APIDependencies(
                key: key,
                identity: IdentityParts(
                    accounts: storage.accounts, members: storage.members, hashing: PasswordHashing(), key: storage.key,
                    mail: parts.mailer, providers: try parts.providers()),
                tenants: storage.tenants, exporter: PostgresTenantExport(storage.database.api),
                audit: storage.audit, trail: storage.trail, workflows: storage.api.workflows,
                webhooks: storage.webhooks, deliveries: storage.deliveries, pump: pump, runs: storage.api.runs,
                tasks: storage.api.tasks,
                vault: storage.vault,
                consent: OAuthConsent(
                    vault: storage.vault, store: storage.authorizations, exchange: parts.outbound, key: storage.key,
                    clock: parts.clock),
                secrets: storage.credentials, connectors: parts.registry, settings: storage.settings,
                packages: storage.connectors, installer: parts.installer(storage) { await follower.catchUp() },
                submissions: storage.submissions, examiner: parts.examiner,
                tenantsInstallConnectors: configuration.tenantsInstallConnectors,
                changes: Parts.changes, queue: storage.api.queue, gates: storage.api.gates,
                planner: parts.planner, starter: parts.starter(storage.api, signals),
                relations: parts.relations(storage, storage.api, signals), signals: signals, clock: parts.clock,
                surroundings: Surroundings.present, isReady: { await storage.database.isReady() },
                publicURL: configuration.publicURL, proxies: configuration.proxies,
                version: PatchbayVersion.text, schedules: storage.schedules,
                zones: SystemTimeZones(), polls: storage.polls, alerts: storage.alerts,
                templates: PostgresTemplateStore(storage.database.api),
                installations: PostgresInstallationStore(storage.database.api),
                reviews: PostgresReviewStore(storage.database.api),
                publishers: PostgresPublisherStore(storage.database.api),
                statistics: PostgresTemplateStatistics(storage.database.api), views: views,
                rates: storage.rates, rateLimits: configuration.rateLimits,
                origins: configuration.origins,
                connections: ConnectionLimits(connections: configuration.connections),
                web: parts.web(storage),
                notices: PostgresNoticeStore(storage.database.api), invoker: parts.invoker,
                subscriptions: PostgresSubscriptionStore(storage.database.api), indexes: storage.indexes,
                indexed: try parts.indexedBundles(storage)),
            at: APIAddress(host: configuration.address, port: configuration.port), logger: log,
            onListening: { port in
                log.notice("listening", metadata: ["url": "http://\(configuration.address):\(port)/api/v1"])
            })
    }
}
