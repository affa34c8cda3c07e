import DatabaseFixture
import Glibc
import HostFixture
import PatchbayJSON
import PatchbayOutbound
import PatchbayPostgres
import Testing

/// An installation with credentials in two tenants, and workflows that use some of them.
struct RotatedVault: Sendable {
    static let count = 60
    /// Key-encryption keys, the present one and its successor.
    private static let keys = ["1f", "2e"].map { String(repeating: $0, count: 32) }

    let installation: Installation
    let database: PostgresTarget
    let receiver: String
    let host: RunningHost
    let tenant: String
    let places: [CredentialLoad.Place]

    init(_ installation: Installation, _ database: PostgresTarget, receiver: String) async throws {
        self.installation = installation
        self.database = database
        self.receiver = receiver
        _ = try installation.write("pk_system_0123456789abcdef", to: "data/admin-key")
        host = try await installation.serve(adding: Self.environment(database, key: 0, other: 1))
        let made = try await host.send("POST", "/api/v1/tenants", ["name": "second"])
        tenant = try #require(made.body["id"]?.string, "\(made.text)")
        let second = [HTTPField(name: "X-Tenant-ID", value: tenant)]
        var places: [CredentialLoad.Place] = []
        for number in 0..<Self.count {
            try await Self.add("c\(number)", on: host, receiver)
            if number % 6 == 0 {
                places.append(.init(workflow: try await Self.workflow("c\(number)", on: host, receiver)))
            }
        }
        try await Self.add("other", on: host, receiver, headers: second)
        let workflow = try await Self.workflow("other", on: host, receiver, headers: second)
        self.places = places + [.init(workflow: workflow, tenant: tenant)]
    }

    /// The settings of a process that wraps with one key and opens with the other, too.
    private static func environment(_ database: PostgresTarget, key: Int, other: Int?) -> [String: String] {
        let place = database.socket
        var settings = [
            "DATABASE_URL": "host=\(place?.folder ?? "") port=\(place?.port ?? "") user=\(place?.user ?? "") "
                + "dbname=\(place?.database ?? "")",
            "PATCHBAY_ADMIN_KEY": "pk_system_0123456789abcdef", "PATCHBAY_MASTER_KEY": keys[key],
        ]
        if let other { settings["PATCHBAY_OTHER_MASTER_KEYS"] = keys[other] }
        return settings
    }

    private static func add(
        _ name: String, on host: RunningHost, _ receiver: String, headers: [HTTPField] = []
    ) async throws {
        let answer = try await host.send(
            "POST", "/api/v1/credentials",
            [
                "name": .string(name), "kind": "bearer", "fields": ["token": .string("token-of-" + name)],
                "hosts": [.string(receiver.replacing("http://", with: ""))],
            ], headers: headers)
        try #require(answer.status == 201, "\(answer.text)")
    }

    private static func workflow(
        _ credential: String, on host: RunningHost, _ receiver: String, headers: [HTTPField] = []
    ) async throws -> String {
        let document: JSON = [
            "name": .string("use \(credential)"),
            "nodes": [
                ["id": "start", "type": "manual"],
                [
                    "id": "tell", "type": "action", "uses": "http/request", "credential": .string(credential),
                    "input": [
                        "method": "POST", "url": .string(receiver + "/used"), "json": ["name": .string(credential)],
                    ],
                ],
            ],
            "edges": [["source": "start", "target": "tell"]],
        ]
        let answer = try await host.send("POST", "/api/v1/workflows", document, headers: headers)
        return try #require(answer.body["id"]?.string, "\(answer.text)")
    }

    func add(_ name: String) async throws { try await Self.add(name, on: host, receiver) }

    func change(_ name: String) async throws {
        let answer = try await host.send(
            "PUT", "/api/v1/credentials/\(name)", ["fields": ["token": .string("token-of-" + name)]])
        try #require(answer.status == 200, "\(answer.text)")
    }

    /// Runs `patchbay vault …` to its end.
    func vault(_ arguments: String..., alone: Bool = false, key: Int = 0) async throws -> JSON {
        let ended = try await installation.command(
            ["vault"] + arguments + ["--json"],
            adding: Self.environment(database, key: key, other: alone ? nil : 1 - key))
        try #require(ended.status == 0, "\(ended.errors)")
        return try JSON(parsing: ended.output)
    }

    /// Starts `patchbay vault …` and kills it where it wants to change a row.
    func kill(_ command: String, key: Int = 0, before row: String) async throws {
        let hold = try await RowHold(database, row)
        let program = try ChildProgram(
            installation.build + "/patchbay", ["vault", command],
            environment: installation.environment.merging(Self.environment(database, key: key, other: 1 - key)) { $1 },
            folder: installation.folder)
        do {
            try await hold.isWaitedFor()
        } catch {
            throw SystemTestError("\(error): \(row); \(program.errors)\(program.output)")
        }
        program.signal(SIGKILL)
        #expect(await program.ended() == 128 + SIGKILL)
        try await hold.release()
    }

    /// The same installation after the earlier key-encryption key was thrown away.
    func servedWithNewKeyAlone() async throws -> RunningHost {
        try await installation.serve(adding: Self.environment(database, key: 1, other: nil))
    }
}
