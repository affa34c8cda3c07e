import ConnectorSDK
import PatchbayJSON

struct NewIssues: PollTrigger {
    static let title = "New issues"
    static let summary = "Tells the issues that were opened in a repository since the last time, oldest first."
    static let documentation: String? = "https://docs.github.com/rest/issues/issues#list-repository-issues"
    static let timeout: Duration? = .seconds(60)
    static let examples = [
        Example("Bugs", input: ["owner": "octo-org", "repo": "octo-repo", "labels": ["bug"]])
    ]

    /// Numbers grow, so pages of 100 are read, newest first, until one that is known comes.
    private static let mostPages = 40

    struct Input: Fields {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
        @Field("Only those that have all these labels by then.", .length(1...100)) var labels: [String]?
        @Field("Whether pull requests, which GitHub counts as issues, are told, too.", default: false)
        var includePullRequests: Bool
    }

    func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<Issue> {
        if let cursor, cursor["after"]?.int == nil {
            throw ConnectorError.invalid("/cursor", "is no cursor of an earlier poll")
        }
        let api = try GitHubAPI(context)
        let address = try api.address(of: input.owner, input.repo, "issues")
        let known = cursor?["after"]?.int
        var (issues, highest) = ([Issue](), known ?? 0)
        var query: [(String, String?)] = [
            ("state", "all"), ("labels", input.labels?.joined(separator: ",")), ("sort", "created"),
            ("direction", "desc"), ("per_page", known == nil ? "1" : "100"),
        ]
        for _ in 0..<Self.mostPages {
            let response = try await api.get(address, query: query)
            guard let page = try response.json().array else {
                throw ConnectorError(.upstream, "GitHub's answer is no list of issues.", effect: .none)
            }
            for json in page {
                let issue = try Issue(json)
                highest = max(highest, Int64(issue.number))
                // The first poll only finds out where to begin.
                guard let known else { return Polled([], cursor: ["after": .int(highest)]) }
                guard issue.number > known else { return Self.answer(issues, highest) }
                if input.includePullRequests || !issue.isPullRequest { issues.append(issue) }
            }
            guard let next = response.link("next") else { return Self.answer(issues, highest) }
            query = queryItems(of: next)
        }
        // To leave out those between would lose them without a word.
        throw ConnectorError(
            .conflict,
            "More than \(Self.mostPages * 100) issues were opened since the last poll: let it begin anew (reset), or behind "
                + "a later number.", effect: .none)
    }

    private static func answer(_ issues: [Issue], _ highest: Int64) -> Polled<Issue> {
        Polled(issues.reversed(), cursor: ["after": .int(highest)])
    }
}
