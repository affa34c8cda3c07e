import DatabaseFixture
import FoundationEssentials
import Glibc
import PatchbayPostgres
import Synchronization

/// A PostgreSQL cluster that other programs use, and that is stopped under their feet.
final class DatabaseServer: Sendable {
    let target: PostgresTarget
    /// For `DATABASE_URL`.
    let address: String
    private let folder: TemporaryFolder
    private let cluster: Mutex<EmbeddedCluster>

    init() async throws {
        folder = TemporaryFolder(inMemory: true)
        let first = try await EmbeddedCluster.start(in: folder.path, log: .quiet)
        target = first.target
        let place = target.socket
        address =
            "host=\(place?.folder ?? "") port=\(place?.port ?? "") user=\(place?.user ?? "") "
            + "dbname=\(place?.database ?? "")"
        cluster = Mutex(first)
    }

    /// Stops the server, by the hard way without writing anything more, and starts it again.
    func restart(hard: Bool) async throws {
        let old = cluster.withLock { $0 }
        if hard, let pid = postmaster { kill(pid, SIGQUIT) }
        await old.stop()
        let next = try await EmbeddedCluster.start(in: folder.path, log: .quiet)
        cluster.withLock { $0 = next }
    }

    func stop() async {
        await cluster.withLock { $0 }.stop()
        folder.remove()
    }

    private var postmaster: pid_t? {
        let file = try? String(contentsOfFile: folder.path + "/postgres/data/postmaster.pid", encoding: .utf8)
        return file?.split(separator: "\n").first.flatMap { pid_t($0) }
    }
}
