package import PatchbayCore
package import PatchbayEngine
package import PatchbayExpressions
package import PatchbayJSON
package import PatchbaySecurity

/// Everything that the API answers from; the composition root fills it in.
package struct APIDependencies: Sendable {
    package var key: AdminKey
    package var identity: IdentityParts
    package var tenants: any TenantStore
    package var exporter: any TenantExporter
    package var audit: any AuditLog
    package var trail: any AuditTrail
    package var workflows: any WorkflowStore
    package var webhooks: any WebhookStore
    package var deliveries: any DeliveryStore
    /// Starts the runs of stored deliveries.
    package var pump: DeliveryPump
    package var runs: any RunStore
    package var tasks: any TaskStore
    package var vault: CredentialVault
    /// Authorises those of OAuth 2.0.
    package var consent: OAuthConsent
    /// Opens the secrets that webhook deliveries are verified with.
    package var secrets: any CredentialSource
    package var connectors: any ConnectorInventory
    package var settings: any ConnectorSettingsStore
    /// What is installed for all hosts, and what the hosts say of it.
    package var packages: any ConnectorPackageStore
    package var installer: any ConnectorInstaller
    /// Packages that tenants offer to everybody.
    package var submissions: any PackageSubmissionStore
    package var examiner: any PackageExaminer
    /// Whether a tenant's admins may install published connectors with a template.
    package var tenantsInstallConnectors: Bool
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
    package var schedules: any ScheduleStore
    package var alerts: any AlertStore
    package var templates: any TemplateStore
    package var installations: any InstallationStore
    package var reviews: any ReviewStore
    package var publishers: any PublisherStore
    package var statistics: any TemplateStatisticsStore
    /// Counts who looks at templates.
    package var views: ViewTally
    package var zones: any TimeZones
    package var polls: any PollStore
    /// What is left of the budgets of requests, for all hosts.
    package var rates: any RateStore
    /// Requests a minute that a tenant may make of which nothing else is said.
    package var rateLimits: RateLimits
    /// Origins whose pages may call the API with keys.
    package var origins: AllowedOrigins
    package var connections: ConnectionLimits
    /// Asks others on tenants' behalf: who has pressed a button in Slack.
    package var web: any TenantWebExchange
    /// What people are to be told.
    package var notices: any NoticeStore
    /// Calls connectors to test credentials, and to verify what they have subscribed; nil: neither is done.
    package var invoker: (any OperationInvoker)?
    package var subscriptions: any SubscriptionStore
    package var indexes: any IndexStore
    /// Fetches templates that only an index has yet.
    package var indexed: any IndexedTemplateSource

    package init(
        key: AdminKey, identity: IdentityParts, tenants: any TenantStore, exporter: any TenantExporter,
        audit: any AuditLog, trail: any AuditTrail,
        workflows: any WorkflowStore, webhooks: any WebhookStore, deliveries: any DeliveryStore, pump: DeliveryPump,
        runs: any RunStore, tasks: any TaskStore,
        vault: CredentialVault, consent: OAuthConsent,
        secrets: any CredentialSource, connectors: any ConnectorInventory, settings: any ConnectorSettingsStore,
        packages: any ConnectorPackageStore, installer: any ConnectorInstaller,
        submissions: any PackageSubmissionStore, examiner: any PackageExaminer,
        tenantsInstallConnectors: Bool = false,
        changes: @escaping @Sendable (JSON, JSON) -> JSON,
        queue: any RunQueue, gates: any GateStore,
        planner: Planner, starter: RunStarter, relations: RunRelations, signals: RunSignals, clock: any TimeSource,
        surroundings: @escaping @Sendable () -> Surroundings,
        isReady: @escaping @Sendable () async -> Bool, publicURL: String? = nil, proxies: Int = 0, version: String,
        limits: APILimits = APILimits(), schedules: any ScheduleStore, zones: any TimeZones, polls: any PollStore,
        alerts: any AlertStore, templates: any TemplateStore, installations: any InstallationStore,
        reviews: any ReviewStore, publishers: any PublisherStore,
        statistics: any TemplateStatisticsStore, views: ViewTally,
        rates: any RateStore,
        rateLimits: RateLimits = .standard,
        origins: AllowedOrigins = .none, connections: ConnectionLimits = ConnectionLimits(),
        web: any TenantWebExchange, notices: any NoticeStore, invoker: (any OperationInvoker)? = nil,
        subscriptions: any SubscriptionStore, indexes: any IndexStore, indexed: any IndexedTemplateSource
    ) {
        self.key = key
        self.identity = identity
        self.tenants = tenants
        self.exporter = exporter
        self.audit = audit
        self.trail = trail
        self.workflows = workflows
        self.webhooks = webhooks
        self.deliveries = deliveries
        self.pump = pump
        self.runs = runs
        self.tasks = tasks
        self.vault = vault
        self.consent = consent
        self.secrets = secrets
        self.connectors = connectors
        self.settings = settings
        self.packages = packages
        self.installer = installer
        self.submissions = submissions
        self.examiner = examiner
        self.tenantsInstallConnectors = tenantsInstallConnectors
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
        self.schedules = schedules
        self.alerts = alerts
        self.templates = templates
        self.installations = installations
        self.reviews = reviews
        self.publishers = publishers
        self.statistics = statistics
        self.views = views
        self.zones = zones
        self.polls = polls
        self.rates = rates
        self.rateLimits = rateLimits
        self.origins = origins
        self.connections = connections
        self.web = web
        self.notices = notices
        self.invoker = invoker
        self.subscriptions = subscriptions
        self.indexes = indexes
        self.indexed = indexed
    }
}
