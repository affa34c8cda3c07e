import ConnectorSDK
import PatchbayJSON

struct GetMyself: Action {
    static let title = "Get the own account"
    static let summary = "Tells whose account is used."
    static let effect = Effect.read
    static let documentation: String? =
        "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/#api-rest-api-3-myself-get"
    static let examples = [Example("Whose account", input: [:])]

    struct Input: Fields {}

    struct Output: Fields {
        @Field("Id of the account; of Jira Data Center its key.") var accountID: String
        @Field("The name that people see.") var displayName: String
        @Field("E-mail address, when the account shows it.") var email: String?
        @Field("Its time zone, such as `Europe/Berlin`, when the account shows it.") var timeZone: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let answer = try await JiraAPI(context).get("myself")
        guard let id = answer["accountId"]?.string ?? answer["key"]?.string ?? answer["name"]?.string else {
            throw ConnectorError(.upstream, "Jira did not tell whose account it is.", effect: .none)
        }
        return Output {
            $0.accountID = id
            $0.displayName = answer["displayName"]?.string ?? ""
            $0.email = answer["emailAddress"]?.string
            $0.timeZone = answer["timeZone"]?.string
        }
    }
}
