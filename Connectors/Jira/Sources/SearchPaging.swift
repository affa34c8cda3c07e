import ConnectorSDK
import PatchbayJSON

/// Decides which page of a search comes next. Jira Cloud pages by token and tells no total; Data Center pages by position.
struct SearchPaging {
    /// Issues of one request; Jira gives fewer where many fields are asked for.
    static let pageSize = 100

    let jql: String
    let fields: [String]
    let limit: Int
    let version: JiraVersion
    private(set) var issues: [JSON] = []
    private(set) var hasMore = false
    /// Body of the next request; nil when all that was wanted is there.
    private(set) var next: JSONObject?

    init(_ input: Search.Input, version: JiraVersion) {
        jql = input.jql
        fields = input.fields
        limit = input.maxResults
        self.version = version
        next = request()
    }

    /// Below `/rest/api/<version>`.
    var path: [String] {
        switch version {
        case .cloud: ["search", "jql"]
        case .dataCenter: ["search"]
        }
    }

    /// Takes a page in. Throws `ConnectorError` of code `upstream` when it is none.
    mutating func take(_ page: JSON) throws(ConnectorError) {
        guard let found = page["issues"]?.array else {
            throw ConnectorError(.upstream, "Jira's answer to a search has no `issues`.", effect: .none)
        }
        let room = limit - issues.count
        issues += found.prefix(room)
        let token = page["nextPageToken"]?.string
        let isLast: Bool
        switch version {
        case .cloud: isLast = token == nil || page["isLast"]?.bool == true
        case .dataCenter: isLast = found.isEmpty || Int64(issues.count) >= page["total"]?.int ?? .max
        }
        if !isLast, token != nil, token == next?["nextPageToken"]?.string {
            throw ConnectorError(.upstream, "Jira named the same page as the next one again.", effect: .none)
        }
        hasMore = found.count > room || !isLast
        next = isLast || issues.count >= limit ? nil : request(token: token)
    }

    private func request(token: String? = nil) -> JSONObject {
        var body: JSONObject = [
            "jql": .string(jql), "fields": fields.json ?? [],
            "maxResults": .int(Int64(min(limit - issues.count, Self.pageSize))),
        ]
        switch version {
        case .cloud: body["nextPageToken"] = token.map(JSON.string)
        case .dataCenter: body["startAt"] = .int(Int64(issues.count))
        }
        return body
    }
}
