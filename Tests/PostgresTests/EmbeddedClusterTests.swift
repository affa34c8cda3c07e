import DatabaseFixture
import Glibc
import Testing

@testable import PatchbayPostgres

@Suite(.timeLimit(.minutes(5)))
struct EmbeddedClusterTests {
    /// Runs `body` with a data folder of its own, and ends whatever server is left there.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = TemporaryFolder()
        defer {
            if let server = Postmaster(of: folder.path + "/postgres/data") {
                server.stopAtOnce()
                _ = server.waitForEnd(until: .now + .seconds(30))
            }
            folder.remove()
        }
        try await body(folder.path)
    }

    private func start(_ folder: String) async throws -> EmbeddedCluster {
        try await EmbeddedCluster.start(in: folder, log: .quiet)
    }

    private func ask(_ cluster: EmbeddedCluster, _ sql: String) async throws -> PostgresRows {
        let connection = try await PostgresConnection.connect(to: cluster.target)
        let rows = try await connection.query(sql)
        await connection.close()
        return rows
    }

    private func postmaster(_ cluster: EmbeddedCluster) -> Postmaster? { Postmaster(of: cluster.place.data) }

    @Test func `a fresh cluster is private, checked and durable, and speaks UTF-8`() async throws {
        try await withFolder { folder in
            let cluster = try await start(folder)
            let row = try await ask(
                cluster,
                """
                select current_setting('listen_addresses') as addresses, current_setting('server_encoding') as encoding,
                    current_setting('data_checksums') as checksums, current_setting('fsync') as fsync,
                    current_setting('synchronous_commit') as commit, current_database() as database,
                    (select datcollate from pg_database where datname = current_database()) as locale
                """
            ).one()
            #expect(try row.text("addresses") == "")
            #expect(try row.text("encoding") == "UTF8")
            #expect(try row.text("checksums") == "on")
            #expect(try row.text("fsync") == "on")
            #expect(try row.text("commit") == "on")
            #expect(try row.text("database") == "patchbay")
            #expect(try row.text("locale") == "C")
            let status = try #require(File.status(cluster.place.folder))
            #expect(status.st_mode & 0o777 == 0o700)
            #expect(status.st_uid == cluster.user.uid)
            #expect(File.text(cluster.place.log)?.contains("ready to accept connections") == true)
            await cluster.stop()
            #expect(postmaster(cluster) == nil)
        }
    }

    @Test func `as root the server runs as an unprivileged user`() async throws {
        try await withFolder { folder in
            let cluster = try await start(folder)
            let server = try #require(postmaster(cluster))
            let status = try #require(File.status("/proc/\(server.pid)"))
            #expect(status.st_uid == cluster.user.uid)
            #expect(status.st_uid != 0)
            #expect(cluster.user.isDropped == (geteuid() == 0))
            await cluster.stop()
        }
    }

    @Test func `what was stored is there after a second start`() async throws {
        try await withFolder { folder in
            let first = try await start(folder)
            _ = try await ask(first, "create table kept (n bigint)")
            await first.stop()
            await first.stop()
            let second = try await start(folder)
            #expect(try await ask(second, "select n from kept").isEmpty)
            await second.stop()
        }
    }

    @Test func `users of one folder share the server and the last one stops it`() async throws {
        try await withFolder { folder in
            let clusters = try await withThrowingTaskGroup(of: EmbeddedCluster.self) { group in
                for _ in 0..<3 { group.addTask { try await start(folder) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let server = try #require(postmaster(clusters[0]))
            await clusters[0].stop()
            await clusters[1].stop()
            #expect(server.isRunning)
            #expect(try await ask(clusters[2], "select 1 as n").count == 1)
            await clusters[2].stop()
            #expect(!server.isRunning)
        }
    }

    @Test func `a server that outlived its host is attached to, then stopped`() async throws {
        try await withFolder { folder in
            // Letting go without `stop` releases the locks as the death of the process does.
            var lost: EmbeddedCluster? = try await start(folder)
            let server = try #require(lost.flatMap(postmaster))
            lost = nil
            let cluster = try await start(folder)
            #expect(postmaster(cluster)?.pid == server.pid)
            await cluster.stop()
            #expect(!server.isRunning)
        }
    }

    @Test func `after kill -9 of the server the next start recovers`() async throws {
        try await withFolder { folder in
            var lost: EmbeddedCluster? = try await start(folder)
            let first = try #require(lost)
            _ = try await ask(first, "create table kept as select 7::bigint as n")
            let server = try #require(postmaster(first))
            kill(server.pid, SIGKILL)
            lost = nil
            let cluster = try await start(folder)
            #expect(postmaster(cluster)?.pid != server.pid)
            #expect(try await ask(cluster, "select n from kept").one().int("n") == 7)
            await cluster.stop()
        }
    }

    @Test func `a left-over pid file that names somebody else's process harms nobody`() async throws {
        try await withFolder { folder in
            let first = try await start(folder)
            await first.stop()
            let command = try first.user.command("/bin/sleep", ["600"])
            let stranger = try ChildProcess(
                command.path, command.arguments, environment: [], output: STDERR_FILENO)
            defer {
                kill(stranger.pid, SIGKILL)
                _ = stranger.wait(until: .now + .seconds(30))
            }
            for file in first.place.lockFiles {
                let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
                let content = "\(stranger.pid)\n\(first.place.data)\n1\n5432\n\n\n\n"
                _ = write(descriptor, content, content.utf8.count)
                close(descriptor)
                chown(file, first.user.uid, first.user.gid)
            }
            #expect(Postmaster(of: first.place.data) == nil)
            let second = try await start(folder)
            await second.stop()
            #expect(kill(stranger.pid, 0) == 0)
        }
    }

    @Test func `a half-made cluster is made anew`() async throws {
        try await withFolder { folder in
            let user = try ServerUser.current()
            for path in [folder + "/postgres", folder + "/postgres/data.unfinished"] {
                mkdir(path, 0o700)
                chown(path, user.uid, user.gid)
            }
            let descriptor = open(folder + "/postgres/data.unfinished/PG_VERSION", O_CREAT | O_WRONLY, 0o600)
            close(descriptor)
            let cluster = try await start(folder)
            #expect(try await ask(cluster, "select 1 as n").count == 1)
            await cluster.stop()
        }
    }

    @Test func `a server that cannot start is reported with its own words`() async throws {
        try await withFolder { folder in
            let first = try await start(folder)
            await first.stop()
            let descriptor = open(first.place.data + "/postgresql.auto.conf", O_WRONLY | O_APPEND)
            let line = "shared_buffers = 'nonsense'\n"
            _ = write(descriptor, line, line.utf8.count)
            close(descriptor)
            let error = await #expect(throws: PostgresError.self) { try await start(folder) }
            #expect(error?.code == .cluster)
            #expect(error?.context.contains("exit code 1") == true)
            #expect(error?.context.contains("nonsense") == true)
        }
    }

    @Test func `a data folder with a long name and odd signs gets a socket elsewhere`() async throws {
        try await withFolder { folder in
            let long = folder + "/" + String(repeating: "long, \"quoted\" ", count: 6)
            let cluster = try await start(long)
            #expect(cluster.place.socketFolder.hasPrefix("/tmp/patchbay-"))
            #expect(try await ask(cluster, "select 1 as n").count == 1)
            await cluster.stop()
            rmdir(cluster.place.socketFolder)
        }
    }

    @Test func `an existing cluster of another user is refused by name`() async throws {
        try await withFolder { folder in
            guard geteuid() == 0, let nobody = getpwnam("nobody")?.pointee else { return }
            mkdir(folder + "/postgres", 0o700)
            chown(folder + "/postgres", nobody.pw_uid, nobody.pw_gid)
            let user = try ServerUser.current()
            guard user.name != "nobody" else { return }
            let error = await #expect(throws: PostgresError.self) { try await start(folder) }
            #expect(error?.context.contains("belongs to nobody, but the embedded PostgreSQL would run as") == true)
        }
    }

    @Test func `a folder closed to the server's user sends the cluster elsewhere`() async throws {
        try await withFolder { folder in
            guard geteuid() == 0 else { return }
            chmod(folder, 0o700)
            let cluster = try await start(folder)
            #expect(cluster.place.folder.hasPrefix("/var/lib/patchbay/"))
            #expect(try await ask(cluster, "select 1 as n").count == 1)
            await cluster.stop()
            // It is found there again, also when the folder has been opened since.
            chmod(folder, 0o755)
            let again = try ClusterPlace.decide(dataFolder: #require(File.resolved(folder)), user: .current())
            #expect(again == cluster.place)
            File.remove(cluster.place.folder)
        }
    }

    @Test func `a data folder that cannot be made is named`() async throws {
        let error = await #expect(throws: PostgresError.self) { try await start("/proc/nothing/data") }
        #expect(error?.context.contains("/proc/nothing/data") == true)
    }
}
