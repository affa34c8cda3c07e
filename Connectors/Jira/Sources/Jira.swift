public import ConnectorSDK
import PatchbayJSON

/// Jira's platform REST API, of Jira Cloud (https://developer.atlassian.com/cloud/jira/platform/rest/v3) and of Jira Data
/// Center (https://developer.atlassian.com/server/jira/platform/rest-apis).
public let jira = Connector(
    id: "jira", version: "1.0.0", name: "Jira", summary: "Issues, transitions, comments and searches in Jira.",
    category: .issueTracking, license: "Apache-2.0",
    documentation: "https://developer.atlassian.com/cloud/jira/platform/rest/v3", hosts: [.setting("base_url")],
    credentials: [
        CredentialSlot(
            "account", title: "Account",
            about: "Jira Cloud: the account's e-mail address as user name and an API token "
                + "(https://id.atlassian.com/manage-profile/security/api-tokens) as password; a token with scopes needs "
                + "`read:jira-work`, `write:jira-work` and, to be tested, `read:jira-user`. Jira Data Center: a personal access "
                + "token.",
            kinds: [.basic, .bearer], check: GetMyself.self)
    ],
    settings: JiraSettings.self, isolation: .inProcess,
    actions: [CreateIssue.self, TransitionIssue.self, AddComment.self, Search.self, GetMyself.self])

struct JiraSettings: Fields {
    @Field(
        "Where Jira is: `https://<site>.atlassian.net`, or the address of a Data Center. Belongs to the credential or to the "
            + "connector's settings.",
        .format("uri"), example: "https://octo-org.atlassian.net")
    var baseURL: String
    @Field(
        "`3` for Jira Cloud; `2` for Jira Data Center, which takes plain text instead of documents.", default: .cloud)
    var apiVersion: JiraVersion
}

/// Which REST API is spoken.
enum JiraVersion: String, FieldChoice {
    case cloud = "3"
    case dataCenter = "2"
}
