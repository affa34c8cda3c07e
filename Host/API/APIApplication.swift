package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import PatchbayCore
import PatchbayEngine
import PatchbayMarketplace

/// Where the server listens.
package struct APIAddress: Sendable {
    package var host: String
    /// 0: any that is free.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// The HTTP server: a service that runs until it is told to stop, and then lets requests in progress finish.
///
/// `onListening` is told the port as soon as connections are accepted.
package func makeApplication(
    _ dependencies: APIDependencies, at address: APIAddress, logger: Logger,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
) -> some ApplicationProtocol {
    let gate = makeGate(dependencies)
    let limiter = RateLimiter(
        store: dependencies.rates, standard: dependencies.rateLimits, clock: dependencies.clock, log: logger)
    let desk = makeDeliveryDesk(dependencies, logger)
    let identity = RequestIdentity(clock: dependencies.clock, proxies: dependencies.proxies)
    let security = SecurityHeaders(publicURL: dependencies.publicURL)
    let deliveries = QuickDeliveries(
        desk: desk, pump: dependencies.pump, limiter: limiter, identity: identity, security: security,
        log: AccessLog(), logger: logger, clock: dependencies.clock, publicURL: dependencies.publicURL)
    let workflows = CurrentWorkflows(dependencies.workflows)
    let audit = makeAuditDesk(dependencies)
    let starts = QuickStarts(
        gate: gate, workflows: workflows, starter: dependencies.starter, limiter: limiter, identity: identity,
        origins: dependencies.origins, security: security, audit: audit, log: AccessLog(), logger: logger,
        clock: dependencies.clock)
    let live = LiveConnections(
        gate: gate, limiter: limiter, publicURL: dependencies.publicURL, runs: dependencies.runs,
        signals: dependencies.signals,
        clock: SystemTime())
    return Application(
        responder: makeRouter(dependencies, gate, limiter, desk, audit, workflows).buildResponder(),
        server: HTTPServerBuilder { responder in
            UpgradingChannel(
                responder: responder, live: live, limits: headerLimits, connections: dependencies.connections,
                quick: [deliveries, starts])
        },
        configuration: ApplicationConfiguration(
            address: .hostname(address.host, port: address.port), serverName: nil,
            availableConnectionsDelegate: MaximumAvailableConnections(dependencies.connections.connections)),
        onServerRunning: { channel in
            if let port = channel.localAddress?.port { await onListening(port) }
        },
        logger: logger)
}

/// 32 KiB of headers, at most 100: what proxies commonly pass on.
private var headerLimits: HTTP1Channel.Configuration.DecoderConfiguration {
    .init(maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
}

func makeGate(_ dependencies: APIDependencies) -> Gate {
    Gate(
        authenticator: Authenticator(
            key: dependencies.key, accounts: dependencies.identity.accounts,
            members: dependencies.identity.members, clock: dependencies.clock,
            cookies: SessionCookies(publicURL: dependencies.publicURL)),
        runs: dependencies.runs)
}

func makeAuditDesk(_ dependencies: APIDependencies) -> AuditDesk {
    AuditDesk(log: dependencies.audit, accounts: dependencies.identity.accounts, clock: dependencies.clock)
}

/// All routes, and what surrounds them.
private func makeRouter(
    _ dependencies: APIDependencies, _ gate: Gate, _ limiter: RateLimiter, _ desk: DeliveryDesk, _ audit: AuditDesk,
    _ workflows: CurrentWorkflows
) -> Router<APIContext> {
    let open = openRoutes(dependencies, limiter, desk)
    let guarded = guardedRoutes(dependencies, gate, audit, desk, limiter, workflows)
        .map { $0.guarded(by: gate, limiter, audit) }
    let routes = RouteTable(open + guarded)
    let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
    router.add(
        middleware: RequestFrame(
            identity: RequestIdentity(clock: dependencies.clock, proxies: dependencies.proxies), log: AccessLog(),
            security: SecurityHeaders(publicURL: dependencies.publicURL),
            crossOrigin: CrossOrigin(origins: dependencies.origins, routes: routes),
            errors: ErrorAnswers(routes: routes)))
    router.add(open)
    router.add(guarded)
    return router
}

private func taskDesk(_ dependencies: APIDependencies) -> TaskDesk {
    TaskDesk(
        store: dependencies.tasks, members: dependencies.identity.members, signals: dependencies.signals,
        clock: dependencies.clock)
}

func makeDeliveryDesk(_ dependencies: APIDependencies, _ log: Logger) -> DeliveryDesk {
    DeliveryDesk(
        directory: WebhookDirectory(
            workflows: dependencies.workflows, secrets: dependencies.secrets, planner: dependencies.planner,
            subscriptions: dependencies.subscriptions, clock: dependencies.clock),
        store: dependencies.deliveries, environment: dependencies.planner.environment,
        receiver: dependencies.invoker.map {
            WebhookReceiver(catalogue: dependencies.connectors, invoker: $0, clock: dependencies.clock)
        }, clock: dependencies.clock, log: log)
}

private func openRoutes(_ dependencies: APIDependencies, _ limiter: RateLimiter, _ desk: DeliveryDesk) -> [Route] {
    let decisions = DecisionRoutes(
        tasks: dependencies.tasks, desk: taskDesk(dependencies), key: dependencies.identity.key,
        audit: dependencies.audit, limiter: limiter, clock: dependencies.clock, limits: dependencies.limits)
    let slack = SlackRoutes(
        tasks: dependencies.tasks, desk: taskDesk(dependencies), secrets: dependencies.secrets,
        people: SlackPeople(web: dependencies.web, credentials: dependencies.secrets), notices: dependencies.notices,
        key: dependencies.identity.key, audit: dependencies.audit, limiter: limiter, clock: dependencies.clock,
        limits: dependencies.limits)
    return HealthRoutes(version: dependencies.version, isReady: dependencies.isReady).routes + decisions.routes
        + slack.routes
        + DeliveryRoutes(
            desk: desk, pump: dependencies.pump, runs: dependencies.runs,
            waiting: RunWaiting(runs: dependencies.runs, signals: dependencies.signals), limiter: limiter,
            limits: dependencies.limits, publicURL: dependencies.publicURL
        ).routes
}

/// Their paths begin below `/api/v1`.
func guardedRoutes(
    _ dependencies: APIDependencies, _ gate: Gate, _ audit: AuditDesk? = nil, _ desk: DeliveryDesk? = nil,
    _ limiter: RateLimiter? = nil, _ current: CurrentWorkflows? = nil
) -> [Route] {
    let desk = desk ?? makeDeliveryDesk(dependencies, Logger(label: "deliveries") { _ in SwiftLogNoOpLogHandler() })
    let audit = audit ?? makeAuditDesk(dependencies)
    let limiter =
        limiter
        ?? RateLimiter(
            store: dependencies.rates, standard: dependencies.rateLimits, clock: dependencies.clock,
            log: Logger(label: "rates") { _ in SwiftLogNoOpLogHandler() })
    let workflows = WorkflowRoutes(
        workflows: dependencies.workflows, vault: dependencies.vault, planner: dependencies.planner,
        clock: dependencies.clock, limits: dependencies.limits, publicURL: dependencies.publicURL,
        recalls: PinRecalls(packages: dependencies.submissions))
    let executions = ExecutionRoutes(
        workflows: current ?? CurrentWorkflows(dependencies.workflows), runs: dependencies.runs,
        starter: dependencies.starter, waiting: RunWaiting(runs: dependencies.runs, signals: dependencies.signals),
        clock: dependencies.clock,
        limits: dependencies.limits)
    let events = EventRoutes(
        runs: dependencies.runs, relations: dependencies.relations, clock: dependencies.clock,
        limits: dependencies.limits)
    let tasks = TaskRoutes(
        tasks: dependencies.tasks,
        desk: taskDesk(dependencies),
        accounts: dependencies.identity.accounts, clock: dependencies.clock, limits: dependencies.limits)
    let runs = RunRoutes(
        runs: dependencies.runs, deliveries: dependencies.deliveries, signals: dependencies.signals,
        clock: dependencies.clock)
    let connectors = ConnectorRoutes(
        inventory: dependencies.connectors, settings: dependencies.settings, packages: dependencies.packages,
        clock: dependencies.clock, limits: dependencies.limits)
    let packages = PackageRoutes(
        inventory: dependencies.connectors, packages: dependencies.packages, installer: dependencies.installer,
        clock: dependencies.clock, limits: dependencies.limits)
    let pins = PinRoutes(
        routes: workflows, inventory: dependencies.connectors, packages: dependencies.packages,
        changes: dependencies.changes, clock: dependencies.clock, limits: dependencies.limits)
    let credentials = CredentialRoutes(
        vault: dependencies.vault, workflows: dependencies.workflows, alerts: dependencies.alerts,
        inventory: dependencies.connectors,
        limits: dependencies.limits)
    let trials = CredentialTrialRoutes(
        credentials: credentials, invoker: dependencies.invoker, clock: dependencies.clock)
    let oauth = OAuthRoutes(
        vault: dependencies.vault, consent: dependencies.consent, authenticator: gate.authenticator,
        publicURL: dependencies.publicURL, limits: dependencies.limits)
    let live = LiveRoutes(runs: dependencies.runs)
    let operating = OperatingRoutes(
        workflows: dependencies.workflows, queue: dependencies.queue, gates: dependencies.gates,
        signals: dependencies.signals, clock: dependencies.clock, limits: dependencies.limits)
    let schedules = ScheduleRoutes(
        schedules: dependencies.schedules, workflows: CurrentWorkflows(dependencies.workflows),
        starter: dependencies.starter, signals: dependencies.signals, zones: dependencies.zones,
        clock: dependencies.clock, limits: dependencies.limits)
    let polls = PollRoutes(
        polls: dependencies.polls, signals: dependencies.signals, clock: dependencies.clock, limits: dependencies.limits
    )
    let alerts = AlertRoutes(
        alerts: dependencies.alerts, vault: dependencies.vault, workflows: dependencies.workflows,
        clock: dependencies.clock, limits: dependencies.limits)
    let repeater = RunRepeater(
        workflows: dependencies.workflows, runs: dependencies.runs, planner: dependencies.planner,
        starter: dependencies.starter, clock: dependencies.clock)
    let retries = RetryRoutes(
        runs: dependencies.runs, repeater: repeater, clock: dependencies.clock, limits: dependencies.limits)
    let expressions = ExpressionRoutes(
        grounds: ExpressionGrounds(
            workflows: dependencies.workflows, runs: dependencies.runs, vault: dependencies.vault,
            planner: dependencies.planner, surroundings: dependencies.surroundings),
        limits: dependencies.limits)
    let parts = [
        identityRoutes(dependencies, gate, audit), operating.routes, schedules.routes, polls.routes, alerts.routes,
        executions.routes, events.routes, tasks.routes, runs.routes, live.routes, connectors.routes,
        NodeKindRoutes().routes,
        credentials.routes, trials.routes, oauth.routes,
        DocumentRoutes(version: dependencies.version, publicURL: dependencies.publicURL).routes,
    ]
    // They plan workflows, evaluate expressions, read whole packages or verify whole chains.
    let laborious = [
        workflows.routes, webhookRoutes(dependencies, desk), pins.routes, retries.routes, expressions.routes,
        packages.routes, marketplaceRoutes(dependencies),
        templateRoutes(dependencies, MarketplaceThrottle(limiter: limiter)),
        AuditRoutes(trail: dependencies.trail).routes,
    ]
    return parts.flatMap(\.self) + laborious.flatMap(\.self).map(\.laborious)
}

/// Packages of connectors, on their way and published.
private func marketplaceRoutes(_ dependencies: APIDependencies) -> [Route] {
    let shelf = PackageShelf(packages: dependencies.submissions, changes: dependencies.changes)
    return PackageSubmissionRoutes(
        shelf: shelf, examiner: dependencies.examiner, clock: dependencies.clock, limits: dependencies.limits
    ).routes
        + PublishedPackageRoutes(
            shelf: shelf, installed: dependencies.packages, installer: dependencies.installer,
            clock: dependencies.clock, limits: dependencies.limits
        ).routes
}

private func templateRoutes(_ dependencies: APIDependencies, _ throttle: MarketplaceThrottle) -> [Route] {
    let check = TemplateCheck(planner: dependencies.planner)
    let templates = TemplateRoutes(
        templates: dependencies.templates, source: dependencies.indexed, workflows: dependencies.workflows,
        vault: dependencies.vault, inventory: dependencies.connectors, check: check, throttle: throttle,
        views: dependencies.views, clock: dependencies.clock, limits: dependencies.limits,
        publicURL: dependencies.publicURL)
    let submissions = SubmissionRoutes(
        templates: dependencies.templates, check: check, clock: dependencies.clock, limits: dependencies.limits)
    let installations = TemplateInstallationRoutes(
        installations: dependencies.installations, templates: dependencies.templates, source: dependencies.indexed,
        workflows: dependencies.workflows, vault: dependencies.vault, planner: dependencies.planner,
        inventory: dependencies.connectors, throttle: throttle, clock: dependencies.clock, limits: dependencies.limits,
        recalls: PinRecalls(packages: dependencies.submissions),
        offers: ConnectorOffers(
            packages: dependencies.submissions, examiner: dependencies.examiner, installer: dependencies.installer,
            log: dependencies.audit, clock: dependencies.clock,
            tenantsMayBring: dependencies.tenantsInstallConnectors))
    let reviews = ReviewRoutes(
        reviews: dependencies.reviews, templates: dependencies.templates, throttle: throttle, clock: dependencies.clock,
        limits: dependencies.limits)
    let reports = ReportRoutes(
        reviews: dependencies.reviews, templates: dependencies.templates, throttle: throttle, clock: dependencies.clock,
        limits: dependencies.limits)
    let publishers = PublisherRoutes(
        publishers: dependencies.publishers, templates: dependencies.templates, clock: dependencies.clock,
        limits: dependencies.limits, publicURL: dependencies.publicURL)
    let indexes = IndexRoutes(indexes: dependencies.indexes, clock: dependencies.clock, limits: dependencies.limits)
    return templates.routes + submissions.routes + installations.routes + reviews.routes + reports.routes
        + publishers.routes + indexes.routes
        + TemplateAnalyticsRoutes(
            statistics: dependencies.statistics, templates: dependencies.templates, clock: dependencies.clock
        ).routes
}

private func webhookRoutes(_ dependencies: APIDependencies, _ desk: DeliveryDesk) -> [Route] {
    WebhookRoutes(
        webhooks: dependencies.webhooks, workflows: dependencies.workflows,
        subscriptions: dependencies.subscriptions, secrets: WebhookSecrets(vault: dependencies.vault),
        directory: desk.directory, clock: dependencies.clock, limits: dependencies.limits,
        publicURL: dependencies.publicURL
    ).routes
        + WebhookEventRoutes(
            webhooks: dependencies.webhooks, deliveries: dependencies.deliveries, directory: desk.directory,
            desk: desk, pump: dependencies.pump, clock: dependencies.clock, limits: dependencies.limits,
            publicURL: dependencies.publicURL
        ).routes
}

private func identityRoutes(_ dependencies: APIDependencies, _ gate: Gate, _ audit: AuditDesk) -> [Route] {
    let (parts, clock, limits) = (dependencies.identity, dependencies.clock, dependencies.limits)
    let signIn = SignIn(parts, clock: clock)
    let authenticator = gate.authenticator
    let desk = SessionDesk(accounts: parts.accounts, authenticator: authenticator, audit: audit, clock: clock)
    let letters = Letters(mail: parts.mail, publicURL: dependencies.publicURL)
    let roles = RoleRoutes(members: parts.members, authenticator: authenticator, clock: clock, limits: limits)
    return SignInRoutes(signIn: signIn, desk: desk, letters: letters, clock: clock, limits: limits).routes
        + OpenIDRoutes(signIn: signIn, desk: desk, letters: letters, clock: clock, limits: limits).routes
        + IdentityRoutes(accounts: parts.accounts, providers: parts.providers, letters: letters).routes
        + SessionRoutes(desk: desk, members: parts.members, clock: clock, limits: limits).routes
        + ProofRoutes(signIn: signIn, desk: desk, clock: clock, limits: limits).routes
        + MemberRoutes(
            members: parts.members, roles: roles, letters: letters, authenticator: authenticator, clock: clock,
            limits: limits
        ).routes
        + roles.routes
        + TenantRoutes(tenants: dependencies.tenants, authenticator: authenticator, clock: clock, limits: limits).routes
        + OwnTenantRoutes(
            tenants: dependencies.tenants, exporter: dependencies.exporter, authenticator: authenticator, clock: clock,
            limits: limits
        ).routes
        + AccountRoutes(accounts: parts.accounts, authenticator: authenticator, clock: clock, limits: limits).routes
        + APIKeyRoutes(
            members: parts.members, workflows: dependencies.workflows, authenticator: authenticator, clock: clock,
            limits: limits
        ).routes
}
