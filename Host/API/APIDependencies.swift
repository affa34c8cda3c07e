package import PatchbayCore
package import PatchbayEngine
package import PatchbayExpressions
package import PatchbayJSON
package import PatchbaySecurity

/// Everything that the API answers from; the composition root fills it in.
package struct APIDependencies: Sendable {
    package var key: AdminKey
    package var identity: IdentityParts
    package var workflows: any WorkflowStore
    package var runs: any RunStore
    package var vault: CredentialVault
    /// Opens the secrets that webhook deliveries are verified with.
    package var secrets: any CredentialSource
    package var connectors: any ConnectorInventory
    package var settings: any ConnectorSettingsStore
    /// What is installed for all hosts, and what the hosts say of it.
    package var packages: any ConnectorPackageStore
    package var installer: any ConnectorInstaller
    /// How one version's manifest differs from another's, older first.
    package var changes: @Sendable (JSON, JSON) -> JSON
    package var queue: any RunQueue
    package var gates: any GateStore
    package var planner: Planner
    package var starter: RunStarter
    package var relations: RunRelations
    package var signals: RunSignals
    package var clock: any TimeSource
    /// The present, time zones and chance, for expressions that are tried out.
    package var surroundings: @Sendable () -> Surroundings
    /// Whether the database answers. Ends by itself within seconds.
    package var isReady: @Sendable () async -> Bool
    /// Where this host is reached from outside, such as `https://flows.example.com`; nil: as each request names it.
    package var publicURL: String?
    /// How many proxies of the operator's stand in front.
    package var proxies: Int
    /// The host's version, for people.
    package var version: String
    package var limits: APILimits

    package init(
        key: AdminKey, identity: IdentityParts, workflows: any WorkflowStore, runs: any RunStore,
        vault: CredentialVault,
        secrets: any CredentialSource, connectors: any ConnectorInventory, settings: any ConnectorSettingsStore,
        packages: any ConnectorPackageStore, installer: any ConnectorInstaller,
        changes: @escaping @Sendable (JSON, JSON) -> JSON,
        queue: any RunQueue, gates: any GateStore,
        planner: Planner, starter: RunStarter, relations: RunRelations, signals: RunSignals, clock: any TimeSource,
        surroundings: @escaping @Sendable () -> Surroundings,
        isReady: @escaping @Sendable () async -> Bool, publicURL: String? = nil, proxies: Int = 0, version: String,
        limits: APILimits = APILimits()
    ) {
        self.key = key
        self.identity = identity
        self.workflows = workflows
        self.runs = runs
        self.vault = vault
        self.secrets = secrets
        self.connectors = connectors
        self.settings = settings
        self.packages = packages
        self.installer = installer
        self.changes = changes
        self.queue = queue
        self.gates = gates
        self.planner = planner
        self.starter = starter
        self.relations = relations
        self.signals = signals
        self.clock = clock
        self.surroundings = surroundings
        self.isReady = isReady
        self.publicURL = publicURL
        self.proxies = proxies
        self.version = version
        self.limits = limits
    }
}
