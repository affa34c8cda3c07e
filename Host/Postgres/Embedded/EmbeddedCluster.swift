import CLibPQ
import Glibc
package import Logging

/// A private PostgreSQL cluster in the data folder, for when no DATABASE_URL is given.
///
/// It listens on a Unix socket only, in a folder that nobody but its owner and root can enter. Several processes may
/// use one data folder at once: each holds a shared lock while it does, and the last one out stops the server. A server
/// that outlived a killed host is attached to; one that was killed itself recovers when it is started again.
package actor EmbeddedCluster {
    /// The role that owns everything in the cluster, and the database's name.
    static let role = "patchbay"
    static let database = "patchbay"
    private static let stopPatience = Duration.seconds(30)

    private let executor = BlockingExecutor(label: "patchbay.postgres.embedded")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// How to connect to it.
    package nonisolated let target: PostgresTarget
    nonisolated let place: ClusterPlace
    nonisolated let user: ServerUser
    let log: Logger
    private let startLock: FileLock
    private let useLock: FileLock
    private var isInUse = false

    private init(dataFolder: String, log: Logger) throws(PostgresError) {
        user = try ServerUser.current()
        // Others may pass through when the server runs as another user; what is in it has modes of its own.
        mkdir(dataFolder, user.isDropped ? 0o711 : 0o700)
        guard let resolved = File.resolved(dataFolder) else {
            throw PostgresError(.cluster, "the data folder \(dataFolder) cannot be made: \(lastError())")
        }
        place = ClusterPlace.decide(dataFolder: resolved, user: user)
        target = PostgresTarget(
            socketFolder: place.socketFolder, user: Self.role, database: Self.database, port: ClusterPlace.port)
        startLock = try FileLock(resolved + "/postgres.start.lock")
        useLock = try FileLock(resolved + "/postgres.lock")
        self.log = log
        if place.folder.hasPrefix(ClusterPlace.elsewhere + "/") {
            log.notice(
                "the embedded database is kept outside the data folder, which its user cannot reach",
                metadata: ["patchbay.folder": "\(place.folder)", "patchbay.user": "\(user.name)"])
        }
    }

    /// Prepares the cluster when there is none, starts the server when it does not run, and answers when it takes
    /// connections. Throws `cluster` with the end of the server's log when that takes longer than `patience`.
    package static func start(
        in dataFolder: String, patience: Duration = .seconds(120), log: Logger
    ) async throws(PostgresError) -> EmbeddedCluster {
        let cluster = try EmbeddedCluster(dataFolder: dataFolder, log: log)
        try await cluster.start(until: .now + patience)
        return cluster
    }

    /// Ends this process's use of the cluster; the last user stops the server. Connections should be closed before. May
    /// be called again.
    package func stop() {
        guard isInUse else { return }
        isInUse = false
        // When somebody else keeps this lock for so long, they are starting the server and need it.
        guard startLock.take(.exclusive, until: .now + .seconds(10)) else { return useLock.release() }
        defer {
            useLock.release()
            startLock.release()
        }
        guard useLock.take(.exclusive), let server = Postmaster(of: place.data) else { return }
        server.stopFast()
        if server.waitForEnd(until: .now + Self.stopPatience) { return }
        log.warning("the embedded database did not stop in time and is stopped at once")
        server.stopAtOnce()
        _ = server.waitForEnd(until: .now + Self.stopPatience)
    }

    private func start(until deadline: ContinuousClock.Instant) async throws(PostgresError) {
        guard startLock.take(.exclusive, until: deadline) else {
            throw PostgresError(
                .cluster, "another process keeps starting or stopping the embedded database in \(place.folder)")
        }
        defer { startLock.release() }
        guard useLock.take(.shared) else {
            throw PostgresError(.cluster, "the lock of the embedded database in \(place.folder) cannot be taken")
        }
        isInUse = true
        do throws(PostgresError) {
            try place.prepare(for: user)
            let binaries = try ServerBinaries.find(
                major: place.major, searchPath: getenv("PATH").map { String(cString: $0) } ?? "")
            if !place.isInitialised { try initialise(with: binaries, until: deadline) }
            try awaitServer(with: binaries, until: deadline)
            try await createDatabase(until: deadline)
        } catch {
            // `stop` takes the lock that is held here.
            startLock.release()
            stop()
            throw error
        }
    }

    /// Attaches to the running server, or starts one, until it takes connections.
    private func awaitServer(
        with binaries: ServerBinaries, until deadline: ContinuousClock.Instant
    ) throws(PostgresError) {
        var child: ChildProcess?
        var logStart = 0
        while true {
            if let started = child, let status = ChildProcess.reap(started.pid) {
                child = nil
                let words = File.tail(place.log, from: logStart, limit: 2_000)
                guard Self.mayPass(words), ContinuousClock.now < deadline else {
                    throw PostgresError(
                        .cluster,
                        "the embedded PostgreSQL ended while it started (\(status)); its log in \(place.log) says: "
                            + words)
                }
                pauseThread(milliseconds: 200)
            }
            if child != nil || Postmaster(of: place.data) != nil {
                if isAnswering() { return }
            } else {
                (child, logStart) = try spawnServer(binaries)
            }
            if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled while the database started") }
            guard ContinuousClock.now < deadline else {
                throw PostgresError(
                    .cluster,
                    "the embedded PostgreSQL takes no connections yet; its log in \(place.log) says: "
                        + File.tail(place.log, from: logStart, limit: 2_000))
            }
            pauseThread()
        }
    }

    /// A killed server needs a moment to be gone, and its children to notice that they are orphans.
    private static func mayPass(_ words: String) -> Bool {
        words.contains("pre-existing shared memory block")
            || (words.contains("lock file") && words.contains("already exists"))
    }

    private func isAnswering() -> Bool {
        let keywords = maintenanceTarget.all
        return CStrings.withArray(keywords.map(\.name)) { names in
            CStrings.withArray(keywords.map(\.value)) { values in PQpingParams(names, values, 0) == PQPING_OK }
        }
    }

    /// The database that every cluster has.
    var maintenanceTarget: PostgresTarget { target(database: "postgres") }

    /// How to connect to another database of the cluster.
    package nonisolated func target(database: String) -> PostgresTarget {
        PostgresTarget(
            socketFolder: place.socketFolder, user: Self.role, database: database, port: ClusterPlace.port)
    }
}
