package import PatchbayCore
import PatchbayJSON

/// Why nobody is known by a Slack user, or nobody in Slack by an address. For people: holds nothing secret.
package struct SlackStranger: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String
}

/// Who Slack's users are. People are known by the address that their workspace has for them.
package struct SlackPeople: Sendable {
    /// Milliseconds for a call while somebody's press waits for an answer, for which Slack gives 3 seconds
    /// (https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response).
    private static let patience: Int64 = 2_000

    private let web: any TenantWebExchange
    private let credentials: any CredentialSource

    package init(web: any TenantWebExchange, credentials: any CredentialSource) {
        self.web = web
        self.credentials = credentials
    }

    /// The address of a user of the workspace that the credential's token is for. Others who may see a message, such as those
    /// of a shared channel's other side, are strangers: their workspace says what their addresses are. Throws
    /// `SlackStranger`, or `NoticeFailure` when Slack does not answer.
    package func address(
        of user: String, by credential: String, in tenant: TenantID
    ) async throws -> String {
        guard let grant = try await credentials.grant(named: credential, in: tenant, for: .upkeep("slack user")) else {
            throw NoticeFailure("there is no credential \(credential.quoted) any more", isFinal: true)
        }
        let slack = try SlackMethods(
            web: web, credentials: credentials, grant: grant, in: tenant, patience: Self.patience)
        async let ownAnswer = slack.call("auth.test", [:])
        let found = try await slack.call("users.info", ["user": .string(user)])["user"] ?? .null
        let own = try await ownAnswer
        guard Self.isOfWorkspace(found, own), found["deleted"] != true, found["is_bot"] != true,
            found["is_stranger"] != true
        else { throw SlackStranger(description: "You do not belong to the workspace that asks here.") }
        guard found["is_email_confirmed"] != false,
            let address = found["profile"]?["email"]?.string.flatMap(EmailAddress.canonical)
        else {
            throw SlackStranger(
                description:
                    "Slack does not tell your address. The app needs the scopes users:read and users:read.email.")
        }
        return address
    }

    /// Also another workspace of the same enterprise (https://docs.slack.dev/reference/objects/user-object).
    private static func isOfWorkspace(_ user: JSON, _ own: JSON) -> Bool {
        guard let team = own["team_id"]?.string else { return false }
        if user["team_id"]?.string == team { return true }
        guard let enterprise = own["enterprise_id"]?.string else { return false }
        return user["enterprise_user"]?["enterprise_id"]?.string == enterprise
    }
}

extension SlackMethods {
    /// The id of the user with an address. Throws `NoticeFailure`.
    func user(by address: String) async throws -> String {
        let answer = try await call("users.lookupByEmail", ["email": .string(address)])
        guard let id = answer["user"]?["id"]?.string else {
            throw NoticeFailure("Slack knows nobody with that address", isFinal: true)
        }
        return id
    }
}
