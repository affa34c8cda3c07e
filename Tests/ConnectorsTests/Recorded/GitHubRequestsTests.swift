import PatchbayCore
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct GitHubRequestsTests {
    private let place: JSONObject = ["owner": "octo-org", "repo": "octo-repo"]

    private func input(_ members: JSONObject) -> JSON {
        var input = place
        for member in members { input[member.name] = member.value }
        return .object(input)
    }

    @Test func `every action sends what GitHub describes, with the token attached`() async throws {
        let server = RecordingServer(GitHubVendor.answer)
        defer { server.stop() }
        let github = try await ConnectorBench.shared.value.caller(
            "github", settings: ["base_url": .string(server.address + "/")], credential: .bearer("github_pat_secret"))

        let issue = try await github.call(
            "create_issue",
            input([
                "title": "Found a bug", "body": "It's \"this\".\n\n- [ ] ünïcode 🐙", "labels": ["bug", "shop: cart"],
                "assignees": ["octocat"], "milestone": 1,
            ]))
        #expect(issue["issue_number"] == 1347)
        #expect(issue["url"] == "https://github.com/octo-org/octo-repo/issues/1347")
        #expect(
            try await github.call("add_label", input(["issue": 1347, "label": "bug"]))
                == ["ok": true, "labels": ["bug", "shop: cart"]])
        _ = try await github.call("add_label", input(["issue": 1347, "labels": ["bug", "shop: cart"]]))
        let comment = try await github.call("create_comment", input(["issue": 1347, "body": "Me too"]))
        #expect(comment["comment_id"] == 1)
        let read = try await github.call("get_issue", input(["issue": 1347]))
        #expect(read["labels"] == ["bug"])
        #expect(read["milestone"] == "v1.0")
        let pull = try await github.call(
            "create_pull_request",
            input([
                "title": "Keep the cart", "head": "octocat:keep-cart", "base": "main", "body": "Please.", "draft": true,
                "maintainer_can_modify": true,
            ]))
        #expect(pull["pull_number"] == 1348)
        let left = try await github.call("get_rate_limit", [:])
        #expect(left == ["limit": 5000, "remaining": 4999, "used": 1, "reset": 1_691_591_363])

        let requests = server.requests
        #expect(requests.count == 7)
        #expect(requests[1].json == ["labels": ["bug"]])
        expectCommonHeaders(requests)
        expectFine(requests, for: "github")
    }

    @Test func `a list follows its pages, below our own path`() async throws {
        let server = RecordingServer(GitHubVendor.answer)
        defer { server.stop() }
        let github = try await ConnectorBench.shared.value.caller(
            "github", settings: ["base_url": .string(server.address)], credential: .bearer("github_pat_secret"))
        let filters: JSONObject = [
            "state": "all", "labels": ["bug", "shop: cart"], "assignee": "*", "creator": "octocat", "mentioned": "ada",
            "milestone": "none", "since": "2026-01-01T00:00:00Z", "sort": "updated", "direction": "asc",
        ]
        let all = try await github.call("list_issues", input(filters))
        #expect(all["issues"]?.array?.compactMap { $0["number"]?.int } == [1, 3, 4])
        #expect(all["has_more"] == false)
        let pulls = try await github.call("list_issues", input(["include_pull_requests": true, "limit": 3]))
        #expect(pulls["issues"]?.array?.compactMap { $0["number"]?.int } == [1, 2, 3])
        #expect(pulls["has_more"] == true)

        let requests = server.requests
        #expect(requests.map(\.path) == Array(repeating: "/repos/octo-org/octo-repo/issues", count: 4))
        #expect(requests[0].target.contains("labels=bug%2Cshop%3A%20cart&assignee=%2A"))
        #expect(requests[1].target.hasSuffix("after=Y3Vyc29yOjI%3D&page=2"))
        #expect(requests[2].target.hasSuffix("per_page=3"))
        expectCommonHeaders(requests)
        expectFine(requests, for: "github")
    }

    @Test func `the first poll finds out where to begin, and later ones tell what was opened since`() async throws {
        let server = RecordingServer { request in
            let numbers: [Int64] =
                request.target.contains("&page=2") ? [5, 4] : request.target.hasSuffix("per_page=1") ? [4] : [7, 6]
            let issues = numbers.map { number in
                [
                    "number": .int(number), "title": "x", "state": "open",
                    "html_url": "https://github.com/octo-org/octo-repo/issues/1",
                    "pull_request": number == 6 ? [:] : nil,
                ] as JSON
            }
            let next = "https://api.github.com/repositories/1/issues?per_page=100&page=2"
            let isLast = request.target.contains("&page=2")
            return .json(200, .array(issues), isLast ? [] : [("Link", "<\(next)>; rel=\"next\"")])
        }
        defer { server.stop() }
        let github = try await ConnectorBench.shared.value.caller(
            "github", settings: ["base_url": .string(server.address)], credential: .bearer("github_pat_secret"))
        var place = place
        place["include_pull_requests"] = true
        let first = try await github.call("new_issues", .object(place))
        #expect(first["events"] == [])
        place["cursor"] = first["cursor"]
        let second = try await github.call("new_issues", .object(place))
        #expect(second["events"]?.array?.compactMap { $0["number"]?.int } == [5, 6, 7])
        #expect(second["cursor"] == ["after": 7])
    }

    @Test func `a name cannot leave its place in the path`() async throws {
        let server = RecordingServer(GitHubVendor.answer)
        defer { server.stop() }
        let github = try await ConnectorBench.shared.value.caller(
            "github", settings: ["base_url": .string(server.address)], credential: .bearer("x-token"))
        let gone = await github.failure("get_issue", ["owner": "a/../b?c#d", "repo": "..%2F", "issue": 1])
        #expect(gone?.code == .notFound)
        #expect(server.requests.map(\.target) == ["/repos/a%2F..%2Fb%3Fc%23d/..%252F/issues/1"])
        let refused = await github.failure("get_issue", ["owner": "..", "repo": "x", "issue": 1])
        #expect(refused?.code == .invalidInput)
        #expect(server.requests.count == 1)
    }

    private func expectCommonHeaders(_ requests: [RecordingServer.Request]) {
        for request in requests {
            #expect(request.headers["authorization"] == "Bearer github_pat_secret")
            #expect(request.headers["accept"] == "application/vnd.github+json")
            #expect(request.headers["x-github-api-version"] == "2022-11-28")
            #expect(request.headers["user-agent"] == "Patchbay-GitHub/1.0.0")
        }
    }
}
