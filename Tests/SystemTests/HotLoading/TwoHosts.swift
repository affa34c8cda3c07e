import DatabaseFixture
import FoundationEssentials
import HostFixture
import PatchbayJSON
import PatchbayPostgres

/// Two hosts of one installation: one database, and a data folder and a plugins folder each.
struct TwoHosts: Sendable {
    let installation: Installation
    let first: RunningHost
    let second: RunningHost
    /// Files of two versions of one connector, 1.0.0 and 2.0.0.
    let packages: [String]
    /// For `DATABASE_URL`.
    let database: String

    var all: [RunningHost] { [first, second] }

    private static let key = "pk_system_0123456789abcdef"

    static func with(
        settings: [String: String] = [:], _ body: @Sendable (TwoHosts) async throws -> Void
    ) async throws {
        try await withDatabase { target in
            let installation = try await Installation([])
            let hosts = try await start(installation, on: target, settings)
            do {
                try await body(hosts)
            } catch {
                for host in hosts.all { _ = await host.stop() }
                throw error
            }
            for host in hosts.all { _ = await host.stop() }
        }
    }

    private static func start(
        _ installation: Installation, on target: PostgresTarget, _ settings: [String: String]
    ) async throws -> TwoHosts {
        let place = target.socket
        let address =
            "host=\(place?.folder ?? "") port=\(place?.port ?? "") user=\(place?.user ?? "") "
            + "dbname=\(place?.database ?? "")"
        _ = try installation.write(key, to: "data/admin-key")
        let packages = try await pack(installation)
        let shared = settings.merging(["DATABASE_URL": address, "PATCHBAY_ADMIN_KEY": key]) { $1 }
        var hosts: [RunningHost] = []
        for name in ["one", "two"] {
            let folder = installation.folder + "/" + name
            try FileManager.default.createDirectory(
                atPath: folder + "/plugins", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
            hosts.append(
                try await installation.serve(
                    adding: shared.merging([
                        "PATCHBAY_DATA": folder + "/data", "PATCHBAY_PLUGINS": folder + "/plugins",
                        "PATCHBAY_LABELS": name,
                    ]) { $1 }))
        }
        return TwoHosts(
            installation: installation, first: hosts[0], second: hosts[1], packages: packages, database: address)
    }

    private static func pack(_ installation: Installation) async throws -> [String] {
        let staged = ["PATCHBAY_PLUGINS": installation.folder + "/staged"]
        let libraries = ["greeterone", "greetertwo"].map { "\(installation.build)/lib\($0).so" }
        let staging = try await installation.command(["connector", "stage"] + libraries, adding: staged)
        guard staging.status == 0 else { throw SystemTestError("staging failed: \(staging.errors)") }
        var packages: [String] = []
        for version in ["1.0.0", "2.0.0"] {
            let file = "\(installation.folder)/greeter-\(version).pbc"
            let packing = try await installation.command([
                "connector", "pack", "\(installation.folder)/staged/greeter/\(version)", "--output", file,
            ])
            guard packing.status == 0 else { throw SystemTestError("packing failed: \(packing.errors)") }
            packages.append(file)
        }
        return packages
    }

    func install(_ version: Int) async throws -> (status: Int, body: JSON, text: String) {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: packages[version])))
        return try await first.upload("/api/v1/connectors", bytes)
    }

    /// Asks again and again, until the answer is as it should be.
    func until(
        _ what: String, within limit: Duration = .seconds(20), _ isSo: @Sendable () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !isSo() {
            guard ContinuousClock.now < deadline else {
                throw SystemTestError("not in time: \(what)\n\(all.map { $0.program.errors.suffix(3_000) })")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Greets twice, with a pause between; by any host, or by the one with that name.
    static func workflow(uses: String, on host: String? = nil) -> JSON {
        var document: JSONObject = [
            "name": .string("greet \(host ?? "anywhere")"),
            "nodes": [
                ["id": "start", "type": "manual"],
                ["id": "hello", "type": "action", "uses": .string(uses), "input": ["name": "{{ trigger.body.name }}"]],
                ["id": "pause", "type": "wait", "config": ["duration": "200ms"]],
                ["id": "again", "type": "action", "uses": .string(uses), "input": ["name": "{{ trigger.body.name }}"]],
            ],
            "edges": [
                ["source": "start", "target": "hello"], ["source": "hello", "target": "pause"],
                ["source": "pause", "target": "again"],
            ],
        ]
        if let host { document["runs_on"] = [.string(host)] }
        return .object(document)
    }
}
