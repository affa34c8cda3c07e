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
    let news: PostgresRunNews
    /// These two are used within a tenant by the engine too.
    let settings: RecentSettings
    let connectors: PostgresConnectorStore
    let tenants: PostgresTenantStore
    let vault: CredentialVault
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
            let key = try SealingKey.load(orCreateAt: configuration.dataFolder + "/sealing-key")
            let presence = ProcessPresence()
            let journal = PostgresJournal(
                database.engine, labels: configuration.worker.labels, isDedicated: configuration.worker.isDedicated,
                blobThreshold: configuration.blobThreshold, presence: presence, log: log)
            return Storage(
                database: database, api: Stores(database.api, journal), engine: Stores(database.engine, journal),
                journal: journal, news: PostgresRunNews(database.engine, presence: presence, log: log),
                settings: RecentSettings(PostgresConnectorSettingsStore(database.api)),
                connectors: PostgresConnectorStore(database.engine, log: log),
                tenants: PostgresTenantStore(database.engine),
                vault: CredentialVault(store: PostgresCredentialStore(database.api), key: key, clock: clock),
                accounts: PostgresAccountStore(database.engine),
                members: PostgresMembershipStore(database.api, joining: database.engine), key: key)
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

        init(_ pool: PostgresPool, _ journal: PostgresJournal) {
            workflows = PostgresWorkflowStore(pool)
            runs = PostgresRunStore(pool, journal: journal)
            queue = PostgresRunQueue(pool)
            messages = PostgresRunMessages(pool)
            gates = PostgresGateStore(pool)
        }
    }

    /// Once nobody reads or writes any more: first the journal's own connections, then the others and the cluster.
    func close() async {
        await journal.close()
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
