package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import PatchbayCore
import PatchbayEngine

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
    let live = LiveConnections(
        gate: gate, publicURL: dependencies.publicURL, runs: dependencies.runs, signals: dependencies.signals,
        clock: SystemTime())
    return Application(
        responder: makeRouter(dependencies, gate).buildResponder(),
        server: HTTPServerBuilder { responder in
            UpgradingChannel(
                responder: responder, live: live, limits: headerLimits, idleTimeout: .seconds(75))
        },
        configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port), serverName: nil),
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

/// All routes with their middleware, outermost first.
func makeRouter(_ dependencies: APIDependencies, _ gate: Gate) -> Router<APIContext> {
    let open = openRoutes(dependencies)
    let guarded = guardedRoutes(dependencies, gate).map { $0.guarded(by: gate) }
    let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestIdentity(clock: dependencies.clock, proxies: dependencies.proxies))
    router.add(middleware: AccessLog())
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ErrorAnswers(routes: RouteTable(open + guarded)))
    router.add(open)
    router.add(guarded)
    return router
}

private func openRoutes(_ dependencies: APIDependencies) -> [Route] {
    HealthRoutes(version: dependencies.version, isReady: dependencies.isReady).routes
        + WebhookRoutes(
            workflows: dependencies.workflows, secrets: dependencies.secrets, starter: dependencies.starter,
            waiting: RunWaiting(runs: dependencies.runs, signals: dependencies.signals),
            directory: WebhookDirectory(planner: dependencies.planner), clock: dependencies.clock,
            limits: dependencies.limits
        ).routes
}

/// Their paths begin below `/api/v1`.
func guardedRoutes(_ dependencies: APIDependencies, _ gate: Gate) -> [Route] {
    let workflows = WorkflowRoutes(
        workflows: dependencies.workflows, vault: dependencies.vault, planner: dependencies.planner,
        clock: dependencies.clock, limits: dependencies.limits, publicURL: dependencies.publicURL)
    let executions = ExecutionRoutes(
        workflows: CurrentWorkflows(dependencies.workflows), runs: dependencies.runs, starter: dependencies.starter,
        waiting: RunWaiting(runs: dependencies.runs, signals: dependencies.signals), limits: dependencies.limits)
    let events = EventRoutes(
        runs: dependencies.runs, relations: dependencies.relations, clock: dependencies.clock,
        limits: dependencies.limits)
    let runs = RunRoutes(runs: dependencies.runs, signals: dependencies.signals, clock: dependencies.clock)
    let connectors = ConnectorRoutes(
        inventory: dependencies.connectors, settings: dependencies.settings, packages: dependencies.packages,
        clock: dependencies.clock, limits: dependencies.limits)
    let packages = PackageRoutes(
        inventory: dependencies.connectors, packages: dependencies.packages, installer: dependencies.installer,
        clock: dependencies.clock, limits: dependencies.limits)
    let pins = PinRoutes(
        routes: workflows, inventory: dependencies.connectors, packages: dependencies.packages,
        changes: dependencies.changes, clock: dependencies.clock, limits: dependencies.limits)
    let credentials = CredentialRoutes(vault: dependencies.vault, limits: dependencies.limits)
    let live = LiveRoutes(runs: dependencies.runs)
    let operating = OperatingRoutes(
        workflows: dependencies.workflows, queue: dependencies.queue, gates: dependencies.gates,
        signals: dependencies.signals, clock: dependencies.clock, limits: dependencies.limits)
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
        identityRoutes(dependencies, gate), operating.routes, retries.routes, workflows.routes, executions.routes,
        events.routes, runs.routes,
        live.routes, connectors.routes, packages.routes, pins.routes, NodeKindRoutes().routes, expressions.routes,
        credentials.routes,
    ]
    return parts.flatMap(\.self)
}

private func identityRoutes(_ dependencies: APIDependencies, _ gate: Gate) -> [Route] {
    let (parts, clock, limits) = (dependencies.identity, dependencies.clock, dependencies.limits)
    let signIn = SignIn(parts, clock: clock)
    let authenticator = gate.authenticator
    let desk = SessionDesk(accounts: parts.accounts, authenticator: authenticator, clock: clock)
    let letters = Letters(mail: parts.mail, publicURL: dependencies.publicURL)
    let roles = RoleRoutes(members: parts.members, authenticator: authenticator, clock: clock, limits: limits)
    return SignInRoutes(signIn: signIn, desk: desk, letters: letters, clock: clock, limits: limits).routes
        + SessionRoutes(desk: desk, members: parts.members, clock: clock, limits: limits).routes
        + ProofRoutes(signIn: signIn, desk: desk, clock: clock, limits: limits).routes
        + MemberRoutes(
            members: parts.members, roles: roles, letters: letters, authenticator: authenticator, clock: clock,
            limits: limits
        ).routes
        + roles.routes
        + AccountRoutes(accounts: parts.accounts, authenticator: authenticator, clock: clock, limits: limits).routes
        + APIKeyRoutes(
            members: parts.members, workflows: dependencies.workflows, authenticator: authenticator, clock: clock,
            limits: limits
        ).routes
}
