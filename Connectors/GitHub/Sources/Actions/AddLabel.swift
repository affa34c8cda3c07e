import ConnectorSDK
import PatchbayJSON

struct AddLabel: Action {
    static let title = "Add labels"
    static let summary = "Puts labels on an issue or pull request. Those that are there already stay as they are."
    static let effect = Effect.write
    static let isIdempotent = true
    static let documentation: String? = "https://docs.github.com/rest/issues/labels#add-labels-to-an-issue"
    static let examples = [
        Example("One label", input: ["owner": "octo-org", "repo": "octo-repo", "issue": 42, "label": "bug"]),
        Example(
            "Several labels",
            input: ["owner": "octo-org", "repo": "octo-repo", "issue": 42, "labels": ["bug", "shop: cart"]]),
    ]

    struct Input: Fields {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
        @Field("Number of the issue or pull request.", .range(1...Int.max)) var issue: Int
        @Field("Name of one label. Labels that the repository has not yet are made.", .length(1...50)) var label:
            String?
        @Field("Names of several labels.", .length(1...100)) var labels: [String]?
    }

    struct Output: Fields {
        @Field("True.") var ok: Bool
        @Field("Names of all labels that the issue has now.") var labels: [String]
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let names = (input.label.map { [$0] } ?? []) + (input.labels ?? [])
        guard !names.isEmpty else { throw ConnectorError.invalid("/label", "is missing: give `label` or `labels`") }
        let api = try GitHubAPI(context)
        let address = try api.address(of: input.owner, input.repo, "issues", String(input.issue), "labels")
        let pointer = input.labels == nil ? "/label" : "/labels"
        let answer = try await api.post(
            address, ["labels": names.json ?? []], pointers: ["labels": pointer, "name": pointer])
        return Output {
            $0.ok = true
            $0.labels = (answer.array ?? []).compactMap { $0["name"]?.string }
        }
    }
}
