import Logging
import PatchbayPostgres

/// The database that everything is kept in: one that is given, or the private cluster in the data folder.
struct Database: Sendable {
    let target: PostgresTarget
    let pool: PostgresPool
    /// Names of the migrations that opening it applied.
    let migrated: [String]
    private let cluster: EmbeddedCluster?

    /// Starts the cluster when no database is given, brings the schema up to date, and makes the pool.
    static func open(_ configuration: HostConfiguration, log: Logger) async throws -> Database {
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
            let migrated = try await Migrator(folder: configuration.migrationsFolder, log: log).migrate(target)
            return Database(
                target: target, pool: PostgresPool(target, log: log), migrated: migrated, cluster: cluster)
        } catch {
            await cluster?.stop()
            throw error
        }
    }

    /// Whether it answers.
    func isReady() async -> Bool {
        await pool.answers()
    }

    /// Waits for connections that are in use, then stops the cluster unless another process uses it.
    func close() async {
        await pool.close()
        await cluster?.stop()
    }
}
