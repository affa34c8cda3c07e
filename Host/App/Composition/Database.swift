import Logging
import PatchbayPostgres

/// The database that everything is kept in: one that is given, or the private cluster in the data folder.
struct Database: Sendable {
    /// As whoever is connected: for what no role is meant to do.
    let target: PostgresTarget
    /// What requests are served with.
    let api: PostgresPool
    /// What runs are carried out with.
    let engine: PostgresPool
    /// What people are signed in with.
    let identity: PostgresPool
    /// Names of the migrations that opening it applied.
    let migrated: [String]
    private let cluster: EmbeddedCluster?

    /// Starts the cluster when no database is given, brings the schema up to date, and makes the pool.
    ///
    /// - Parameter patience: how long a database is waited for that cannot be reached, or is just restarted.
    static func open(
        _ configuration: HostConfiguration, patience: Duration = .zero, log: Logger
    ) async throws -> Database {
        var cluster: EmbeddedCluster?
        let target: PostgresTarget
        if let url = configuration.databaseURL {
            target = PostgresTarget(url: url)
        } else {
            let started = try await EmbeddedCluster.start(in: configuration.dataFolder, log: log)
            cluster = started
            target = started.target
        }
        do {
            let migrator = Migrator(folder: configuration.migrationsFolder, log: log)
            let migrated = try await whenReachable(for: patience, log: log) { try await migrator.migrate(target) }
            return Database(
                target: target, api: PostgresPool(target.as(.api), log: log),
                engine: PostgresPool(target.as(.engine), log: log),
                identity: PostgresPool(target.as(.identity), limits: PostgresPool.Limits(size: 4), log: log),
                migrated: migrated, cluster: cluster)
        } catch {
            await cluster?.stop()
            throw error
        }
    }

    /// Tries again, once a second, what failed because the database was away.
    private static func whenReachable<Value: Sendable>(
        for patience: Duration, log: Logger, _ body: () async throws -> Value
    ) async throws -> Value {
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                return try await body()
            } catch let error as PostgresError
                where [.unreachable, .connectionLost].contains(error.code) && ContinuousClock.now < deadline
            {
                log.warning("the database is not there yet and is waited for", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Whether it answers.
    func isReady() async -> Bool {
        await api.answers()
    }

    /// Waits for connections that are in use, then stops the cluster unless another process uses it.
    func close() async {
        await api.close()
        await engine.close()
        await identity.close()
        await cluster?.stop()
    }
}
