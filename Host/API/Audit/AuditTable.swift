import HTTPTypes
import PatchbayCore

/// What each route that changes something stands for in the audit log: the one place that says so. A route without a line is
/// taken down as `installation.changed`, and a test fails.
enum AuditTable {
    /// Whose log it belongs to.
    enum Scope: Sendable, Equatable {
        case tenant
        /// What concerns all tenants.
        case installation
        /// All tenants that the person is a member of.
        case person
    }

    enum Line: Sendable, Equatable {
        /// `kind` is what it happens to, and `named` are the parts of the path that name it; what is made by the request is
        /// named by its handler, or by the answer's `Location`.
        case event(AuditAction, kind: String, named: [String] = ["id"], scope: Scope = .tenant)
        /// It checks or tries something out.
        case changesNothing
        /// Its handler says what came of it.
        case byItself
    }

    static func line(_ method: HTTPRequest.Method, _ path: String) -> Line? {
        if let line = lines["\(method.rawValue) \(path)"] { return line }
        return Gate.isSafe(method) ? .changesNothing : nil
    }

    /// By method and path below `/api/v1`. What only reads needs no line, unless it gives much away at once.
    static let lines: [String: Line] = workflows.merging(runs, uniquingKeysWith: { first, _ in first })
        .merging(templates, uniquingKeysWith: { first, _ in first })
        .merging(reviews, uniquingKeysWith: { first, _ in first })
        .merging(tasks, uniquingKeysWith: { first, _ in first })
        .merging(connectors, uniquingKeysWith: { first, _ in first })
        .merging(packages, uniquingKeysWith: { first, _ in first })
        .merging(identity, uniquingKeysWith: { first, _ in first })
        .merging(tenants, uniquingKeysWith: { first, _ in first })

    private static let workflows: [String: Line] = [
        "POST /workflows": .event(.workflowCreated, kind: "workflow"),
        "POST /workflows/validate": .changesNothing,
        "POST /workflows/import": .changesNothing,
        "PUT /workflows/:id": .event(.workflowUpdated, kind: "workflow"),
        "DELETE /workflows/:id": .event(.workflowDeleted, kind: "workflow"),
        "POST /workflows/:id/pause": .event(.workflowPaused, kind: "workflow"),
        "POST /workflows/:id/resume": .event(.workflowResumed, kind: "workflow"),
        "POST /workflows/:id/connectors/upgrade": .event(.pinsUpgraded, kind: "workflow"),
        "POST /workflows/:id/connectors/rollback": .event(.pinsRolledBack, kind: "workflow"),
        "POST /schedules": .event(.scheduleCreated, kind: "schedule"),
        "PUT /schedules/:id": .event(.scheduleUpdated, kind: "schedule"),
        "DELETE /schedules/:id": .event(.scheduleDeleted, kind: "schedule"),
        "POST /schedules/:id/trigger": .event(.scheduleTriggered, kind: "schedule"),
        "POST /schedules/:id/pause": .event(.schedulePaused, kind: "schedule"),
        "POST /schedules/:id/resume": .event(.scheduleResumed, kind: "schedule"),
        "POST /polls/:id/poll": .event(.pollHurried, kind: "poll"),
        "POST /polls/:id/reset": .event(.pollReset, kind: "poll"),
        "POST /alerts": .event(.alertCreated, kind: "alert"),
        "PUT /alerts/:id": .event(.alertUpdated, kind: "alert"),
        "DELETE /alerts/:id": .event(.alertDeleted, kind: "alert"),
        "POST /alerts/:id/enable": .event(.alertEnabled, kind: "alert"),
        "POST /alerts/:id/disable": .event(.alertDisabled, kind: "alert"),
        "POST /alerts/:id/test": .event(.alertTested, kind: "alert"),
        "POST /workflows/:id/execute": .event(.runStarted, kind: "workflow"),
        "POST /webhooks": .event(.webhookCreated, kind: "webhook"),
        "PUT /webhooks/:id": .event(.webhookUpdated, kind: "webhook"),
        "DELETE /webhooks/:id": .event(.webhookDeleted, kind: "webhook"),
        "POST /webhooks/:id/enable": .event(.webhookEnabled, kind: "webhook"),
        "POST /webhooks/:id/disable": .event(.webhookDisabled, kind: "webhook"),
        "POST /webhooks/:id/rotate": .event(.webhookRotated, kind: "webhook"),
        "POST /webhooks/:id/events/:event/replay": .event(.deliveryReplayed, kind: "webhook"),
        "POST /webhooks/:id/replay": .event(.deliveryReplayed, kind: "webhook"),
        "POST /webhooks/:id/test": .event(.webhookTested, kind: "webhook"),
        "POST /webhooks/:id/simulate": .event(.webhookSimulated, kind: "webhook"),
        "POST /expressions/evaluate": .changesNothing,
        "POST /expressions/validate": .changesNothing,
        "POST /expressions/complete": .changesNothing,
    ]

    private static let runs: [String: Line] = {
        var lines: [String: Line] = [
            "POST /events": .event(.runSignalled, kind: "event", named: []),
            "POST /runs": .event(.runStarted, kind: "run"),
            "POST /dead-letters/replay": .event(.deadLettersReplayed, kind: "run", named: []),
            "POST /dead-letters/dismiss": .event(.deadLettersDismissed, kind: "run", named: []),
        ]
        // Runs have two names.
        for path in ["/runs", "/executions"] {
            lines["POST \(path)/:id/cancel"] = .event(.runCancelled, kind: "run")
            lines["POST \(path)/:id/events"] = .event(.runSignalled, kind: "run")
            lines["POST \(path)/:id/retry"] = .event(.runRetried, kind: "run")
            lines["POST \(path)/retry"] = .event(.runsRetried, kind: "run", named: [])
        }
        return lines
    }()

    private static let templates: [String: Line] = [
        "POST /templates": .event(.templateStored, kind: "template"),
        "POST /templates/check": .changesNothing,
        "POST /templates/export": .changesNothing,
        "POST /templates/:id/publish": .event(.templateSubmitted, kind: "template"),
        "POST /templates/:id/unpublish": .event(.templateWithdrawn, kind: "template"),
        "POST /templates/:id/deprecate": .event(.templateDeprecated, kind: "template"),
        "POST /submissions/:id/:version/approve": decision(.templateApproved),
        "POST /submissions/:id/:version/reject": decision(.templateRejected),
        "POST /submissions/:id/:version/withdraw": decision(.templateWithdrawn),
        "POST /indexes": .event(.indexAdded, kind: "index", scope: .installation),
        "PUT /indexes/:id": .event(.indexChanged, kind: "index", scope: .installation),
        "DELETE /indexes/:id": .event(.indexRemoved, kind: "index", scope: .installation),
        "POST /indexes/:id/fetch": .event(.indexFetched, kind: "index", scope: .installation),
        "POST /installations": .event(.templateInstalled, kind: "installation"),
        "POST /installations/:id/update": .event(.templateUpdated, kind: "installation"),
        "POST /installations/:id/revert": .event(.templateReverted, kind: "installation"),
        "DELETE /installations/:id": .event(.templateUninstalled, kind: "installation"),
    ]

    private static let reviews: [String: Line] = [
        "PUT /publisher": .event(.publisherChanged, kind: "publisher", named: []),
        "PUT /templates/:id/review": .event(.reviewWritten, kind: "review", named: []),
        "DELETE /templates/:id/review": .event(.reviewRemoved, kind: "template"),
        "POST /templates/:id/reviews/:review/hide": moderation(.reviewHidden, "review", named: "review"),
        "POST /templates/:id/reviews/:review/restore": moderation(.reviewRestored, "review", named: "review"),
        "POST /templates/:id/reports": .event(.templateReported, kind: "template"),
        "POST /templates/:id/reviews/:review/reports": .event(.reviewReported, kind: "review", named: ["review"]),
        "POST /reports/:id/resolve": moderation(.reportResolved, "report", named: "id"),
        "POST /reports/:id/dismiss": moderation(.reportDismissed, "report", named: "id"),
    ]

    private static func moderation(_ action: AuditAction, _ kind: String, named: String) -> Line {
        .event(action, kind: kind, named: [named], scope: .installation)
    }

    private static func decision(_ action: AuditAction) -> Line {
        .event(action, kind: "template", named: ["id", "version"], scope: .installation)
    }

    private static let tasks: [String: Line] = [
        "POST /tasks/:id/claim": .event(.taskClaimed, kind: "task"),
        "POST /tasks/:id/release": .event(.taskReleased, kind: "task"),
        "POST /tasks/:id/comments": .event(.taskCommented, kind: "task"),
        "POST /tasks/:id/delegate": .event(.taskDelegated, kind: "task"),
        "POST /tasks/:id/decide": .event(.taskDecided, kind: "task"),
    ]

    private static let connectors: [String: Line] = [
        "POST /credentials": .event(.credentialCreated, kind: "credential"),
        "PUT /credentials/:id": .event(.credentialUpdated, kind: "credential"),
        "POST /credentials/:id/test": .event(.credentialTested, kind: "credential"),
        "DELETE /credentials/:id": .event(.credentialDeleted, kind: "credential"),
        // The provider's answer authorises; this only begins.
        "POST /credentials/:id/oauth/authorize": .changesNothing,
        "POST /credentials/:id/oauth/revoke": .event(.credentialRevoked, kind: "credential"),
        "GET /oauth/callback": .event(.credentialAuthorized, kind: "credential", named: []),
        "PUT /connectors/:id/settings": .event(.connectorConfigured, kind: "connector"),
        "POST /connectors/:id/upgrade": .event(.pinsUpgraded, kind: "connector"),
        "POST /connectors": .event(.connectorInstalled, kind: "connector", scope: .installation),
        "POST /connectors/:id/rollback": .event(.connectorRolledBack, kind: "connector", scope: .installation),
        "POST /connectors/:id/:version/enable": version(.connectorEnabled),
        "POST /connectors/:id/:version/resume": version(.connectorResumed),
        "POST /connectors/:id/:version/disable": version(.connectorDisabled),
        "POST /connectors/:id/:version/retire": version(.connectorRetired),
        "DELETE /connectors/:id/:version": version(.connectorRemoved),
    ]

    private static let packages: [String: Line] = [
        "POST /connector-submissions": .event(.packageSubmitted, kind: "package", named: []),
        "POST /connector-submissions/:id/:version/approve": package(.packageApproved),
        "POST /connector-submissions/:id/:version/reject": package(.packageRejected),
        "POST /connector-submissions/:id/:version/publish": package(.packagePublished, scope: .tenant),
        "POST /connector-submissions/:id/:version/withdraw": package(.packageWithdrawn, scope: .tenant),
        "POST /connector-packages/:id/:version/install": version(.connectorInstalled),
        "POST /connector-packages/:id/:version/yank": package(.packageYanked),
        "POST /connector-packages/:id/:version/quarantine": package(.packageQuarantined),
        "POST /connector-packages/:id/:version/restore": package(.packageRestored),
    ]

    private static func package(_ action: AuditAction, scope: Scope = .installation) -> Line {
        .event(action, kind: "package", named: ["id", "version"], scope: scope)
    }

    private static func version(_ action: AuditAction) -> Line {
        .event(action, kind: "connector", named: ["id", "version"], scope: .installation)
    }

    private static let identity: [String: Line] = [
        "POST /auth/login": .byItself,
        "POST /auth/register": .event(.accountRegistered, kind: "account"),
        "POST /auth/links": .byItself,
        "POST /auth/links/redeem": .byItself,
        "POST /auth/logout": .event(.sessionEnded, kind: "session", scope: .person),
        "DELETE /auth/sessions": .event(.sessionsEnded, kind: "session", named: [], scope: .person),
        "DELETE /auth/sessions/:id": .event(.sessionEnded, kind: "session", scope: .person),
        "POST /auth/invitations/accept": .event(.invitationAccepted, kind: "invitation"),
        // The provider's answer links; this only begins.
        "POST /auth/oidc/:provider/link": .changesNothing,
        "GET /auth/oidc/:provider/callback": .byItself,
        "DELETE /auth/identities/:id": .event(.identityUnlinked, kind: "identity", scope: .person),
        "PUT /auth/password": .event(.passwordChanged, kind: "account", scope: .person),
        "POST /auth/totp": .event(.totpPrepared, kind: "account", scope: .person),
        "POST /auth/totp/confirm": .event(.totpEnabled, kind: "account", scope: .person),
        "POST /auth/totp/disable": .event(.totpDisabled, kind: "account", scope: .person),
        "PUT /accounts/:id": .event(.accountChanged, kind: "account", scope: .installation),
        "POST /api-keys": .event(.keyCreated, kind: "api_key"),
        "DELETE /api-keys/:id": .event(.keyRevoked, kind: "api_key"),
    ]

    private static let tenants: [String: Line] = [
        "POST /tenants": .event(.tenantCreated, kind: "tenant", scope: .installation),
        "PUT /tenants/:id": .event(.tenantUpdated, kind: "tenant", scope: .installation),
        "DELETE /tenants/:id": .event(.tenantDeleted, kind: "tenant", scope: .installation),
        "POST /tenants/:id/suspend": .event(.tenantSuspended, kind: "tenant", scope: .installation),
        "POST /tenants/:id/resume": .event(.tenantResumed, kind: "tenant", scope: .installation),
        "PUT /tenant": .event(.tenantUpdated, kind: "tenant", named: []),
        "GET /tenant/export": .event(.tenantExported, kind: "tenant", named: []),
        // The tenant's own log ends with it.
        "DELETE /tenant": .event(.tenantDeleted, kind: "tenant", named: [], scope: .installation),
        "PUT /limits": .event(.limitsChanged, kind: "tenant", named: []),
        "PUT /members/:id": .event(.memberChanged, kind: "account"),
        "DELETE /members/:id": .event(.memberRemoved, kind: "account"),
        "POST /invitations": .event(.memberInvited, kind: "invitation"),
        "DELETE /invitations/:id": .event(.invitationRevoked, kind: "invitation"),
        "PUT /roles/:name": .event(.roleChanged, kind: "role", named: ["name"]),
        "DELETE /roles/:name": .event(.roleDeleted, kind: "role", named: ["name"]),
        "GET /audit/export": .event(.auditExported, kind: "audit", named: []),
        "GET /installation/audit/export": .event(.auditExported, kind: "audit", named: [], scope: .installation),
    ]
}
