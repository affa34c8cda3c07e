import PatchbayJSON

/// Answers as Jira's REST API documents them (https://developer.atlassian.com/cloud/jira/platform/rest/v3), of version 2, too.
enum JiraVendor {
    @Sendable static func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        let path = request.path.replacing("/rest/api/2/", with: "/rest/api/3/")
        return switch (request.method, path) {
        case ("GET", "/rest/api/3/myself"):
            .json(
                200,
                [
                    "accountId": "5b10a2844c20165700ede21g", "displayName": "Mia Krystof", "active": true,
                    "emailAddress": "mia@example.com", "timeZone": "Australia/Sydney",
                ])
        case ("POST", "/rest/api/3/issue"):
            .json(
                201, ["id": "10000", "key": "SHOP-24", "self": "https://octo-org.atlassian.net/rest/api/3/issue/10000"])
        case ("GET", "/rest/api/3/issue/SHOP-24/transitions"):
            .json(
                200,
                [
                    "expand": "transitions",
                    "transitions": [
                        ["id": "2", "name": "Close Issue", "to": ["id": "10000", "name": "In Progress"]],
                        ["id": "711", "name": "QA Review", "to": ["id": "5", "name": "QA"]],
                    ],
                ])
        case ("POST", "/rest/api/3/issue/SHOP-24/transitions"):
            .reply(204)
        case ("POST", "/rest/api/3/issue/SHOP-24/comment"):
            .json(
                201,
                [
                    "id": "10010", "body": request.json["body"] ?? nil, "created": "2021-01-17T12:34:00.000+0000",
                    "author": ["accountId": "5b10a2844c20165700ede21g", "active": true],
                ])
        case ("POST", "/rest/api/3/search/jql"):
            request.json["nextPageToken"] == nil
                ? .json(200, ["isLast": false, "issues": issues(1, 2), "nextPageToken": "CAEaAggD"])
                : .json(200, ["isLast": true, "issues": issues(3)])
        case ("POST", "/rest/api/3/search"):
            request.json["startAt"] == 0
                ? .json(200, ["startAt": 0, "maxResults": 2, "total": 3, "issues": issues(1, 2)])
                : .json(200, ["startAt": 2, "maxResults": 2, "total": 3, "issues": issues(3)])
        default:
            .json(
                404,
                ["errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": [:]])
        }
    }

    private static func issues(_ numbers: Int64...) -> JSON {
        .array(
            numbers.map { number in
                [
                    "id": .string("1000\(number)"), "key": .string("SHOP-\(number)"),
                    "fields": ["summary": .string("Issue \(number)"), "status": ["name": "To Do"]],
                ]
            })
    }
}
