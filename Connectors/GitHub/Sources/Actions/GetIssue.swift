import ConnectorSDK
import PatchbayJSON

struct GetIssue: Action {
    static let title = "Get an issue"
    static let summary = "Reads an issue or pull request."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.github.com/rest/issues/issues#get-an-issue"
    static let examples = [Example("An issue", input: ["owner": "octo-org", "repo": "octo-repo", "issue": 42])]

    struct Input: Fields {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
        @Field("Number of the issue or pull request.", .range(1...Int.max)) var issue: Int
    }

    typealias Output = Issue

    func run(_ input: Input, in context: Context) async throws -> Issue {
        let api = try GitHubAPI(context)
        let address = try api.address(of: input.owner, input.repo, "issues", String(input.issue))
        return try Issue(try await api.get(address).json())
    }
}
