import Configuration
import Logging
import PatchbayAPI
import PatchbayCore
import PatchbayModules
import PatchbayOutbound
import SystemPackage

/// What the operator decides. Flags come before environment variables, these before the configuration file.
struct HostConfiguration: Sendable {
    /// Everything the host keeps on disk: keys, embedded database, private copies of libraries.
    var dataFolder: String
    var pluginsFolder: String
    var migrationsFolder: String
    /// A PostgreSQL connection URL; nil for the embedded cluster.
    var databaseURL: String?
    var address: String
    var port: Int
    var logLevel: Logger.Level
    /// Given from outside; nil when the host makes one.
    var adminKey: String?
    /// What secrets are sealed under.
    var keys: KeySettings
    /// Where the host is reached from outside; nil: as each request was addressed.
    var publicURL: String?
    /// How many proxies of the operator's stand in front of the API.
    var proxies: Int
    /// Requests a minute.
    var rateLimits: RateLimits
    /// Connections that the API has open at a time.
    var connections: Int
    /// Origins whose pages may call the API.
    var origins: AllowedOrigins
    /// How letters leave.
    var mail: MailRoute
    /// Who vouches for people.
    var signIn: SignInProviders
    /// Private networks that requests may go to, as a comma-separated list of CIDRs.
    var allowedNetworks: String
    /// Environment variables that expressions may read as `env.NAME`.
    var exposedVariables: [String]
    /// Connectors whose libraries are opened at start-up.
    var preload: [String]
    /// What this process does.
    var roles: Set<HostRole>
    var worker: WorkerSettings
    /// An entry of the journal with more data than that, in bytes, has its large values kept apart; nil: as the store says.
    var blobThreshold: Int?
    /// How long runs that have ended are kept, in milliseconds; nil: for ever.
    var retention: Int64?
    /// How long deliveries of webhooks are kept, in milliseconds, and their repetitions recognised; nil: for ever.
    var deliveryRetention: Int64?
    /// Ed25519 public keys (base 64) of which one must have signed a connector's manifest; empty: no signature needed.
    var trustedKeys: [String]
    /// Hosts that packages of connectors may be fetched from; empty: none.
    var installSources: [String]
    /// Whether a tenant's admins may install published connectors, which trusted keys have signed, with a template.
    var tenantsInstallConnectors: Bool
    /// Which connectors run in the host's own process.
    var isolation: IsolationPolicy

    /// Reads environment and file. `flags` are what the command line said, by configuration key.
    ///
    /// Throws `ConfigurationProblem` for a value that cannot be.
    static func load(flags: [AbsoluteConfigKey: ConfigValue], file: String?) async throws -> HostConfiguration {
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: flags), EnvironmentVariablesProvider(),
        ]
        if let file {
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
            } catch {
                throw ConfigurationProblem("The configuration file \(file) cannot be read: \(error).")
            }
        }
        return try HostConfiguration(reading: ConfigReader(providers: providers))
    }

    private init(reading config: ConfigReader) throws {
        dataFolder = config.string(forKey: "patchbay.data", default: "data")
        pluginsFolder = config.string(forKey: "patchbay.plugins") ?? Installation.folder("plugins")
        migrationsFolder = config.string(forKey: "patchbay.migrations") ?? Installation.folder("migrations")
        databaseURL = config.string(forKey: "database.url", isSecret: true)
        address = config.string(forKey: "patchbay.address", default: "127.0.0.1")
        let portText = Self.text("port", in: config) ?? "8080"
        guard let port = Int(portText), (0...65_535).contains(port) else {
            throw ConfigurationProblem("PORT is \(portText), needs a number from 0 to 65535 (0 picks a free one).")
        }
        self.port = port
        let levelText = config.string(forKey: "log.level", default: "info")
        guard let level = Logger.Level(rawValue: levelText.lowercased()) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationProblem("LOG_LEVEL is \(levelText), needs one of \(levels).")
        }
        logLevel = level
        adminKey = config.string(forKey: "patchbay.admin.key", isSecret: true)
        keys = try KeySettings(reading: config, list: Self.list)
        publicURL = config.string(forKey: "patchbay.public.url")
        let proxiesText = Self.text("patchbay.proxies", in: config) ?? "0"
        guard let proxies = Int(proxiesText), (0...16).contains(proxies) else {
            throw ConfigurationProblem(
                "PATCHBAY_PROXIES is \(proxiesText), needs the number of your proxies in front of the host, 0 to 16.")
        }
        self.proxies = proxies
        rateLimits = try RateLimits(setting: Self.list(Self.text("patchbay.rate.limits", in: config)))
        let connections = Self.text("patchbay.connections", in: config) ?? "10000"
        guard let most = Int(connections), (10...1_000_000).contains(most) else {
            throw ConfigurationProblem("PATCHBAY_CONNECTIONS is \(connections), needs a number from 10 to 1,000,000.")
        }
        self.connections = most
        let origins = Self.list(Self.text("patchbay.cors.origins", in: config))
        guard let allowed = AllowedOrigins(origins) else {
            throw ConfigurationProblem(
                "PATCHBAY_CORS_ORIGINS is \(origins.joined(separator: ",")), needs origins such as https://app.example.com, "
                    + "or *.")
        }
        self.origins = allowed
        mail = try MailRoute(reading: config)
        signIn = try SignInProviders(reading: config, publicURL: publicURL)
        allowedNetworks = Self.text("patchbay.allow.networks", in: config) ?? ""
        exposedVariables = Self.list(Self.text("patchbay.expose.env", in: config))
        preload = Self.list(Self.text("patchbay.preload", in: config))
        roles = try HostRole.read(Self.list(Self.text("patchbay.roles", in: config)))
        worker = try WorkerSettings(
            reading: config, labels: Self.list(Self.text("patchbay.labels", in: config)))
        blobThreshold = try ByteCount.read(
            "patchbay.blob.threshold", "PATCHBAY_BLOB_THRESHOLD", in: config, from: 1_024, to: 1 << 30)
        retention = try Self.retention("patchbay.retention", "PATCHBAY_RETENTION", in: config, standard: "90d")
        deliveryRetention = try Self.retention(
            "patchbay.webhook.retention", "PATCHBAY_WEBHOOK_RETENTION", in: config, standard: "14d")
        trustedKeys = Self.list(Self.text("patchbay.trusted.keys", in: config))
        installSources = Self.list(Self.text("patchbay.install.from", in: config))
        if let wrong = installSources.first(where: { HostPattern($0) == nil }) {
            throw ConfigurationProblem(
                "PATCHBAY_INSTALL_FROM holds \(wrong), needs hosts such as packages.example.com or *.example.com:8443.")
        }
        tenantsInstallConnectors = try Self.tenantsInstall(in: config, trusted: trustedKeys)
        isolation = try Self.isolation(in: config)
    }

    /// Where this host keeps what is installed for all hosts.
    var sharedConnectorsFolder: String { dataFolder + "/connectors" }

    private static func retention(
        _ key: ConfigKey, _ variable: String, in config: ConfigReader, standard: String
    ) throws -> Int64? {
        let text = config.string(forKey: key) ?? standard
        guard text != "forever" else { return nil }
        guard let kept = try? DurationText.milliseconds(text), kept >= 86_400_000 else {
            throw ConfigurationProblem(
                "\(variable) is \(text), needs a duration of a day or more, such as 30d, or forever.")
        }
        return kept
    }

    /// Strangers' connectors of strangers' choice are nobody's wish, so that keys have to be named.
    private static func tenantsInstall(in config: ConfigReader, trusted: [String]) throws -> Bool {
        let text = config.string(forKey: "patchbay.tenant.connectors", default: "off")
        guard ["on", "off"].contains(text) else {
            throw ConfigurationProblem("PATCHBAY_TENANT_CONNECTORS is \(text), needs on or off.")
        }
        guard text == "off" || !trusted.isEmpty else {
            throw ConfigurationProblem(
                "PATCHBAY_TENANT_CONNECTORS is on, and needs PATCHBAY_TRUSTED_KEYS: whose connectors tenants may install."
            )
        }
        return text == "on"
    }

    private static func isolation(in config: ConfigReader) throws -> IsolationPolicy {
        let text = config.string(forKey: "patchbay.isolation", default: "trusted")
        guard let mode = IsolationPolicy.Mode(rawValue: text) else {
            throw ConfigurationProblem("PATCHBAY_ISOLATION is \(text), needs trusted, runner or in_process.")
        }
        let granted = Self.text("patchbay.grant.sockets", in: config)
        guard let sockets = SocketGrants(parsing: list(granted)) else {
            throw ConfigurationProblem(
                "PATCHBAY_GRANT_SOCKETS is \(granted ?? ""), needs ids of connectors, with a port for each that is to be "
                    + "added to those they declare: redis,postgresql:25060.")
        }
        return IsolationPolicy(mode, sockets: sockets)
    }

    /// A value as text, however the file writes it: a string, a number, or an array of strings.
    private static func text(_ key: ConfigKey, in config: ConfigReader) -> String? {
        config.string(forKey: key) ?? config.int(forKey: key).map(String.init)
            ?? config.stringArray(forKey: key)?.joined(separator: ",")
    }

    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    }
}

/// A setting that cannot be; the text says which, what it is and what it may be.
struct ConfigurationProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
