import ConnectorSDK
import PatchbayJSON

/// An issue, as far as workflows ask for it. To GitHub every pull request is an issue, too.
struct Issue: Fields {
    @Field("Its number in the repository.") var number: Int
    @Field("The title.") var title: String
    @Field("The text, in Markdown.") var body: String?
    @Field("`open` or `closed`.") var state: String
    @Field("Why it is in that state: `completed`, `not_planned`, `duplicate` or `reopened`.") var stateReason: String?
    @Field("Login of its author; absent when the account is gone.") var author: String?
    @Field("Names of its labels.") var labels: [String]
    @Field("Logins of those it is assigned to.") var assignees: [String]
    @Field("Title of its milestone.") var milestone: String?
    @Field("How many comments it has.") var comments: Int
    @Field("Whether its conversation is locked.") var locked: Bool
    @Field("Whether it is a pull request.") var isPullRequest: Bool
    @Field("When it was opened.", .format("date-time")) var createdAt: String
    @Field("When it was last changed.", .format("date-time")) var updatedAt: String
    @Field("When it was closed.", .format("date-time")) var closedAt: String?
    @Field("Its page.", .format("uri")) var url: String

    /// Throws `ConnectorError` of code `upstream` when it is no issue.
    init(_ json: JSON) throws(ConnectorError) {
        guard let number = json["number"]?.int, let title = json["title"]?.string, let state = json["state"]?.string,
            let url = json["html_url"]?.string
        else {
            throw ConnectorError(.upstream, "GitHub's answer is no issue: number, title, state or html_url is missing.")
        }
        self.init()
        self.number = Int(number)
        self.title = title
        self.state = state
        self.url = url
        body = json["body"]?.string
        stateReason = json["state_reason"]?.string
        author = json["user"]?["login"]?.string
        labels = (json["labels"]?.array ?? []).compactMap { $0.string ?? $0["name"]?.string }
        assignees = (json["assignees"]?.array ?? []).compactMap { $0["login"]?.string }
        milestone = json["milestone"]?["title"]?.string
        comments = Int(json["comments"]?.int ?? 0)
        locked = json["locked"]?.bool ?? false
        isPullRequest = json["pull_request"] != nil
        createdAt = json["created_at"]?.string ?? ""
        updatedAt = json["updated_at"]?.string ?? ""
        closedAt = json["closed_at"]?.string
    }

    init() {}
}
