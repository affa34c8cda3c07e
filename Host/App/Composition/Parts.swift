import Logging
import PatchbayAPI
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayModules
import PatchbayOutbound
import PatchbaySecurity
import PatchbayStorage
import PatchbayTimeZones

/// The parts of a host, put together: the only place that knows all of them.
struct Parts: Sendable {
    let configuration: HostConfiguration
    let log: Logger
    let clock: SystemTime
    /// What expressions see as `env`.
    let environment: [String: String]
    /// Nil when a command works without an installation.
    let storage: Storage?
    let outbound: OutboundClient
    let registry: ConnectorRegistry
    let planner: Planner
    let invoker: ModuleInvoker
    /// What calls and notices are sent with; every use is taken down.
    let credentials: any CredentialSource

    /// - Parameter storage: What credentials and settings come from; nil for none.
    init(_ configuration: HostConfiguration, storage: Storage?, log: Logger) async throws {
        self.configuration = configuration
        self.storage = storage
        self.log = log
        clock = SystemTime()
        environment = Environment.variables(configuration.exposedVariables)
        outbound = try OutboundClient(
            policy: try EgressPolicy(parsing: configuration.allowedNetworks),
            route: OutboundRoute(environment: Environment.variables(Self.routeVariables)))
        registry = try await .scanned(configuration, log: log)
        planner = Planner(catalogue: registry, environment: environment, zones: SystemTimeZones())
        let nothing = NothingStored()
        let (exchange, time) = (outbound, clock)
        let stored = storage.map { storage in
            AuditedCredentials(
                OAuthCredentials(vault: storage.vault, exchange: exchange, log: storage.audit, clock: time),
                log: storage.audit, clock: time
            )
        }
        credentials = stored ?? nothing
        invoker = ModuleInvoker(
            registry: registry, outbound: outbound, credentials: credentials,
            settings: storage?.settings ?? nothing,
            egress: storage.map { RecentEgress(PostgresTenantEgressStore($0.database.engine)) })
    }

    /// What `OutboundRoute` reads.
    static let routeVariables = [
        "PATCHBAY_PROXY", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "PATCHBAY_EXTRA_CA_FILE",
    ]

    /// Opens the libraries that the operator wants at hand. One that cannot be opened is logged; the host goes on.
    func preload() async {
        guard !configuration.preload.isEmpty else { return }
        await registry.preload(configuration.preload)
    }
}

/// What `patchbay run` has where there is no installation.
private struct NothingStored: CredentialSource, ConnectorSettingsStore {
    func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? { nil }
    func settings(of connector: String, in tenant: TenantID) async throws -> JSON { [:] }
    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {}
}
