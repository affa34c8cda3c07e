import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// The installation's accounts, for operators: `/accounts`.
struct AccountRoutes {
    let accounts: any AccountStore
    let authenticator: Authenticator
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] { [Route(.get, "/accounts", list), Route(.put, "/accounts/:id", change)] }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        return Response(try await accounts.accounts(page: page).json(\.listing))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let text = context.parameter("id")
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["is_operator", "is_disabled"])
        let isOperator = members.bool("is_operator")
        let isDisabled = members.bool("is_disabled")
        try members.check()
        guard let id = AccountID(text), let before = try await accounts.signIn(id) else { throw Self.noAccount(text) }
        if let isOperator { _ = try await accounts.setOperator(isOperator, id) }
        if let isDisabled {
            _ = try await accounts.setDisabled(isDisabled, id, at: clock.now)
            if isDisabled { _ = try await accounts.closeSessions(of: id, except: nil) }
        }
        authenticator.forget()
        if let isOperator {
            context.audit.change("is_operator", from: .bool(before.account.isOperator), to: .bool(isOperator))
        }
        if let isDisabled { context.audit.change("is_disabled", from: .bool(before.isDisabled), to: .bool(isDisabled)) }
        guard let record = try await accounts.signIn(id) else { throw Self.noAccount(text) }
        return Response(record.listing)
    }

    private static func noAccount(_ text: String) -> APIError {
        APIError(
            .memberNotFound, "There is no account \(text.quoted).",
            details: ["account_id": .string(text.shortened(to: 80))])
    }
}

extension SignInRecord {
    /// Without what it proves itself by.
    fileprivate var listing: JSON {
        var object = account.json.object ?? [:]
        object["is_disabled"] = .bool(isDisabled)
        return .object(object)
    }
}
