import ConnectorSDK
import PatchbayJSON

struct AuthTest: Action {
    static let title = "Test the token"
    static let summary = "Tells whose token it is, and of which workspace. Needs no scope."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.slack.dev/reference/methods/auth.test"
    static let examples = [Example("Whose token", input: [:])]

    struct Input: Fields {}

    struct Output: Fields {
        @Field("Address of the workspace.", .format("uri")) var url: String
        @Field("Name of the workspace.") var team: String
        @Field("Id of the workspace.") var teamID: String
        @Field("Name of the user, for a bot token the bot's own.") var user: String
        @Field("Id of the user.") var userID: String
        @Field("Id of the bot, for a bot token.") var botID: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let answer = try await SlackAPI(context).call("auth.test", [:])
        guard let team = answer["team_id"]?.string, let user = answer["user_id"]?.string else {
            throw ConnectorError(.upstream, "Slack did not tell whose token it is.", effect: .none)
        }
        return Output {
            $0.url = answer["url"]?.string ?? ""
            $0.team = answer["team"]?.string ?? ""
            $0.teamID = team
            $0.user = answer["user"]?.string ?? ""
            $0.userID = user
            $0.botID = answer["bot_id"]?.string
        }
    }
}
