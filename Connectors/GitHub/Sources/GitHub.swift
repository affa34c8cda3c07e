public import ConnectorSDK

/// GitHub's REST API (https://docs.github.com/rest), of github.com and of GitHub Enterprise Server.
public let gitHub = Connector(
    id: "github", version: "1.0.0", name: "GitHub", summary: "Issues, comments, labels and pull requests on GitHub.",
    category: .issueTracking, license: "Apache-2.0", documentation: "https://docs.github.com/rest",
    hosts: ["api.github.com", .setting("base_url")],
    credentials: [
        CredentialSlot(
            "account", title: "Access token",
            about:
                "A fine-grained personal access token (`github_pat_…`), from *Settings → Developer settings*, or an app's "
                + "installation token. Needs the repository permissions *Issues: read and write* and, for pull requests, "
                + "*Pull requests: read and write*, and for triggers that GitHub calls *Webhooks: read and write*. Classic "
                + "tokens need the scope `repo`, or `public_repo` and `admin:repo_hook`.",
            kinds: [
                .bearer,
                // https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
                .oauth2(
                    OAuthProvider(
                        authorizeURL: "https://github.com/login/oauth/authorize",
                        tokenURL: "https://github.com/login/oauth/access_token", scopes: ["repo"],
                        authentication: .body)),
            ], check: GetRateLimit.self)
    ],
    settings: GitHubSettings.self, isolation: .inProcess,
    actions: [
        CreateIssue.self, AddLabel.self, CreateComment.self, GetIssue.self, ListIssues.self, CreatePullRequest.self,
        GetRateLimit.self,
    ],
    polls: [NewIssues.self], webhooks: [IssueOpened.self, PullRequestOpened.self, Pushed.self])

struct GitHubSettings: Fields {
    @Field(
        "Where the REST API is. For GitHub Enterprise Server: `https://<host>/api/v3`.", .format("uri"),
        default: "https://api.github.com")
    var baseURL: String
}
