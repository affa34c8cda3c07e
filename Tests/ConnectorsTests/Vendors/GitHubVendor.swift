import PatchbayJSON

/// Answers as GitHub's REST API documents them (https://docs.github.com/rest).
enum GitHubVendor {
    @Sendable static func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        switch (request.method, request.path) {
        case ("GET", "/rate_limit"):
            .json(
                200,
                [
                    "resources": ["core": ["limit": 5000, "used": 1, "remaining": 4999, "reset": 1_691_591_363]],
                    "rate": ["limit": 5000, "used": 1, "remaining": 4999, "reset": 1_691_591_363],
                ])
        case ("POST", "/repos/octo-org/octo-repo/issues"):
            .json(201, issue(1347, title: request.json["title"] ?? ""))
        case ("GET", "/repos/octo-org/octo-repo/issues"):
            page(of: request)
        case ("GET", "/repos/octo-org/octo-repo/issues/1347"):
            .json(200, issue(1347, title: "Found a bug"))
        case ("POST", "/repos/octo-org/octo-repo/issues/1347/comments"):
            .json(
                201,
                [
                    "id": 1, "body": request.json["body"] ?? "", "user": ["login": "octocat", "id": 1],
                    "html_url": "https://github.com/octo-org/octo-repo/issues/1347#issuecomment-1",
                ])
        case ("POST", "/repos/octo-org/octo-repo/issues/1347/labels"):
            .json(
                200, [["id": 208_045_946, "name": "bug", "default": true], ["id": 208_045_947, "name": "shop: cart"]])
        case ("POST", "/repos/octo-org/octo-repo/pulls"):
            .json(
                201,
                [
                    "id": 1, "number": 1348, "state": "open", "title": request.json["title"] ?? "",
                    "html_url": "https://github.com/octo-org/octo-repo/pull/1348",
                ])
        default:
            .json(404, ["message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"])
        }
    }

    private static func issue(_ number: Int64, title: JSON, isPullRequest: Bool = false) -> JSON {
        var issue: JSONObject = [
            "id": .int(number), "number": .int(number), "state": "open", "title": title, "body": "As it says.",
            "html_url": "https://github.com/octo-org/octo-repo/issues/\(number)",
            "user": ["login": "octocat", "id": 1], "labels": [["id": 208_045_946, "name": "bug"]],
            "assignees": [["login": "octocat", "id": 1]], "milestone": ["title": "v1.0", "number": 1],
            "locked": true, "comments": 0, "closed_at": nil, "created_at": "2011-04-22T13:33:48Z",
            "updated_at": "2011-04-22T13:33:48Z", "state_reason": nil,
        ]
        if isPullRequest { issue["pull_request"] = ["url": "https://api.github.com/repos/octo-org/octo-repo/pulls/1"] }
        return .object(issue)
    }

    /// Two pages; the link names the repository by its number, as GitHub's does.
    private static func page(of request: RecordingServer.Request) -> RecordingServer.Answer {
        guard !request.target.contains("page=2") else {
            return .json(200, [issue(3, title: "three"), issue(4, title: "four")])
        }
        let query = request.target.split(separator: "?").last ?? ""
        let next = "https://api.github.com/repositories/1300192/issues?\(query)&after=Y3Vyc29yOjI%3D&page=2"
        return .json(
            200, [issue(1, title: "one"), issue(2, title: "two", isPullRequest: true)],
            [("Link", "<\(next)>; rel=\"next\", <\(next)>; rel=\"last\"")])
    }
}
