import DatabaseFixture
import FoundationEssentials
import Glibc
import HostFixture
import PatchbayJSON
import PatchbayPostgres
import Synchronization

/// Hosts of one installation that poll feeds, or are called by vendors, with its database.
final class PollingHosts: Sendable {
    private static let key = "pk_system_0123456789abcdef"

    let installation: Installation
    private let target: PostgresTarget
    private let running = Mutex<[RunningHost]>([])

    private init(_ installation: Installation, _ target: PostgresTarget) {
        (self.installation, self.target) = (installation, target)
    }

    static func with(
        _ libraries: [String] = ["rss"], _ body: @Sendable (PollingHosts) async throws -> Void
    ) async throws {
        try await withDatabase { target in
            let installation = try await Installation(libraries)
            _ = try installation.write(key, to: "data/admin-key")
            let hosts = PollingHosts(installation, target)
            do {
                try await body(hosts)
            } catch {
                await hosts.stop()
                throw error
            }
            await hosts.stop()
        }
    }

    /// What a host is told of the database.
    var settings: [String: String] {
        let place = target.socket
        return [
            "DATABASE_URL": "host=\(place?.folder ?? "") port=\(place?.port ?? "") user=\(place?.user ?? "") "
                + "dbname=\(place?.database ?? "")",
            "PATCHBAY_ADMIN_KEY": Self.key, "LOG_LEVEL": "notice",
        ]
    }

    func start(_ name: String, adding: [String: String] = [:]) async throws -> RunningHost {
        var own = settings.merging(adding) { $1 }
        own["LOG_LEVEL"] = "info"
        own["PATCHBAY_DATA"] = installation.folder + "/" + name
        let host = try await installation.serve(adding: own)
        running.withLock { $0.append(host) }
        return host
    }

    func kill(_ host: RunningHost) async {
        running.withLock { $0.removeAll { $0 === host } }
        host.program.signal(SIGKILL)
        _ = await host.program.ended()
    }

    private func stop() async {
        let hosts = running.withLock { hosts in
            defer { hosts = [] }
            return hosts
        }
        for host in hosts { _ = await host.stop() }
    }

    func connection() async throws -> PostgresConnection { try await PostgresConnection.connect(to: target) }

    /// The number that a question to the database answers.
    func number(_ question: String) async throws -> Int {
        let connection = try await connection()
        let rows = try await connection.query(question)
        await connection.close()
        return Int(try rows.one().int("n"))
    }

    func until(
        _ what: String, within limit: Duration = .seconds(60), _ isSo: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !isSo() {
            guard ContinuousClock.now < deadline else {
                let words = running.withLock { $0.map { String($0.program.errors.suffix(3_000)) } }
                throw SystemTestError("not in time: \(what)\n\(words.joined(separator: "\n—\n"))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// A workflow with a trigger for each feed; answers its id.
    static func workflow(_ feeds: [String], at address: String, on host: RunningHost) async throws -> String {
        let triggers = feeds.map { feed -> JSON in
            [
                "id": .string(feed), "type": "poll", "uses": "rss@1.0.0/new_entries",
                "config": ["every": "5s", "id": "/id", "input": ["url": .string("\(address)/feeds/\(feed)")]],
            ]
        }
        let edges = feeds.map { ["source": .string($0), "target": "note"] as JSON }
        let note: JSON = ["id": "note", "type": "set", "config": ["values": ["id": "{{ trigger.item_id }}"]]]
        let answer = try await host.send(
            "POST", "/api/v1/workflows",
            ["name": "news", "nodes": .array(triggers + [note]), "edges": .array(edges)])
        guard let id = answer.body["id"]?.string else { throw SystemTestError(answer.text) }
        return id
    }

    static func polls(on host: RunningHost) async throws -> [JSON] {
        try await host.send("GET", "/api/v1/polls?limit=100").body["items"]?.array ?? []
    }

    /// Has a trigger polled, or all of them.
    static func hurry(_ feed: String? = nil, on host: RunningHost) async throws {
        for poll in try await polls(on: host) where feed == nil || poll["node"]?.string == feed {
            _ = try await host.send("POST", "/api/v1/polls/\(poll["id"]?.string ?? "")/poll")
        }
    }
}
