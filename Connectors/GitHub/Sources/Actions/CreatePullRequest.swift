import ConnectorSDK
import PatchbayJSON

struct CreatePullRequest: Action {
    static let title = "Create a pull request"
    static let summary = "Asks for a branch to be merged into another."
    static let effect = Effect.write
    static let documentation: String? = "https://docs.github.com/rest/pulls/pulls#create-a-pull-request"
    static let examples = [
        Example(
            "A draft",
            input: [
                "owner": "octo-org", "repo": "octo-repo", "title": "Keep the cart", "head": "keep-cart", "base": "main",
                "draft": true,
            ])
    ]

    struct Input: Fields {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
        @Field("The title.", .length(1...256)) var title: String
        @Field("Branch with the changes; from a fork: `owner:branch`.", .length(1...255)) var head: String
        @Field("Branch that they are to go into.", .length(1...255), example: "main") var base: String
        @Field("The text, in Markdown.", .length(0...65_536), .multiline) var body: String?
        @Field("Whether it is a draft.", default: false) var draft: Bool
        @Field("Whether those who may push to the base may change the branch, too; for branches of forks.")
        var maintainerCanModify: Bool?
    }

    struct Output: Fields {
        @Field("Number of the pull request in the repository.") var pullNumber: Int
        @Field("Page of the pull request.", .format("uri")) var url: String
        @Field("Id of the pull request across GitHub.") var id: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try GitHubAPI(context)
        var body: JSONObject = [
            "title": .string(input.title), "head": .string(input.head), "base": .string(input.base),
            "draft": .bool(input.draft),
        ]
        body["body"] = input.body?.json
        body["maintainer_can_modify"] = input.maintainerCanModify?.json
        let pointers = [
            "title": "/title", "head": "/head", "base": "/base", "body": "/body",
            "maintainer_can_modify": "/maintainer_can_modify",
        ]
        let answer = try await api.post(api.address(of: input.owner, input.repo, "pulls"), body, pointers: pointers)
        guard let number = answer["number"]?.int, let url = answer["html_url"]?.string, let id = answer["id"]?.int
        else {
            throw ConnectorError(.upstream, "GitHub made a pull request without telling its number.", effect: .applied)
        }
        return Output {
            $0.pullNumber = Int(number)
            $0.url = url
            $0.id = Int(id)
        }
    }
}
