import ConnectorSDK
import PatchbayJSON

/// A pull request, as its webhook tells it.
struct OpenedPullRequest: Fields {
    @Field("Its number in the repository.") var number: Int
    @Field("The title.") var title: String
    @Field("The text, in Markdown.") var body: String?
    @Field("`open` or `closed`.") var state: String
    @Field("Whether it is a draft.") var draft: Bool
    @Field("Login of its author; absent when the account is gone.") var author: String?
    @Field("The branch with the changes.") var head: String
    @Field("The last commit of that branch.") var headSha: String
    @Field("`owner/name` of the repository with that branch; absent when it is gone.") var headRepository: String?
    @Field("The branch that they are to go into.") var base: String
    @Field("Names of its labels.") var labels: [String]
    @Field("Logins of those it is assigned to.") var assignees: [String]
    @Field("When it was opened.", .format("date-time")) var createdAt: String
    @Field("Its page.", .format("uri")) var url: String

    /// Throws `ConnectorError` of code `upstream` when it is none.
    init(_ json: JSON) throws(ConnectorError) {
        guard let number = json["number"]?.int, let title = json["title"]?.string, let state = json["state"]?.string,
            let url = json["html_url"]?.string, let head = json["head"], let base = json["base"]?["ref"]?.string
        else { throw ConnectorError(.upstream, "the payload holds no pull request", effect: .none) }
        self.init()
        self.number = Int(number)
        self.title = title
        self.state = state
        self.url = url
        self.base = base
        self.head = head["ref"]?.string ?? ""
        headSha = head["sha"]?.string ?? ""
        headRepository = head["repo"]?["full_name"]?.string
        body = json["body"]?.string
        draft = json["draft"]?.bool ?? false
        author = json["user"]?["login"]?.string
        labels = (json["labels"]?.array ?? []).compactMap { $0["name"]?.string }
        assignees = (json["assignees"]?.array ?? []).compactMap { $0["login"]?.string }
        createdAt = json["created_at"]?.string ?? ""
    }

    init() {}
}
