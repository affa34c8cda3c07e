import PatchbayCore
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct JiraRequestsTests {
    private let rich: JSON = [
        "type": "doc", "version": 1,
        "content": [["type": "paragraph", "content": [["type": "text", "text": "Since release 2026.47."]]]],
    ]

    /// All actions, with everything that they take.
    private func callAll(_ jira: Caller) async throws {
        let created = try await jira.call(
            "create_issue",
            [
                "project": "SHOP", "type": "Bug", "summary": "The cart forgets its items",
                "description": "Since release 2026.47.", "labels": ["cart"], "priority": "High",
                "assignee": "5b10a2844c20165700ede21g", "parent": "SHOP-1", "fields": ["duedate": "2026-12-01"],
            ])
        #expect(created["key"] == "SHOP-24")
        #expect(created["id"] == "10000")
        #expect(created["url"]?.string?.hasSuffix("/browse/SHOP-24") == true)
        #expect(
            try await jira.call(
                "transition_issue",
                [
                    "issue_key": "SHOP-24", "transition": "qa", "comment": "Since release 2026.47.",
                    "fields": ["resolution": ["name": "Fixed"]],
                ]) == ["ok": true, "transition_id": "711", "status": "QA"])
        #expect(
            try await jira.call("transition_issue", ["issue_key": "SHOP-24", "transition_id": "2"])
                == ["ok": true, "transition_id": "2"])
        let comment = try await jira.call(
            "add_comment",
            [
                "issue_key": "SHOP-24", "body": "Since release 2026.47.",
                "visibility": ["type": "role", "value": "Developers"],
            ])
        #expect(comment["comment_id"] == "10010")
        let found = try await jira.call(
            "search", ["jql": "project = SHOP ORDER BY created", "fields": ["summary", "status"], "max_results": 120])
        #expect(found["issues"]?.array?.compactMap { $0["key"]?.string } == ["SHOP-1", "SHOP-2", "SHOP-3"])
        #expect(found["issues"]?[0]?["fields"]?["summary"] == "Issue 1")
        #expect(found["has_more"] == false)
        let account = try await jira.call("get_myself", [:])
        #expect(account["account_id"] == "5b10a2844c20165700ede21g" && account["display_name"] == "Mia Krystof")
    }

    @Test func `every action sends what Jira Cloud describes, with documents for text`() async throws {
        let server = RecordingServer(JiraVendor.answer)
        defer { server.stop() }
        // The site belongs to the credential.
        var account = Given.Credential.basic("ada@a.example", "token-secret")
        account.settings = ["base_url": .string(server.address)]
        try await callAll(try await ConnectorBench.shared.value.caller("jira", credential: account))

        let requests = server.requests
        #expect(
            requests.map(\.path) == [
                "/rest/api/3/issue", "/rest/api/3/issue/SHOP-24/transitions", "/rest/api/3/issue/SHOP-24/transitions",
                "/rest/api/3/issue/SHOP-24/transitions", "/rest/api/3/issue/SHOP-24/comment", "/rest/api/3/search/jql",
                "/rest/api/3/search/jql", "/rest/api/3/myself",
            ])
        for request in requests {
            #expect(request.headers["authorization"] == "Basic YWRhQGEuZXhhbXBsZTp0b2tlbi1zZWNyZXQ=")
            #expect(request.headers["accept"] == "application/json")
        }
        #expect(requests[0].json["fields"]?["description"] == rich)
        #expect(requests[0].json["fields"]?["assignee"] == ["id": "5b10a2844c20165700ede21g"])
        #expect(requests[2].json["update"]?["comment"]?[0]?["add"]?["body"] == rich)
        #expect(requests[4].json["body"] == rich)
        #expect(requests[6].json["nextPageToken"] == "CAEaAggD")
        // The description is older than this operation, which has replaced `/rest/api/3/search`:
        // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
        expectFine(requests, for: "jira", except: "POST /rest/api/3/search/jql: no such operation")
    }

    @Test func `every action sends what Jira of version 2 describes, with plain text`() async throws {
        let server = RecordingServer(JiraVendor.answer)
        defer { server.stop() }
        // A Data Center may live below a path.
        let settings: JSON = ["base_url": .string(server.address + "/"), "api_version": "2"]
        try await callAll(
            try await ConnectorBench.shared.value.caller("jira", settings: settings, credential: .bearer("pat-secret")))

        let requests = server.requests
        #expect(requests.map(\.headers["authorization"]) == Array(repeating: "Bearer pat-secret", count: 8))
        #expect(requests[0].json["fields"]?["description"] == "Since release 2026.47.")
        #expect(requests[0].json["fields"]?["assignee"] == ["name": "5b10a2844c20165700ede21g"])
        #expect(requests[4].json["body"] == "Since release 2026.47.")
        #expect(requests.suffix(3).dropLast().map(\.path) == ["/rest/api/2/search", "/rest/api/2/search"])
        #expect(requests[6].json["startAt"] == 2)
        expectFine(requests, for: "jira")
    }

    @Test func `without a base URL nothing is sent, and the setting is named`() async throws {
        let jira = try await ConnectorBench.shared.value.caller("jira", credential: .bearer("pat-secret"))
        let failure = await jira.failure("search", ["jql": "project = SHOP"])
        #expect(failure?.code == .config)
        #expect(failure?.message.contains("`/base_url` is missing") == true)
        #expect(failure?.effect == OperationFailure.Effect.none)
    }
}
