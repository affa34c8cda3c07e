import ConnectorSDK
import PatchbayJSON

struct CreateIssue: Action {
    static let title = "Create an issue"
    static let summary = "Opens an issue in a repository."
    static let effect = Effect.write
    static let documentation: String? = "https://docs.github.com/rest/issues/issues#create-an-issue"
    static let examples = [
        Example(
            "A bug",
            input: [
                "owner": "octo-org", "repo": "octo-repo", "title": "The cart forgets its items",
                "body": "Since release 2026.47.", "labels": ["bug"], "assignees": ["octocat"],
            ])
    ]

    struct Input: Fields {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
        @Field("The title.", .length(1...256)) var title: String
        @Field("The text, in Markdown.", .length(0...65_536), .multiline) var body: String?
        @Field("Names of labels. Dropped without a word when the token may not push.", .length(0...100))
        var labels: [String]?
        @Field(
            "Logins of those it is assigned to. Dropped without a word when the token may not push.", .length(0...10))
        var assignees: [String]?
        @Field("Number of a milestone.", .range(1...Int.max)) var milestone: Int?
    }

    struct Output: Fields {
        @Field("Number of the issue in the repository.") var issueNumber: Int
        @Field("Page of the issue.", .format("uri")) var url: String
        @Field("Id of the issue across GitHub.") var id: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try GitHubAPI(context)
        var body: JSONObject = ["title": .string(input.title)]
        body["body"] = input.body?.json
        body["labels"] = input.labels?.json
        body["assignees"] = input.assignees?.json
        body["milestone"] = input.milestone?.json
        let pointers = [
            "title": "/title", "body": "/body", "labels": "/labels", "assignees": "/assignees",
            "milestone": "/milestone",
        ]
        let answer = try await api.post(api.address(of: input.owner, input.repo, "issues"), body, pointers: pointers)
        guard let number = answer["number"]?.int, let url = answer["html_url"]?.string, let id = answer["id"]?.int
        else {
            throw ConnectorError(.upstream, "GitHub opened an issue without telling its number.", effect: .applied)
        }
        return Output {
            $0.issueNumber = Int(number)
            $0.url = url
            $0.id = Int(id)
        }
    }
}
