import ArgumentParser
import Configuration
import Logging
import PatchbayAPI
import PatchbayCore
import PatchbayEngine
import PatchbaySecurity
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start the host: API, webhooks and worker. Ctrl-C and SIGTERM drain it.")

    @OptionGroup var host: HostOptions

    @Option(help: "Port to listen on; 0 picks a free one. [PORT, default: 8080]")
    var port: String?

    @Option(help: "Address to listen on. [PATCHBAY_ADDRESS, default: 127.0.0.1]")
    var address: String?

    @Option(name: .customLong("public-url"), help: "Where the host is reached from outside. [PATCHBAY_PUBLIC_URL]")
    var publicURL: String?

    func run() async throws {
        var flags: [AbsoluteConfigKey: ConfigValue] = [:]
        if let port { flags[["port"]] = ConfigValue(.string(port), isSecret: false) }
        if let address { flags[["patchbay", "address"]] = ConfigValue(.string(address), isSecret: false) }
        if let publicURL { flags[["patchbay", "public", "url"]] = ConfigValue(.string(publicURL), isSecret: false) }
        let configuration = try await host.configuration(adding: flags)
        let log = makeLogger(configuration)
        let storage = try await Storage.open(configuration, clock: SystemTime(), log: log)
        do {
            let parts = try await Parts(configuration, storage: storage, log: log)
            try await serve(parts, storage)
        } catch {
            await storage.database.close()
            throw error
        }
        await storage.database.close()
        log.notice("stopped")
    }

    private func serve(_ parts: Parts, _ storage: Storage) async throws {
        let (configuration, log) = (parts.configuration, parts.log)
        let key = try AdminKey.load(
            environment: [AdminKey.variable: configuration.adminKey ?? ""],
            orCreateAt: configuration.dataFolder + "/admin-key")
        if let created = key.created {
            Console.print(
                "Admin key, printed this once and kept in \(configuration.dataFolder)/admin-key:\n  \(created.reveal())"
            )
        }
        await parts.preload()
        let signals = RunSignals(relay: storage.news)
        let worker = Worker(
            id: "\(Hostname.current)-\(RequestID.new(at: parts.clock.now))", journal: storage.journal,
            invoker: parts.invoker, planner: parts.planner, signals: signals, environment: parts.environment,
            logger: log)
        let application = makeApplication(
            APIDependencies(
                key: key, workflows: storage.workflows, runs: storage.runs, vault: storage.vault,
                secrets: storage.vault, connectors: parts.registry, settings: storage.settings,
                planner: parts.planner, starter: RunStarter(runs: storage.runs, signals: signals, clock: parts.clock),
                signals: signals, clock: parts.clock, isReady: { await storage.database.isReady() },
                publicURL: configuration.publicURL, version: PatchbayVersion.text),
            at: APIAddress(host: configuration.address, port: configuration.port), logger: log,
            onListening: { port in
                log.notice("listening", metadata: ["url": "http://\(configuration.address):\(port)/api/v1"])
            })
        // Services stop in the reverse order: first no more requests, then no more work.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: NewsService(news: storage.news, signals: signals)),
                    .init(service: WorkerService(worker: worker)), .init(service: application),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
    }
}
