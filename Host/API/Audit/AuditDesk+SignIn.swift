import Hummingbird
import Logging
import PatchbayCore
import PatchbayJSON

extension AuditDesk {
    /// Somebody has shown who they are, and has a session that nobody knows of yet.
    func signedIn(_ session: SessionRecord, _ request: Request, _ context: APIContext) async throws {
        let events = try await chains(of: session.account).map { chain in
            AuditEvent(
                .signedIn, by: .account(session.account, session.id), in: chain, at: clock.now,
                on: AuditEvent.Resource("session", session.id.description), from: context.origin(of: request),
                details: ["method": .string(session.method.rawValue)])
        }
        try await append(events)
    }

    /// Somebody has not shown who they are, or may not try at the moment. What was typed is told only when it has the form of
    /// an e-mail address: passwords are typed there too.
    func proofFailed(
        _ error: APIError, of account: AccountID?, email: String?, _ request: Request, _ context: APIContext
    ) async {
        let isLocked = error.code == .tooManyAttempts
        // Those that are looked at are few; those that are not may be many.
        let name = "proof \(isLocked ? account?.description ?? "" : "") \(context.address)"
        let count = isLocked ? refusals.count(name, at: clock.now) : 1
        guard let count else { return }
        var details: JSONObject = ["code": .string(error.code.rawValue), "count": .int(Int64(count))]
        if account == nil, let email = email.flatMap(EmailAddress.canonical) { details["email"] = .string(email) }
        do {
            let events = try await chains(of: account).map { chain in
                AuditEvent(
                    isLocked ? .signInLocked : .signInFailed, .refused, by: .nobody, in: chain, at: clock.now,
                    on: account.map { AuditEvent.Resource("account", $0.description) },
                    from: context.origin(of: request), details: details)
            }
            await tryAppend(events, context)
        } catch {
            context.logger.error(
                "an event is missing in the audit log", metadata: [LogKeys.error: .string(String(describing: error))])
        }
    }

    /// A provider may vouch for an account from now on.
    func linked(_ provider: String, to account: AccountID, _ request: Request, _ context: APIContext) async throws {
        try await took(.identityLinked, account, by: provider, request, context)
    }

    /// An account was made for somebody whom a provider vouches for.
    func registered(
        _ account: AccountID, by provider: String, _ request: Request, _ context: APIContext
    ) async throws {
        try await took(.accountRegistered, account, by: provider, request, context)
    }

    private func took(
        _ action: AuditAction, _ account: AccountID, by provider: String, _ request: Request, _ context: APIContext
    ) async throws {
        let events = try await chains(of: account).map { chain in
            AuditEvent(
                action, by: .account(account, nil), in: chain, at: clock.now,
                on: AuditEvent.Resource("account", account.description), from: context.origin(of: request),
                details: ["provider": .string(provider)])
        }
        try await append(events)
    }

    /// A link was asked for; whether there is somebody to send it to, only the log says.
    func linkSent(to account: AccountID?, email: String?, _ request: Request, _ context: APIContext) async throws {
        guard let count = refusals.count("link \(context.address)", at: clock.now) else { return }
        var details: JSONObject = ["count": .int(Int64(count))]
        if account == nil, let email = email.flatMap(EmailAddress.canonical) { details["email"] = .string(email) }
        let events = try await chains(of: account).map { chain in
            AuditEvent(
                .linkSent, account == nil ? .refused : .success, by: .nobody, in: chain, at: clock.now,
                on: account.map { AuditEvent.Resource("account", $0.description) },
                from: context.origin(of: request), details: details)
        }
        try await append(events)
    }
}
