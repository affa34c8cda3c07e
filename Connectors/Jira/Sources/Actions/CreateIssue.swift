import ConnectorSDK
import PatchbayJSON

struct CreateIssue: Action {
    static let title = "Create an issue"
    static let summary = "Creates an issue in a project."
    static let effect = Effect.write
    static let documentation: String? =
        "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post"
    static let examples = [
        Example(
            "A bug",
            input: [
                "project": "SHOP", "type": "Bug", "summary": "The cart forgets its items",
                "description": "Since release 2026.47.", "labels": ["cart"], "fields": ["duedate": "2026-12-01"],
            ])
    ]

    struct Input: Fields {
        @Field("Key of the project.", .length(1...255), example: "SHOP") var project: String
        @Field("Name of the issue type, as the project has it.", .length(1...255), example: "Task") var type: String
        @Field("The summary: one line.", .length(1...255)) var summary: String
        @Field("The description: plain text, in which empty lines part paragraphs.", .length(0...32_767), .multiline)
        var description: String?
        @Field("Labels; they have no spaces.") var labels: [String]?
        @Field("Name of the priority.", .length(1...255), example: "High") var priority: String?
        @Field(
            "Whom it is assigned to: the account's id on Jira Cloud, the user name on Data Center.", .length(1...255))
        var assignee: String?
        @Field("Key of the issue that it belongs to: the parent of a sub-task, or an epic.", .length(1...255))
        var parent: String?
        @Field("More fields by their ids, as Jira takes them.", example: ["customfield_10010": "9"])
        var fields: JSONObject?
    }

    struct Output: Fields {
        @Field("Key of the issue.") var key: String
        @Field("Id of the issue.") var id: String
        @Field("Page of the issue.", .format("uri")) var url: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try JiraAPI(context)
        let pointers = [
            "project": "/project", "issuetype": "/type", "summary": "/summary", "description": "/description",
            "labels": "/labels", "priority": "/priority", "assignee": "/assignee", "parent": "/parent",
        ]
        let fields = try input.fields(for: api, pointers: pointers)
        let answer = try await api.post("issue", body: ["fields": .object(fields)], pointers: pointers)
        guard let key = answer["key"]?.string, let id = answer["id"]?.string else {
            throw ConnectorError(.upstream, "Jira created an issue without telling its key.", effect: .applied)
        }
        let url = try api.page(of: key)
        return Output {
            $0.key = key
            $0.id = id
            $0.url = url
        }
    }
}

extension CreateIssue.Input {
    fileprivate func fields(for api: JiraAPI, pointers: [String: String]) throws(ConnectorError) -> JSONObject {
        var result: JSONObject = [
            "project": ["key": .string(project)], "issuetype": ["name": .string(type)], "summary": .string(summary),
        ]
        result["description"] = description.map(api.rich)
        result["labels"] = labels?.json
        result["priority"] = priority.map { ["name": .string($0)] }
        result["assignee"] = assignee.map { [api.version == .cloud ? "id" : "name": .string($0)] }
        result["parent"] = parent.map { ["key": .string($0)] }
        for field in fields ?? [:] {
            guard result[field.name] == nil else {
                let pointer = JSONPointer(tokens: ["fields", field.name]).description
                throw .invalid(pointer, "is given as `\(pointers[field.name] ?? field.name)` already")
            }
            result[field.name] = field.value
        }
        return result
    }
}
