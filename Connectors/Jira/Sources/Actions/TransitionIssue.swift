import ConnectorSDK
import PatchbayJSON

struct TransitionIssue: Action {
    static let title = "Move an issue"
    static let summary = "Takes an issue through a transition of its workflow, to another status."
    static let effect = Effect.write
    static let documentation: String? =
        "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post"
    static let examples = [
        Example(
            "By name, with a comment",
            input: ["issue_key": "SHOP-42", "transition": "Done", "comment": "Live since 09:31 UTC."]),
        Example(
            "By id, with a resolution",
            input: ["issue_key": "SHOP-42", "transition_id": "31", "fields": ["resolution": ["name": "Fixed"]]]),
    ]

    struct Input: Fields {
        @Field("Key or id of the issue.", .length(1...255), example: "SHOP-42") var issueKey: String
        @Field("Id of the transition. Either this or `transition`.", .length(1...50), example: "31")
        var transitionID: String?
        @Field(
            "Name of the transition, or of the status it leads to. Looked up in what the issue offers.",
            .length(1...255))
        var transition: String?
        @Field("Comment to add on the way: plain text.", .length(1...32_767), .multiline) var comment: String?
        @Field("Fields of the transition's screen by their ids, as Jira takes them.") var fields: JSONObject?
    }

    struct Output: Fields {
        @Field("True.") var ok: Bool
        @Field("Id of the transition.") var transitionID: String
        @Field("Name of the new status; absent when the transition was given by id.") var status: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try JiraAPI(context)
        let (id, status) = try await Self.choose(input, by: api)
        var body: JSONObject = ["transition": ["id": .string(id)]]
        body["fields"] = input.fields.map(JSON.object)
        if let comment = input.comment {
            body["update"] = ["comment": [["add": ["body": api.rich(comment)]]]]
        }
        let pointer = input.transition == nil ? "/transition_id" : "/transition"
        _ = try await api.post(
            "issue", input.issueKey, "transitions", body: body,
            pointers: ["transition": pointer, "comment": "/comment"])
        return Output {
            $0.ok = true
            $0.transitionID = id
            $0.status = status
        }
    }

    private static func choose(_ input: Input, by api: JiraAPI) async throws -> (id: String, status: String?) {
        switch (input.transitionID, input.transition) {
        case (let id?, nil):
            return (id, nil)
        case (nil, let name?):
            let answer = try await api.get("issue", input.issueKey, "transitions")
            let offered = (answer["transitions"]?.array ?? []).compactMap(Transition.init)
            let found = try Transition.named(name, among: offered)
            return (found.id, found.status.isEmpty ? nil : found.status)
        case (nil, nil):
            throw ConnectorError.invalid("/transition", "is missing: give `transition` or `transition_id`")
        case (_?, _?):
            throw ConnectorError.invalid(
                "/transition", "is a second choice beside `transition_id`: give only one of them")
        }
    }
}
