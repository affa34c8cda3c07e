import ConnectorSDK
import PatchbayJSON
import Testing

@testable import GitHubConnector

@Suite struct IssueTests {
    @Test func `an issue is read as GitHub writes it`() throws {
        let issue = try Issue([
            "number": 42, "title": "Cart", "state": "closed", "state_reason": "completed", "body": nil,
            "html_url": "https://github.com/o/r/issues/42", "user": nil, "labels": [["name": "bug"], "old"],
            "assignees": [["login": "octocat"]], "milestone": ["title": "v1"], "comments": 3, "locked": true,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
            "closed_at": "2026-01-02T00:00:00Z", "pull_request": ["url": "x"],
        ])
        #expect(issue.labels == ["bug", "old"])
        #expect(issue.assignees == ["octocat"])
        #expect(issue.author == nil)
        #expect(issue.body == nil)
        #expect(issue.isPullRequest)
        #expect(issue.json?["state_reason"] == "completed")
    }

    @Test func `what is no issue is refused`() {
        #expect(throws: ConnectorError.self) { try Issue(["message": "x"]) }
    }

    @Test(arguments: [
        (
            "https://api.github.com/repositories/1/issues?state=all&labels=bug%2Cui+x&after=Y3Vy%3D%3D&page=2",
            [
                "state=all", "labels=bug,ui x", "after=Y3Vy==", "page=2",
            ]
        ),
        ("https://api.github.com/x", []), ("?a&b=1=2#c", ["a=", "b=1=2"]), ("?p=100%", ["p=100%"]),
        ("?p=%zz", ["p=%zz"]),
    ])
    func `a link's query is read`(target: String, pairs: [String]) {
        #expect(queryItems(of: target).map { "\($0.0)=\($0.1 ?? "")" } == pairs)
    }
}
