import PatchbayCore

/// Who may have a route answered.
enum Access: Sendable, Equatable {
    /// Anybody: what it gives, it judges by itself.
    case open
    /// Whoever has signed in, in no tenant in particular.
    case signedIn
    /// Callers with all of these permissions in the tenant.
    case needs([Permission])
}

/// What a route is about, for keys that are limited to some workflows.
enum Reach: Sendable, Equatable {
    /// The workflow that `:id` names.
    case workflow
    /// The run that `:id` names.
    case run
    /// Its handler asks for the workflow, which stands in the body or the query.
    case handler
    /// Nothing of a workflow, and nothing of a tenant's: node kinds, the caller itself.
    case none
    /// All of the tenant, so that limited keys have no business there.
    case tenant

    /// By where it stands; `AccessTable` names the exceptions.
    static func at(_ path: String) -> Reach {
        if path.hasPrefix("/workflows/:id") { return .workflow }
        if path.hasPrefix("/runs/:id") || path.hasPrefix("/executions/:id") { return .run }
        return .tenant
    }
}
