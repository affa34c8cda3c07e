import HTTPTypes
import Hummingbird
import Logging
import PatchbayCore
import PatchbayJSON

/// Takes down what requests did, and what they were refused. What changed something is on disk before it is answered.
struct AuditDesk: Sendable {
    /// Chains that an event of one person is written to, at most: whoever is a member of more tenants has the rest told in
    /// the installation's.
    private static let mostChains = 50

    let log: any AuditLog
    let accounts: any AccountStore
    let clock: any TimeSource
    let refusals = RecentRefusals()

    init(log: any AuditLog, accounts: any AccountStore, clock: any TimeSource) {
        self.log = log
        self.accounts = accounts
        self.clock = clock
    }

    /// Answers a request by its handler and takes it down as its line says. When that fails although the change is made, the
    /// answer is an error: whoever asked must know that something is wrong.
    func answer(
        _ request: Request, _ context: APIContext, _ route: Route, _ handler: () async throws -> Response
    ) async throws -> Response {
        let line = AuditTable.line(route.method, route.path)
        let response: Response
        do {
            response = try await handler()
        } catch {
            await failed(error, isOpen: context.audit.claim(), request, context, route)
            throw error
        }
        guard context.audit.claim() else { return response }
        // Pages for people tell an error as an answer.
        if response.status.code < 400 {
            try await succeeded(line, request, context, route, response)
        } else if context.audit.all.isRefused {
            await tryAppend(line, .refused, request, context, route)
        }
        return response
    }

    private func succeeded(
        _ line: AuditTable.Line?, _ request: Request, _ context: APIContext, _ route: Route, _ response: Response?
    ) async throws {
        guard let event = event(line, .success, request, context, route, response) else { return }
        let chains = try await chains(of: line, context)
        try await append(chains.map { event.of($0) })
    }

    /// Writes, or fails as the API does.
    func append(_ events: [AuditEvent]) async throws {
        do {
            try await log.append(events)
        } catch {
            throw APIError(
                .auditUnavailable,
                "What you asked for was done, but could not be written to the audit log. Look at what is there before "
                    + "you ask for it again, and tell the operator.",
                details: ["cause": .string(error is AuditLogFull ? "overloaded" : "unwritable")])
        }
    }

    /// For what is refused or goes wrong anyway: then the answer stays what it is, and the server's log tells what is
    /// missing.
    func tryAppend(_ events: [AuditEvent], _ context: APIContext) async { await tryAppend(events, context.logger) }

    func tryAppend(_ events: [AuditEvent], _ logger: @autoclosure () -> Logger) async {
        do {
            try await log.append(events)
        } catch {
            let logger = logger()
            for event in events {
                logger.error(
                    "an event is missing in the audit log",
                    metadata: [
                        LogKeys.error: .string(String(describing: error)),
                        "audit.event": .string(event.action.rawValue),
                        "audit.actor": .string(event.actor.name),
                    ])
            }
        }
    }

    /// A request that did not get through the gate, or was stopped behind it.
    func refused(_ error: APIError, _ request: Request, _ context: APIContext, _ route: Route) async {
        guard [.unauthorized, .forbidden, .tenantNotFound, .csrfTokenInvalid].contains(error.code) else { return }
        let (isKnown, actor) = (error.code != .unauthorized, context.actor)
        // Whoever brings nothing at all is nobody that one could tell about.
        guard isKnown || request.headers[.authorization] != nil else { return }
        let caller = actor == .nobody ? "\(actor.name) \(context.address)" : actor.name
        guard let count = refusals.count(caller, at: clock.now) else { return }
        var details: JSONObject = [
            "code": .string(error.code.rawValue), "method": .string(request.method.rawValue),
            "path": .string("/api/v1" + route.path), "count": .int(Int64(count)),
        ]
        if let permission = error.details["permission"] { details["permission"] = permission }
        if let tenant = error.details["tenant_id"] { details["tenant_id"] = tenant }
        let event = AuditEvent(
            isKnown ? .accessRefused : .keyRejected, .refused, by: actor, in: isKnown ? context.auditTenant : nil,
            at: clock.now, on: resource(AuditTable.line(route.method, route.path), context, nil),
            from: context.origin(of: request), details: details)
        await tryAppend([event], context)
    }

    /// The chains of all tenants that somebody is a member of, or the installation's for somebody of none.
    func chains(of account: AccountID?) async throws -> [TenantID?] {
        // Also asked when there is no such account, so that it takes as long.
        let tenants = try await accounts.tenants(of: account ?? AccountID(high: 0, low: 0))
        guard !tenants.isEmpty, tenants.count <= Self.mostChains else {
            return tenants.prefix(Self.mostChains).map { $0 } + [nil]
        }
        return tenants
    }

    private func failed(
        _ error: any Error, isOpen: Bool, _ request: Request, _ context: APIContext, _ route: Route
    ) async {
        let line = AuditTable.line(route.method, route.path)
        let known = APIError(translating: error)
        switch known?.code {
        case .unauthorized?, .forbidden?, .tenantNotFound?, .csrfTokenInvalid?:
            if let known { await refused(known, request, context, route) }
            return
        case .invalidSignIn?, .tooManyAttempts?:
            guard case .event(_, _, _, .person) = line, let known, let person = context.session else { return }
            await proofFailed(known, of: person.account.id, email: nil, request, context)
            return
        default: break
        }
        if context.audit.all.isRefused { return await tryAppend(line, .refused, request, context, route) }
        // What was wrong with the request changed nothing; what went wrong here may have.
        guard known.map({ $0.code.status.code >= 500 }) ?? true, isOpen else { return }
        await tryAppend(line, .failed, request, context, route)
    }

    private func tryAppend(
        _ line: AuditTable.Line?, _ outcome: AuditEvent.Outcome, _ request: Request, _ context: APIContext,
        _ route: Route
    ) async {
        guard let event = event(line, outcome, request, context, route, nil) else { return }
        let chains = (try? await chains(of: line, context)) ?? [context.auditTenant]
        await tryAppend(chains.map { event.of($0) }, context)
    }

    private func chains(of line: AuditTable.Line?, _ context: APIContext) async throws -> [TenantID?] {
        if let tenants = context.audit.all.tenants { return tenants }
        guard case .event(_, _, _, let scope) = line else { return [context.auditTenant] }
        switch scope {
        case .tenant: return [context.auditTenant]
        case .installation: return [nil]
        case .person: return try await chains(of: context.session?.account.id)
        }
    }

    private func event(
        _ line: AuditTable.Line?, _ outcome: AuditEvent.Outcome, _ request: Request, _ context: APIContext,
        _ route: Route, _ response: Response?
    ) -> AuditEvent? {
        let note = context.audit.all
        var details = note.details
        let action: AuditAction
        switch line {
        case .event(let named, _, _, _)?: action = named
        case .changesNothing?, .byItself?: return nil
        case nil:
            action = .changed
            details["method"] = .string(request.method.rawValue)
            details["path"] = .string("/api/v1" + route.path)
        }
        return AuditEvent(
            action, outcome, by: note.actor ?? context.actor, in: context.auditTenant,
            at: clock.now, on: note.resource ?? resource(line, context, response), from: context.origin(of: request),
            changes: note.changes, details: details)
    }

    private func resource(
        _ line: AuditTable.Line?, _ context: APIContext, _ response: Response?
    ) -> AuditEvent.Resource? {
        guard case .event(_, let kind, let named, let scope) = line else { return nil }
        let names = named.map(context.parameter).filter { !$0.isEmpty }
        if !names.isEmpty { return AuditEvent.Resource(kind, names.joined(separator: "@")) }
        if let made = response?.headers[.location]?.split(separator: "/").last {
            return AuditEvent.Resource(kind, String(made))
        }
        if kind == "account", scope == .person, let account = context.session?.account.id {
            return AuditEvent.Resource(kind, account.description)
        }
        if kind == "tenant", let tenant = context.auditTenant { return AuditEvent.Resource(kind, tenant.description) }
        return nil
    }
}

extension AuditEvent {
    /// The same in a chain.
    fileprivate func of(_ chain: TenantID?) -> AuditEvent {
        var event = self
        event.tenant = chain
        return event
    }
}

extension APIContext {
    /// Nil: none that anybody has shown to have to do with.
    var auditTenant: TenantID? { tenant == TenantID.none ? Optional.none : tenant }

    func origin(of request: Request) -> AuditEvent.Origin {
        AuditEvent.Origin(address: address, agent: request.headers[.userAgent], requestID: requestID)
    }
}
