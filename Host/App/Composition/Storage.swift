import Glibc
import Logging
import PatchbayCore
import PatchbayModules
import PatchbayPostgres
import PatchbaySecurity
import PatchbayStorage

/// Everything that is kept: the database's stores, and the vault that opens what they hold sealed.
struct Storage: Sendable {
    let database: Database
    /// For requests and commands: within one tenant at a time, by the database's own rules.
    let api: Stores
    /// For runs and all that keeps them going, of whichever tenant.
    let engine: Stores
    let journal: PostgresJournal
    let deliveries: PostgresDeliveryStore
    let webhooks: PostgresWebhookStore
    let news: PostgresRunNews
    /// These two are used within a tenant by the engine too.
    let settings: RecentSettings
    let connectors: PostgresConnectorStore
    let submissions: PostgresPackageSubmissionStore
    let tenants: PostgresTenantStore
    let rates: PostgresRateStore
    let vault: CredentialVault
    let authorizations: PostgresAuthorizationStore
    let audit: PostgresAuditLog
    let trail: PostgresAuditTrail
    /// The vault for those who use what is in it: every use is taken down.
    let credentials: AuditedCredentials
    let accounts: PostgresAccountStore
    let members: PostgresMembershipStore
    /// Seals what is not a credential: the secrets of one-time codes.
    let key: SealingKey

    /// - Parameter patience: how long a database is waited for that cannot be reached.
    static func open(
        _ configuration: HostConfiguration, clock: any TimeSource, patience: Duration = .zero, log: Logger
    ) async throws -> Storage {
        let database = try await Database.open(configuration, patience: patience, log: log)
        do {
            // Made by whoever comes first; the embedded cluster makes the folder, a given database does not.
            mkdir(configuration.dataFolder, 0o700)
            let keys = try InstallationKeys(configuration.keys, folder: configuration.dataFolder)
            let presence = ProcessPresence()
            let audit = PostgresAuditLog(database.target.as(.engine), log: log)
            let journal = PostgresJournal(
                database.engine, labels: configuration.worker.labels, isDedicated: configuration.worker.isDedicated,
                blobThreshold: configuration.blobThreshold, presence: presence, audit: audit,
                log: log)
            let vault = CredentialVault(
                store: PostgresCredentialStore(database.api),
                keys: TenantKeys(store: PostgresDataKeyStore(database.api), ring: keys.ring, clock: clock),
                clock: clock)
            return Storage(
                database: database, api: Stores(database.api, journal), engine: Stores(database.engine, journal),
                journal: journal,
                deliveries: PostgresDeliveryStore(
                    engine: database.engine, api: database.api, journal: journal, log: log),
                webhooks: PostgresWebhookStore(database.api),
                news: PostgresRunNews(database.engine, presence: presence, log: log),
                settings: RecentSettings(PostgresConnectorSettingsStore(database.api)),
                connectors: PostgresConnectorStore(database.engine, log: log),
                submissions: PostgresPackageSubmissionStore(database.engine),
                tenants: PostgresTenantStore(database.engine), rates: PostgresRateStore(database.engine),
                vault: vault, authorizations: PostgresAuthorizationStore(database.api), audit: audit,
                trail: PostgresAuditTrail(database.api, of: audit),
                credentials: AuditedCredentials(vault, log: audit, clock: clock),
                accounts: PostgresAccountStore(database.identity),
                members: PostgresMembershipStore(database.api, joining: database.identity), key: keys.sealing)
        } catch {
            await database.close()
            throw error
        }
    }

    /// The stores of one role of the database.
    struct Stores: Sendable {
        let workflows: PostgresWorkflowStore
        let runs: PostgresRunStore
        let queue: PostgresRunQueue
        let messages: PostgresRunMessages
        let gates: PostgresGateStore
        let tasks: PostgresTaskStore
        let events: PostgresEventStore

        init(_ pool: PostgresPool, _ journal: PostgresJournal) {
            workflows = PostgresWorkflowStore(pool)
            runs = PostgresRunStore(pool, journal: journal)
            queue = PostgresRunQueue(pool)
            messages = PostgresRunMessages(pool)
            gates = PostgresGateStore(pool)
            tasks = PostgresTaskStore(pool)
            events = PostgresEventStore(pool)
        }
    }

    /// Once nobody reads or writes any more: first the journal's own connections, then the others and the cluster.
    func close() async {
        await deliveries.close()
        await journal.close()
        await audit.close()
        await database.close()
    }

    /// Opens an installation's storage for one command.
    static func using(
        _ options: HostOptions, _ body: @Sendable (Storage) async throws -> Void
    ) async throws {
        let configuration = try await options.configuration(quiet: true)
        let storage = try await open(configuration, clock: SystemTime(), log: makeLogger(configuration))
        do {
            try await body(storage)
        } catch {
            await storage.close()
            throw error
        }
        await storage.close()
    }
}
