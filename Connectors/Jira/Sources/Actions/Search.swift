import ConnectorSDK
import PatchbayJSON

struct Search: Action {
    static let title = "Search issues"
    static let summary = "Finds issues by a JQL query, page by page up to the limit."
    static let effect = Effect.read
    static let documentation: String? =
        "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-post"
    static let timeout: Duration? = .seconds(60)
    static let examples = [
        Example(
            "Open bugs",
            input: [
                "jql": "project = SHOP AND type = Bug AND statusCategory != Done ORDER BY created DESC",
                "fields": ["summary", "status", "assignee"], "max_results": 20,
            ])
    ]

    struct Input: Fields {
        @Field(
            "The query. Jira Cloud wants one that narrows the search, not an order alone.", .length(1...20_000),
            .multiline)
        var jql: String
        @Field(
            "Ids of the fields to fetch; `*navigable` for those that searches show, `*all` for all.", .length(1...200),
            default: ["*navigable"])
        var fields: [String]
        @Field("How many issues at most.", .range(1...5000), default: 50) var maxResults: Int
    }

    struct Output: Fields {
        @Field("The issues, in the query's order.") var issues: [Found]
        @Field("Whether there are more than the limit.") var hasMore: Bool
    }

    struct Found: Fields {
        @Field("Key of the issue.") var key: String
        @Field("Id of the issue.") var id: String
        @Field("Page of the issue.", .format("uri")) var url: String
        @Field("The fields asked for, by their ids, as Jira gives them.") var fields: JSONObject
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try JiraAPI(context)
        var paging = SearchPaging(input, version: api.version)
        while let request = paging.next {
            let answer = try await api.post(path: paging.path, body: request, pointers: ["jql": "/jql"])
            try paging.take(answer)
            context.progress(Double(paging.issues.count) / Double(input.maxResults), "\(paging.issues.count) issues")
        }
        let found = try paging.issues.map { json in
            guard let key = json["key"]?.string, let id = json["id"]?.string else {
                throw ConnectorError(.upstream, "Jira found an issue without telling its key.")
            }
            let url = try api.page(of: key)
            return Found {
                $0.key = key
                $0.id = id
                $0.url = url
                $0.fields = json["fields"]?.object ?? [:]
            }
        }
        return Output {
            $0.issues = found
            $0.hasMore = paging.hasMore
        }
    }
}
