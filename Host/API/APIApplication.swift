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
    let live = LiveConnections(
        key: dependencies.key, runs: dependencies.runs, signals: dependencies.signals, clock: SystemTime())
    return Application(
        responder: makeRouter(dependencies).buildResponder(),
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

/// All routes with their middleware, outermost first.
func makeRouter(_ dependencies: APIDependencies) -> Router<APIContext> {
    let open = openRoutes(dependencies)
    let guarded = guardedRoutes(dependencies).map { Route($0.method, "/api/v1" + $0.path, $0.handler) }
    let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestIdentity(clock: dependencies.clock))
    router.add(middleware: AccessLog())
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ErrorAnswers(routes: RouteTable(open + guarded)))
    router.add(open)
    router.group().add(middleware: Authentication(key: dependencies.key)).add(guarded)
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

private func guardedRoutes(_ dependencies: APIDependencies) -> [Route] {
    let workflows = WorkflowRoutes(
        workflows: dependencies.workflows, vault: dependencies.vault, planner: dependencies.planner,
        clock: dependencies.clock, limits: dependencies.limits, publicURL: dependencies.publicURL)
    let executions = ExecutionRoutes(
        workflows: dependencies.workflows, runs: dependencies.runs, starter: dependencies.starter,
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
        operating.routes, retries.routes, workflows.routes, executions.routes, events.routes, runs.routes,
        live.routes, connectors.routes, packages.routes, pins.routes, NodeKindRoutes().routes, expressions.routes,
        credentials.routes,
    ]
    return parts.flatMap(\.self)
}
