import ConnectorSDK
import PatchbayJSON

struct CreateComment: Action {
    static let title = "Create a comment"
    static let summary = "Comments on an issue or pull request."
    static let effect = Effect.write
    static let documentation: String? = "https://docs.github.com/rest/issues/comments#create-an-issue-comment"
    static let examples = [
        Example(
            "A comment",
            input: ["owner": "octo-org", "repo": "octo-repo", "issue": 42, "body": "Live since 09:31 UTC."])
    ]

    struct Input: Fields {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
        @Field("Number of the issue or pull request.", .range(1...Int.max)) var issue: Int
        @Field("The comment, in Markdown.", .length(1...65_536), .multiline) var body: String
    }

    struct Output: Fields {
        @Field("Id of the comment.") var commentID: Int
        @Field("Address of the comment on the issue's page.", .format("uri")) var url: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try GitHubAPI(context)
        let address = try api.address(of: input.owner, input.repo, "issues", String(input.issue), "comments")
        let answer = try await api.post(address, ["body": .string(input.body)], pointers: ["body": "/body"])
        guard let id = answer["id"]?.int, let url = answer["html_url"]?.string else {
            throw ConnectorError(.upstream, "GitHub made a comment without telling its id.", effect: .applied)
        }
        return Output {
            $0.commentID = Int(id)
            $0.url = url
        }
    }
}
