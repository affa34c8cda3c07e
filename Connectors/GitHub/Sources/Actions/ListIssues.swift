import ConnectorSDK
import PatchbayJSON

struct ListIssues: Action {
    static let title = "List issues"
    static let summary = "Lists a repository's issues, page by page up to the limit."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.github.com/rest/issues/issues#list-repository-issues"
    static let timeout: Duration? = .seconds(60)
    static let examples = [
        Example(
            "Open bugs, oldest first",
            input: [
                "owner": "octo-org", "repo": "octo-repo", "labels": ["bug"], "sort": "created", "direction": "asc",
                "limit": 50,
            ])
    ]

    struct Input: Fields {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
        @Field("In which state.", default: .open) var state: State
        @Field("Only those that have all these labels.", .length(1...100)) var labels: [String]?
        @Field("Login of whom it is assigned to; `none` for nobody, `*` for anybody.") var assignee: String?
        @Field("Login of its author.") var creator: String?
        @Field("Login of somebody mentioned in it.") var mentioned: String?
        @Field("Number of its milestone; `none` for no milestone, `*` for any.") var milestone: String?
        @Field("Only those changed at or after this moment.", .format("date-time"), example: "2026-11-21T00:00:00Z")
        var since: String?
        @Field("What they are sorted by.", default: .created) var sort: Sort
        @Field("In which direction.", default: .desc) var direction: Direction
        @Field("Whether pull requests, which GitHub counts as issues, are listed, too.", default: false)
        var includePullRequests: Bool
        @Field("How many at most.", .range(1...1000), default: 100) var limit: Int

        enum State: String, FieldChoice { case open, closed, all }
        enum Sort: String, FieldChoice { case created, updated, comments }
        enum Direction: String, FieldChoice { case asc, desc }
    }

    struct Output: Fields {
        @Field("The issues.") var issues: [Issue]
        @Field("Whether there are more than the limit.") var hasMore: Bool
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try GitHubAPI(context)
        let address = try api.address(of: input.owner, input.repo, "issues")
        var issues: [Issue] = []
        var query = input.query
        // Pages of pull requests only give nothing, so that the pages themselves need a limit.
        for _ in 0..<100 {
            let response = try await api.get(address, query: query)
            guard let page = try response.json().array else {
                throw ConnectorError(.upstream, "GitHub's answer is no list of issues.", effect: .none)
            }
            for json in page {
                let issue = try Issue(json)
                guard input.includePullRequests || !issue.isPullRequest else { continue }
                guard issues.count < input.limit else { return Self.output(issues, hasMore: true) }
                issues.append(issue)
            }
            guard let next = response.link("next") else { return Self.output(issues, hasMore: false) }
            guard issues.count < input.limit else { return Self.output(issues, hasMore: true) }
            query = queryItems(of: next)
            context.progress(Double(issues.count) / Double(input.limit), "\(issues.count) issues")
        }
        return Self.output(issues, hasMore: true)
    }

    private static func output(_ issues: [Issue], hasMore: Bool) -> Output {
        Output {
            $0.issues = issues
            $0.hasMore = hasMore
        }
    }
}

extension ListIssues.Input {
    var query: [(String, String?)] {
        [
            ("state", state.rawValue), ("labels", labels?.joined(separator: ",")), ("assignee", assignee),
            ("creator", creator), ("mentioned", mentioned), ("milestone", milestone), ("since", since),
            ("sort", sort.rawValue), ("direction", direction.rawValue), ("per_page", String(min(limit, 100))),
        ]
    }
}
