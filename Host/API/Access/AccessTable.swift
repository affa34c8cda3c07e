import HTTPTypes
import PatchbayCore

/// Which permission each route needs: the one place that says so. A route without a line is for operators only, and a test
/// fails.
enum AccessTable {
    struct Rule: Sendable {
        let method: HTTPRequest.Method
        /// Below `/api/v1`.
        let path: String
        let access: Access
        let reach: Reach

        init(_ method: HTTPRequest.Method, _ path: String, _ access: Access, _ reach: Reach? = nil) {
            self.method = method
            self.path = path
            self.access = access
            self.reach = reach ?? .at(path)
        }
    }

    static let closed = Rule(.get, "", .needs([.installationManage]), .tenant)

    static func rule(_ method: HTTPRequest.Method, _ path: String) -> Rule? { byRoute["\(method.rawValue) \(path)"] }

    static let rules: [Rule] = workflows + runs + credentials + connectors + expressions + identity + tenants

    private static let byRoute = Dictionary(
        rules.map { ("\($0.method.rawValue) \($0.path)", $0) }, uniquingKeysWith: { first, _ in first })

    private static let workflows: [Rule] = [
        Rule(.get, "/workflows", .needs([.workflowRead])),
        Rule(.post, "/workflows", .needs([.workflowCreate])),
        Rule(.post, "/workflows/validate", .needs([.workflowRead])),
        Rule(.get, "/workflows/:id", .needs([.workflowRead])),
        Rule(.put, "/workflows/:id", .needs([.workflowUpdate])),
        Rule(.delete, "/workflows/:id", .needs([.workflowDelete])),
        Rule(.get, "/workflows/:id/versions", .needs([.workflowRead])),
        Rule(.get, "/workflows/:id/versions/:version", .needs([.workflowRead])),
        Rule(.post, "/workflows/:id/pause", .needs([.workflowPause])),
        Rule(.post, "/workflows/:id/resume", .needs([.workflowPause])),
        Rule(.post, "/workflows/:id/connectors/upgrade", .needs([.workflowUpdate])),
        Rule(.post, "/workflows/:id/connectors/rollback", .needs([.workflowUpdate])),
        Rule(.post, "/workflows/:id/execute", .needs([.workflowExecute])),
        Rule(.get, "/node-kinds", .signedIn, Reach.none),
        Rule(.get, "/node-kinds/:kind", .signedIn, Reach.none),
    ]

    private static let runs: [Rule] = starting + watching("/runs") + watching("/executions")

    private static let starting: [Rule] = [
        Rule(.post, "/runs", .needs([.workflowExecute]), .handler),
        Rule(.get, "/live", .needs([.runRead])),
        Rule(.get, "/dead-letters", .needs([.runRead])),
        Rule(.post, "/dead-letters/replay", .needs([.runReplay])),
        Rule(.post, "/dead-letters/dismiss", .needs([.runReplay])),
    ]

    /// Runs have two names.
    private static func watching(_ path: String) -> [Rule] {
        [
            Rule(.get, path, .needs([.runRead]), .handler),
            Rule(.get, path + "/:id", .needs([.runRead])),
            Rule(.get, path + "/:id/steps", .needs([.runRead])),
            Rule(.get, path + "/:id/logs", .needs([.runRead])),
            Rule(.get, path + "/:id/live", .needs([.runRead])),
            Rule(.post, path + "/:id/cancel", .needs([.runCancel])),
            Rule(.post, path + "/:id/events", .needs([.runSignal])),
            Rule(.post, path + "/:id/retry", .needs([.runReplay])),
            Rule(.post, path + "/retry", .needs([.runReplay])),
        ]
    }

    private static let credentials: [Rule] = [
        Rule(.get, "/credentials", .needs([.credentialView])),
        Rule(.post, "/credentials", .needs([.credentialManage])),
        Rule(.delete, "/credentials/:id", .needs([.credentialManage])),
    ]

    /// Connectors are installed for all tenants; only their settings are a tenant's own.
    private static let connectors: [Rule] = [
        Rule(.get, "/connectors", .needs([.connectorRead])),
        Rule(.get, "/connectors/breakers", .needs([.installationManage])),
        Rule(.get, "/connectors/:id", .needs([.connectorRead])),
        Rule(.get, "/connectors/:id/settings", .needs([.connectorConfigure])),
        Rule(.put, "/connectors/:id/settings", .needs([.connectorConfigure])),
        Rule(.get, "/connectors/:id/:version", .needs([.connectorRead])),
        Rule(.post, "/connectors/:id/upgrade", .needs([.workflowUpdate])),
        Rule(.post, "/connectors", .needs([.installationManage])),
        Rule(.post, "/connectors/:id/rollback", .needs([.installationManage])),
        Rule(.post, "/connectors/:id/:version/enable", .needs([.installationManage])),
        Rule(.post, "/connectors/:id/:version/resume", .needs([.installationManage])),
        Rule(.post, "/connectors/:id/:version/disable", .needs([.installationManage])),
        Rule(.post, "/connectors/:id/:version/retire", .needs([.installationManage])),
        Rule(.get, "/connectors/:id/:version/needs", .needs([.installationManage])),
        Rule(.delete, "/connectors/:id/:version", .needs([.installationManage])),
    ]

    /// Trying an expression out can read what a run did.
    private static let expressions: [Rule] = [
        Rule(.post, "/expressions/evaluate", .needs([.workflowRead, .runRead])),
        Rule(.post, "/expressions/validate", .needs([.workflowRead, .runRead])),
        Rule(.post, "/expressions/complete", .needs([.workflowRead, .runRead, .credentialView])),
    ]

    private static let identity: [Rule] = [
        Rule(.post, "/auth/login", .open),
        Rule(.post, "/auth/register", .open),
        Rule(.post, "/auth/links", .open),
        Rule(.post, "/auth/links/redeem", .open),
        Rule(.get, "/auth/session", .signedIn, Reach.none),
        Rule(.post, "/auth/logout", .signedIn),
        Rule(.get, "/auth/sessions", .signedIn),
        Rule(.delete, "/auth/sessions", .signedIn),
        Rule(.delete, "/auth/sessions/:id", .signedIn),
        Rule(.post, "/auth/invitations/accept", .signedIn),
        Rule(.put, "/auth/password", .signedIn),
        Rule(.post, "/auth/totp", .signedIn),
        Rule(.post, "/auth/totp/confirm", .signedIn),
        Rule(.post, "/auth/totp/disable", .signedIn),
    ]

    private static let tenants: [Rule] = [
        Rule(.get, "/limits", .needs([.tenantRead])),
        Rule(.put, "/limits", .needs([.installationManage])),
        Rule(.get, "/accounts", .needs([.installationManage])),
        Rule(.put, "/accounts/:id", .needs([.installationManage])),
        Rule(.get, "/members", .needs([.memberRead])),
        Rule(.put, "/members/:id", .needs([.memberManage])),
        Rule(.delete, "/members/:id", .needs([.memberManage])),
        Rule(.get, "/invitations", .needs([.memberRead])),
        Rule(.post, "/invitations", .needs([.memberManage])),
        Rule(.delete, "/invitations/:id", .needs([.memberManage])),
        Rule(.get, "/roles", .needs([.tenantRead])),
        Rule(.put, "/roles/:name", .needs([.roleManage])),
        Rule(.delete, "/roles/:name", .needs([.roleManage])),
        Rule(.get, "/api-keys", .needs([.keyCreate])),
        Rule(.post, "/api-keys", .needs([.keyCreate])),
        Rule(.delete, "/api-keys/:id", .needs([.keyCreate])),
    ]
}
