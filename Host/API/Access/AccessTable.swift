import HTTPTypes
import PatchbayCore

/// Which permission each route needs: the one place that says so. A route without a line is for operators only, and a
/// test fails.
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

    static let rules: [Rule] =
        workflows + schedules + alerts + templates + runs + tasks + credentials + connectors + packages + expressions
        + identity
        + tenants

    private static let byRoute = Dictionary(
        rules.map { ("\($0.method.rawValue) \($0.path)", $0) }, uniquingKeysWith: { first, _ in first })

    private static let workflows: [Rule] = [
        Rule(.get, "/workflows", .needs([.workflowRead])),
        Rule(.post, "/workflows", .needs([.workflowCreate])),
        Rule(.post, "/workflows/validate", .needs([.workflowRead])),
        Rule(.post, "/workflows/import", .needs([.workflowRead])),
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
        Rule(.get, "/webhooks", .needs([.workflowRead]), .handler),
        Rule(.post, "/webhooks", .needs([.workflowUpdate]), .handler),
        Rule(.get, "/webhooks/:id", .needs([.workflowRead]), .handler),
        Rule(.put, "/webhooks/:id", .needs([.workflowUpdate]), .handler),
        Rule(.delete, "/webhooks/:id", .needs([.workflowUpdate]), .handler),
        Rule(.post, "/webhooks/:id/enable", .needs([.workflowUpdate]), .handler),
        Rule(.post, "/webhooks/:id/disable", .needs([.workflowUpdate]), .handler),
        Rule(.post, "/webhooks/:id/rotate", .needs([.workflowUpdate, .credentialManage]), .handler),
        Rule(.get, "/webhooks/:id/events", .needs([.runRead]), .handler),
        Rule(.get, "/webhooks/:id/events/:event", .needs([.runRead]), .handler),
        Rule(.post, "/webhooks/:id/events/:event/replay", .needs([.runReplay]), .handler),
        Rule(.post, "/webhooks/:id/replay", .needs([.runReplay]), .handler),
        Rule(.post, "/webhooks/:id/test", .needs([.workflowExecute]), .handler),
        Rule(.post, "/webhooks/:id/simulate", .needs([.workflowExecute, .credentialUse]), .handler),
        Rule(.get, "/openapi.json", .open),
        Rule(.get, "/node-kinds", .signedIn, Reach.none),
        Rule(.get, "/node-kinds/:kind", .signedIn, Reach.none),
    ]

    /// A schedule is a part of its workflow, which their handler looks up.
    private static let schedules: [Rule] = [
        Rule(.get, "/schedules", .needs([.workflowRead]), .handler),
        Rule(.post, "/schedules", .needs([.workflowUpdate]), .handler),
        Rule(.get, "/schedules/:id", .needs([.workflowRead]), .handler),
        Rule(.put, "/schedules/:id", .needs([.workflowUpdate]), .handler),
        Rule(.delete, "/schedules/:id", .needs([.workflowUpdate]), .handler),
        Rule(.get, "/schedules/:id/history", .needs([.workflowRead]), .handler),
        Rule(.post, "/schedules/:id/trigger", .needs([.workflowExecute]), .handler),
        Rule(.post, "/schedules/:id/pause", .needs([.workflowPause]), .handler),
        Rule(.post, "/schedules/:id/resume", .needs([.workflowPause]), .handler),
        Rule(.get, "/polls", .needs([.workflowRead]), .handler),
        Rule(.get, "/polls/:id", .needs([.workflowRead]), .handler),
        Rule(.post, "/polls/:id/poll", .needs([.workflowExecute]), .handler),
        Rule(.post, "/polls/:id/reset", .needs([.workflowUpdate]), .handler),
    ]

    /// An alert may be for one workflow, which their handler looks up.
    private static let templates: [Rule] = [
        Rule(.get, "/templates", .needs([.workflowRead])),
        Rule(.post, "/templates", .needs([.workflowCreate])),
        Rule(.post, "/templates/check", .needs([.workflowCreate])),
        Rule(.post, "/templates/export", .needs([.workflowCreate, .workflowRead])),
        Rule(.get, "/templates/own", .needs([.workflowRead])),
        Rule(.get, "/templates/:id", .needs([.workflowRead])),
        Rule(.get, "/templates/:id/preview", .needs([.workflowRead])),
        Rule(.get, "/templates/:id/versions", .needs([.workflowRead])),
        Rule(.get, "/templates/:id/versions/:version", .needs([.workflowRead])),
        Rule(.post, "/templates/:id/publish", .needs([.templatePublish])),
        Rule(.post, "/templates/:id/unpublish", .needs([.templatePublish])),
        Rule(.post, "/templates/:id/deprecate", .needs([.templatePublish])),
        Rule(.get, "/submissions", .needs([.installationManage])),
        Rule(.get, "/submissions/:id/:version", .needs([.installationManage])),
        Rule(.post, "/submissions/:id/:version/approve", .needs([.installationManage])),
        Rule(.post, "/submissions/:id/:version/reject", .needs([.installationManage])),
        Rule(.post, "/submissions/:id/:version/withdraw", .needs([.installationManage])),
        // Whose it is, their handler asks.
        Rule(.get, "/templates/:id/analytics", .needs([.workflowRead])),
        // That the tenant has installed it, their handler asks.
        Rule(.get, "/templates/:id/reviews", .needs([.workflowRead])),
        Rule(.get, "/templates/:id/review", .needs([.workflowRead])),
        Rule(.put, "/templates/:id/review", .signedIn),
        Rule(.delete, "/templates/:id/review", .signedIn),
        Rule(.post, "/templates/:id/reviews/:review/hide", .needs([.installationManage])),
        Rule(.post, "/templates/:id/reviews/:review/restore", .needs([.installationManage])),
        Rule(.post, "/templates/:id/reports", .signedIn),
        Rule(.post, "/templates/:id/reviews/:review/reports", .signedIn),
        Rule(.get, "/publisher", .needs([.workflowRead])),
        Rule(.put, "/publisher", .needs([.templatePublish])),
        Rule(.get, "/publishers/:id", .needs([.workflowRead])),
        Rule(.get, "/reports", .needs([.installationManage])),
        Rule(.get, "/reports/:id", .needs([.installationManage])),
        Rule(.post, "/reports/:id/resolve", .needs([.installationManage])),
        Rule(.post, "/reports/:id/dismiss", .needs([.installationManage])),
        Rule(.get, "/indexes", .needs([.installationManage])),
        Rule(.post, "/indexes", .needs([.installationManage])),
        Rule(.get, "/indexes/:id", .needs([.installationManage])),
        Rule(.put, "/indexes/:id", .needs([.installationManage])),
        Rule(.delete, "/indexes/:id", .needs([.installationManage])),
        Rule(.post, "/indexes/:id/fetch", .needs([.installationManage])),
        Rule(.get, "/indexes/:id/connectors", .needs([.installationManage])),
        Rule(.get, "/installations", .needs([.workflowRead])),
        Rule(.post, "/installations", .needs([.workflowCreate])),
        Rule(.get, "/installations/:id", .needs([.workflowRead])),
        Rule(.post, "/installations/:id/update", .needs([.workflowUpdate])),
        Rule(.post, "/installations/:id/revert", .needs([.workflowUpdate])),
        Rule(.delete, "/installations/:id", .needs([.workflowDelete])),
    ]

    private static let alerts: [Rule] = [
        Rule(.get, "/alerts", .needs([.alertRead]), .handler),
        Rule(.post, "/alerts", .needs([.alertManage]), .handler),
        Rule(.get, "/alerts/:id", .needs([.alertRead]), .handler),
        Rule(.put, "/alerts/:id", .needs([.alertManage]), .handler),
        Rule(.delete, "/alerts/:id", .needs([.alertManage]), .handler),
        Rule(.get, "/alerts/:id/events", .needs([.alertRead]), .handler),
        Rule(.post, "/alerts/:id/enable", .needs([.alertManage]), .handler),
        Rule(.post, "/alerts/:id/disable", .needs([.alertManage]), .handler),
        Rule(.post, "/alerts/:id/test", .needs([.alertManage]), .handler),
    ]

    private static let runs: [Rule] = starting + watching("/runs") + watching("/executions")

    private static let starting: [Rule] = [
        Rule(.post, "/runs", .needs([.workflowExecute]), .handler),
        Rule(.post, "/events", .needs([.runSignal])),
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

    /// Whose a task is, its handler asks.
    private static let tasks: [Rule] = [
        Rule(.get, "/tasks", .needs([.taskAct])),
        Rule(.get, "/tasks/counts", .needs([.taskAct])),
        Rule(.get, "/tasks/:id", .needs([.taskAct])),
        Rule(.post, "/tasks/:id/claim", .needs([.taskAct])),
        Rule(.post, "/tasks/:id/release", .needs([.taskAct])),
        Rule(.post, "/tasks/:id/comments", .needs([.taskAct])),
        Rule(.post, "/tasks/:id/delegate", .needs([.taskAct])),
        Rule(.post, "/tasks/:id/decide", .needs([.taskAct])),
    ]

    private static let credentials: [Rule] = [
        Rule(.get, "/credentials", .needs([.credentialView])),
        Rule(.post, "/credentials", .needs([.credentialManage])),
        Rule(.get, "/credentials/kinds", .needs([.connectorRead])),
        Rule(.get, "/credentials/:id", .needs([.credentialView])),
        Rule(.put, "/credentials/:id", .needs([.credentialManage])),
        Rule(.post, "/credentials/:id/test", .needs([.credentialUse])),
        Rule(.get, "/credentials/:id/used-by", .needs([.credentialView, .workflowRead])),
        Rule(.delete, "/credentials/:id", .needs([.credentialManage])),
        Rule(.post, "/credentials/:id/oauth/authorize", .needs([.credentialManage])),
        Rule(.post, "/credentials/:id/oauth/revoke", .needs([.credentialManage])),
        // Judged by the state that comes back, and the session that began it.
        Rule(.get, "/oauth/callback", .open),
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

    /// Offering one runs code of strangers here, so that more than making workflows is needed for it.
    private static let packages: [Rule] = [
        Rule(.get, "/connector-submissions", .needs([.installationManage])),
        Rule(.post, "/connector-submissions", .needs([.templatePublish, .connectorConfigure])),
        Rule(.get, "/connector-submissions/own", .needs([.connectorRead])),
        Rule(.get, "/connector-submissions/:id/:version", .needs([.connectorRead])),
        Rule(.post, "/connector-submissions/:id/:version/approve", .needs([.installationManage])),
        Rule(.post, "/connector-submissions/:id/:version/reject", .needs([.installationManage])),
        Rule(.post, "/connector-submissions/:id/:version/publish", .needs([.templatePublish, .connectorConfigure])),
        Rule(.post, "/connector-submissions/:id/:version/withdraw", .needs([.templatePublish, .connectorConfigure])),
        Rule(.get, "/connector-packages", .needs([.connectorRead])),
        Rule(.get, "/connector-packages/:id", .needs([.connectorRead])),
        Rule(.get, "/connector-packages/:id/:version", .needs([.connectorRead])),
        Rule(.get, "/connector-packages/:id/:version/content", .needs([.installationManage])),
        Rule(.post, "/connector-packages/:id/:version/install", .needs([.installationManage])),
        Rule(.post, "/connector-packages/:id/:version/yank", .needs([.templatePublish, .connectorConfigure])),
        Rule(.post, "/connector-packages/:id/:version/quarantine", .needs([.installationManage])),
        Rule(.post, "/connector-packages/:id/:version/restore", .needs([.installationManage])),
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
        Rule(.get, "/auth/providers", .open),
        Rule(.get, "/auth/oidc/:provider/start", .open),
        Rule(.get, "/auth/oidc/:provider/callback", .open),
        Rule(.post, "/auth/oidc/:provider/link", .signedIn),
        Rule(.get, "/auth/identities", .signedIn),
        Rule(.delete, "/auth/identities/:id", .signedIn),
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
        Rule(.get, "/tenants", .signedIn),
        Rule(.post, "/tenants", .needs([.installationManage])),
        Rule(.get, "/tenants/:id", .needs([.installationManage])),
        Rule(.put, "/tenants/:id", .needs([.installationManage])),
        Rule(.delete, "/tenants/:id", .needs([.installationManage])),
        Rule(.post, "/tenants/:id/suspend", .needs([.installationManage])),
        Rule(.post, "/tenants/:id/resume", .needs([.installationManage])),
        Rule(.get, "/tenants/:id/usage", .needs([.installationManage])),
        Rule(.get, "/tenant", .needs([.tenantRead])),
        Rule(.put, "/tenant", .needs([.tenantUpdate])),
        Rule(.delete, "/tenant", .needs([.tenantDelete])),
        Rule(.get, "/tenant/usage", .needs([.tenantRead])),
        Rule(.get, "/tenant/export", .needs([.tenantExport])),
        Rule(.get, "/limits", .needs([.tenantRead])),
        Rule(.put, "/limits", .needs([.installationManage])),
        Rule(.get, "/accounts", .needs([.installationManage])),
        Rule(.put, "/accounts/:id", .needs([.installationManage])),
        Rule(.get, "/audit", .needs([.auditRead])),
        Rule(.get, "/audit/export", .needs([.auditRead])),
        Rule(.get, "/audit/verify", .needs([.auditRead])),
        Rule(.get, "/installation/audit", .needs([.installationManage])),
        Rule(.get, "/installation/audit/export", .needs([.installationManage])),
        Rule(.get, "/installation/audit/verify", .needs([.installationManage])),
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
