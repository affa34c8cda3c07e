import Glibc
import Logging

extension EmbeddedCluster {
    /// Above this the server's log is put aside at the next start, once.
    private static let largestLog = 8 << 20
    private static let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"]

    /// Makes the cluster, under another name until it is whole.
    func initialise(with binaries: ServerBinaries, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        File.remove(place.unfinished)
        let start = logSize()
        // Whoever can enter the socket's folder is trusted; nobody but the owner and root can.
        let child = try run(
            binaries.initdb,
            [
                "--pgdata=\(place.unfinished)", "--username=\(Self.role)", "--auth=trust", "--encoding=UTF8",
                "--locale=C", "--data-checksums", "--no-instructions",
            ])
        guard let status = child.wait(until: deadline) else {
            kill(child.pid, SIGKILL)
            _ = child.wait(until: .now + .seconds(5))
            throw PostgresError(.cluster, "initdb did not finish in time" + words(since: start))
        }
        guard status.isSuccess else {
            throw PostgresError(.cluster, "initdb failed (\(status))" + words(since: start))
        }
        guard rename(place.unfinished, place.data) == 0 else {
            throw PostgresError(.cluster, "\(place.data) cannot be made: \(lastError())")
        }
        log.info("an embedded database was created", metadata: ["patchbay.folder": "\(place.folder)"])
    }

    /// Starts the server and answers it with the place in the log where its words begin.
    func spawnServer(_ binaries: ServerBinaries) throws(PostgresError) -> (ChildProcess, Int) {
        Postmaster.disownStrangers(in: place.lockFiles, data: place.data)
        if logSize() > Self.largestLog { rename(place.log, place.log + ".1") }
        let start = logSize()
        var arguments = ["-D", place.data]
        for (name, value) in settings { arguments += ["-c", "\(name)=\(value)"] }
        return (try run(binaries.postgres, arguments), start)
    }

    /// What Patchbay insists on; everything else is the operator's, in `postgresql.conf`.
    private var settings: [(String, String)] {
        [
            ("listen_addresses", ""), ("port", String(ClusterPlace.port)),
            ("unix_socket_directories", "\"" + place.socketFolder.replacing("\"", with: "\"\"") + "\""),
            ("unix_socket_permissions", "0700"),
            // Several processes may share the cluster, each with a pool of its own.
            ("max_connections", "200"),
            ("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on"),
            ("logging_collector", "off"), ("log_destination", "stderr"), ("log_line_prefix", "%m [%p] "),
            // Neither statements nor the rows an error is about belong in a log.
            ("log_min_error_statement", "panic"), ("log_error_verbosity", "terse"),
            ("cluster_name", "patchbay"), ("timezone", "UTC"), ("log_timezone", "UTC"),
            // Every statement here is short; compiling them costs more than it saves.
            ("jit", "off"),
        ]
    }

    private func run(_ program: String, _ arguments: [String]) throws(PostgresError) -> ChildProcess {
        let output = open(place.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else {
            throw PostgresError(.cluster, "the database's log \(place.log) cannot be written: \(lastError())")
        }
        defer { close(output) }
        if user.isDropped { fchown(output, user.uid, user.gid) }
        let command = try user.command(program, arguments)
        return try ChildProcess(command.path, command.arguments, environment: Self.environment, output: output)
    }

    /// Creates Patchbay's database when a fresh cluster lacks it. A connection that is cut meanwhile, as all are when one
    /// process of the server crashes, says nothing about the server: it is asked again.
    func createDatabase(until deadline: ContinuousClock.Instant) async throws(PostgresError) {
        while true {
            do throws(PostgresError) {
                return try await createDatabaseOnce()
            } catch {
                let mayPass = error.code == .connectionLost || error.code == .unreachable
                guard mayPass, !Task.isCancelled, ContinuousClock.now < deadline else { throw error }
                log.notice("the embedded database is asked again", metadata: ["error": "\(error)"])
                pauseThread()
            }
        }
    }

    private func createDatabaseOnce() async throws(PostgresError) {
        let connection = try await PostgresConnection.connect(to: maintenanceTarget)
        let known = try await connection.query(Self.selectDatabase, [.text(Self.database)])
        if known.isEmpty { _ = try await connection.query(Self.createDatabaseStatement) }
        await connection.close()
    }

    private static let selectDatabase = "select 1 as found from pg_database where datname = $1"
    private static let createDatabaseStatement = "create database \(database)"

    private func logSize() -> Int { File.status(place.log).map { Int($0.st_size) } ?? 0 }

    private func words(since start: Int) -> String {
        "; \(place.log) says: " + File.tail(place.log, from: start, limit: 2_000)
    }
}
