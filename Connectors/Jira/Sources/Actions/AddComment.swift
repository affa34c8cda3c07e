import ConnectorSDK
import PatchbayJSON

struct AddComment: Action {
    static let title = "Add a comment"
    static let summary = "Comments on an issue."
    static let effect = Effect.write
    static let documentation: String? =
        "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post"
    static let examples = [
        Example("A comment", input: ["issue_key": "SHOP-42", "body": "Live since 09:31 UTC."]),
        Example(
            "For developers only",
            input: [
                "issue_key": "SHOP-42", "body": "See the log.", "visibility": ["type": "role", "value": "Developers"],
            ]),
    ]

    struct Input: Fields {
        @Field("Key or id of the issue.", .length(1...255), example: "SHOP-42") var issueKey: String
        @Field("The comment: plain text, in which empty lines part paragraphs.", .length(1...32_767), .multiline)
        var body: String
        @Field("Who may see it; everybody who sees the issue when absent.") var visibility: Visibility?
    }

    struct Visibility: Fields {
        @Field("What `value` names.") var type: Kind
        @Field("Name of the project role or group.", .length(1...255)) var value: String

        enum Kind: String, FieldChoice { case role, group }
    }

    struct Output: Fields {
        @Field("Id of the comment.") var commentID: String
        @Field("When it was made, as Jira writes it.") var created: String?
        @Field("Address of the comment on the issue's page.", .format("uri")) var url: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try JiraAPI(context)
        var body: JSONObject = ["body": api.rich(input.body)]
        body["visibility"] = input.visibility?.json
        let answer = try await api.post(
            "issue", input.issueKey, "comment", body: body,
            pointers: ["comment": "/body", "body": "/body", "visibility": "/visibility"])
        guard let id = answer["id"]?.string else {
            throw ConnectorError(.upstream, "Jira made a comment without telling its id.", effect: .applied)
        }
        let url = try api.page(of: input.issueKey) + "?focusedCommentId=\(percentEncoded(id))"
        return Output {
            $0.commentID = id
            $0.created = answer["created"]?.string
            $0.url = url
        }
    }
}
