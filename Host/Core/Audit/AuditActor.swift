import PatchbayJSON

/// Who did something.
package enum AuditActor: Sendable, Hashable {
    case account(AccountID, SessionID?)
    /// A program with a key; the account is the key's maker.
    case apiKey(APIKeyID, AccountID?)
    case installationKey
    /// A run, as the details of the event say.
    case engine
    /// A command of `patchbay` on the host's own machine, by the name of the user who gave it there.
    case command(String)
    /// Somebody who has not shown who they are.
    case nobody

    package var kind: String {
        switch self {
        case .account: "account"
        case .apiKey: "api_key"
        case .installationKey: "installation_key"
        case .engine: "engine"
        case .command: "command"
        case .nobody: "nobody"
        }
    }

    /// The account that it was, or that made the key.
    package var account: AccountID? {
        switch self {
        case .account(let account, _): account
        case .apiKey(_, let account): account
        case .installationKey, .engine, .command, .nobody: nil
        }
    }

    /// What it is looked up by: an id, or its kind where it has none.
    package var name: String {
        switch self {
        case .account(let account, _): account.description
        case .apiKey(let key, _): key.description
        case .installationKey, .engine, .command, .nobody: kind
        }
    }

    var json: JSON {
        var object: JSONObject = ["kind": .string(kind)]
        switch self {
        case .account(let account, let session):
            object["id"] = .string(account.description)
            if let session { object["session_id"] = .string(session.description) }
        case .apiKey(let key, _): object["id"] = .string(key.description)
        case .command(let user): object["user"] = .string(user.shortened(to: 80))
        case .installationKey, .engine, .nobody: break
        }
        return .object(object)
    }
}
