import FoundationEssentials
import PatchbayPostgres

/// pgbench on the same cluster: single-row inserts, each a transaction of its own, by 64 clients.
struct Yardstick {
    static let clients = 64
    private let workshop: Workshop
    private let script: String

    init(in workshop: Workshop) async throws {
        self.workshop = workshop
        _ = try await workshop.pool.query(
            """
            create table yardstick (
                id bigint generated always as identity primary key, at timestamptz not null default now(),
                data json not null)
            """)
        script =
            FileManager.default.temporaryDirectory.path + "/patchbay-yardstick-\(UInt32.random(in: 0...(.max))).sql"
        try Data(#"insert into yardstick (data) values ('{"output":{"n":1}}');"#.utf8)
            .write(to: URL(fileURLWithPath: script))
    }

    /// Inserts per second.
    func measure(seconds: Int, clients: Int = clients) throws -> Double {
        guard let place = workshop.target.socket else { throw BenchError("the cluster has no socket") }
        let output = Program.run(
            "pgbench",
            [
                "-n", "-f", script, "-c", String(clients), "-j", String(min(2, clients)), "-T", String(seconds), "-M",
                "prepared", "-h", place.folder, "-p", place.port, "-U", place.user, place.database,
            ])
        let line = output?.split(separator: "\n").first { $0.hasPrefix("tps = ") }
        guard let words = line?.split(separator: " "), let rate = Double(words[2]) else {
            throw BenchError("pgbench gave no figure; is it installed (postgresql)? \(output ?? "")")
        }
        return rate
    }

    func remove() { try? FileManager.default.removeItem(atPath: script) }
}
