import HostFixture
import PatchbayJSON
import ServerFixture

/// Everything that the templates that come with a host need: vendors and servers, a host with the connectors, and for each slot
/// a credential.
final class TemplateSurroundings: Sendable {
    static let secret = "whsec-templates-0123456789"
    private static let connectors = [
        "anthropic", "aws-s3", "aws-sqs", "email", "github", "http", "jira", "openai", "postgresql", "rss", "slack",
        "transform",
    ]

    let vendors: StandInVendors
    let servers: StandInServers
    let host: RunningHost
    private let installation: Installation

    static func with(_ body: (TemplateSurroundings) async throws -> Void) async throws {
        let vendors = StandInVendors()
        defer { vendors.stop() }
        let servers = try StandInServers()
        defer { servers.stop() }
        let installation = try await Installation(connectors)
        let host = try await installation.serve(adding: ["PATCHBAY_GRANT_SOCKETS": grants(servers)])
        do {
            let surroundings = TemplateSurroundings(vendors, servers, installation, host)
            try await surroundings.furnish()
            try await body(surroundings)
        } catch {
            _ = await host.stop()
            throw error
        }
        guard await host.stop() == 0 else { throw SystemTestError("the host did not end well: \(host.program.errors)") }
    }

    private init(
        _ vendors: StandInVendors, _ servers: StandInServers, _ installation: Installation, _ host: RunningHost
    ) {
        (self.vendors, self.servers, self.installation, self.host) = (vendors, servers, installation, host)
    }

    private static func grants(_ servers: StandInServers) -> String {
        [("email", servers.smtp), ("email", servers.imap), ("postgresql", servers.postgres)]
            .map { "\($0):\($1.ready["port"]?.int ?? 0)" }.joined(separator: ",")
    }

    // MARK: Settings and credentials

    private var settings: [(connector: String, settings: JSON)] {
        let mail: JSON = [
            "host": "127.0.0.1", "port": servers.smtp.ready["port"] ?? .null, "security": "none",
            "from": "patchbay@example.com",
        ]
        return [
            ("slack", ["base_url": .string(vendors.address(of: "slack") + "/api")]),
            ("github", ["base_url": .string(vendors.address(of: "github"))]),
            ("openai", ["base_url": .string(vendors.address(of: "openai") + "/v1")]),
            ("anthropic", ["base_url": .string(vendors.address(of: "anthropic"))]),
            ("email", mail), ("postgresql", servers.postgresSettings), ("aws-s3", servers.amazonSettings),
            ("aws-sqs", servers.amazonSettings),
        ]
    }

    private func furnish() async throws {
        for (connector, settings) in settings {
            let answer = try await host.send("PUT", "/api/v1/connectors/\(connector)/settings", settings)
            guard answer.status == 200 else { throw SystemTestError("\(connector): \(answer.text)") }
        }
        let site: JSON = ["base_url": .string(vendors.address(of: "jira"))]
        // The mailbox is mostly somewhere else than the server that sends, so its own credential says where.
        let inbox: JSON = ["host": "localhost", "port": servers.imap.ready["port"] ?? .null, "security": "none"]
        try await add("slack", "bearer", ["token": "xoxb-templates"], for: "slack")
        try await add("github", "bearer", ["token": "github_pat_templates"], for: "github")
        try await add("jira", "basic", Self.user("ada@example.com", "jira-token"), for: "jira", settings: site)
        try await add("openai", "bearer", ["token": "sk-templates"], for: "openai")
        try await add("anthropic", "api_key", ["key": "sk-ant-templates"], for: "anthropic")
        try await add("email", "basic", Self.user("ada", "s3cret-pass"), for: "email")
        try await add("mailbox", "basic", Self.user("ada", "s3cret-pass"), for: "email", settings: inbox)
        try await add("postgresql", "basic", Self.user("ada", "s3cret-pass"), for: "postgresql")
        for service in ["aws-s3", "aws-sqs"] {
            try await add(service, "basic", Self.user("AKIDEXAMPLE", "s3cret-key"), for: service)
        }
        try await add("http", "bearer", ["token": "identity-token"], hosts: ["127.0.0.1:\(vendors.port)"])
        try await add("secret", "secret", ["value": .string(Self.secret)])
    }

    private static func user(_ name: JSON, _ password: JSON) -> JSON { ["username": name, "password": password] }

    private func add(
        _ name: String, _ kind: JSON, _ fields: JSON, for connector: String? = nil, hosts: [String] = [],
        settings: JSON = [:]
    ) async throws {
        var body: JSONObject = ["name": .string(name), "kind": kind, "fields": fields, "settings": settings]
        if let connector { body["connector"] = .string(connector) }
        if !hosts.isEmpty { body["hosts"] = .array(hosts.map(JSON.string)) }
        let answer = try await host.send("POST", "/api/v1/credentials", .object(body))
        guard answer.status == 201 else { throw SystemTestError("\(name): \(answer.text)") }
    }

    /// A key of an installation is nobody who could be asked, so the decision comes from the shell, in the person's name.
    func decide(_ task: String, _ decision: String, as person: String) async throws {
        let said = try await installation.command(["task", "decide", task, decision, "--as", person])
        guard said.status == 0 else { throw SystemTestError("\(task): \(said.errors)") }
    }

    /// For each slot of a template the credential that fits: by its kind, else by what it is called or for.
    func credentials(for template: JSON) -> JSON {
        var chosen: JSONObject = [:]
        for slot in template["required_credentials"]?.array ?? [] {
            let name = slot["name"]?.string ?? ""
            let other = name == "MAILBOX" ? "mailbox" : slot["type"]?.string ?? ""
            chosen[name] = .string(slot["kind"] == "secret" ? "secret" : other)
        }
        return .object(chosen)
    }
}
