import ConnectorSDK
import PatchbayJSON
import Testing

@testable import JiraConnector

@Suite struct SearchPagingTests {
    private func paging(_ version: JiraVersion, limit: Int) throws -> SearchPaging {
        let input = try Search.Input.read([
            "jql": "project = SHOP", "max_results": .int(Int64(limit)), "fields": ["summary"],
        ])
        return SearchPaging(input, version: version)
    }

    private func issues(_ count: Int) -> JSON { .array(Array(repeating: ["key": "A-1", "id": "1"], count: count)) }

    @Test func `the cloud pages by token until it says that it was the last`() throws {
        var paging = try paging(.cloud, limit: 150)
        #expect(paging.path == ["search", "jql"])
        #expect(paging.next.map(JSON.object) == ["jql": "project = SHOP", "fields": ["summary"], "maxResults": 100])
        try paging.take(["issues": issues(100), "nextPageToken": "t2", "isLast": false])
        #expect(paging.next?["nextPageToken"] == "t2")
        #expect(paging.next?["maxResults"] == 50)
        try paging.take(["issues": issues(20), "isLast": true])
        #expect(paging.next == nil)
        #expect(paging.issues.count == 120)
        #expect(!paging.hasMore)
    }

    @Test func `the cloud's limit leaves more behind`() throws {
        var paging = try paging(.cloud, limit: 5)
        try paging.take(["issues": issues(5), "nextPageToken": "t2"])
        #expect(paging.next == nil)
        #expect(paging.hasMore)
    }

    @Test func `a token that comes again is noticed`() throws {
        var paging = try paging(.cloud, limit: 5)
        try paging.take(["issues": issues(1), "nextPageToken": "t2"])
        #expect(throws: ConnectorError.self) { try paging.take(["issues": issues(1), "nextPageToken": "t2"]) }
    }

    @Test func `a data centre pages by position up to its total`() throws {
        var paging = try paging(.dataCenter, limit: 1000)
        #expect(paging.path == ["search"])
        #expect(paging.next?["startAt"] == 0)
        try paging.take(["issues": issues(100), "total": 120, "startAt": 0])
        #expect(paging.next?["startAt"] == 100)
        try paging.take(["issues": issues(20), "total": 120, "startAt": 100])
        #expect(paging.next == nil)
        #expect(!paging.hasMore)
    }

    @Test func `an empty page ends it, and a body without issues is an error`() throws {
        var paging = try paging(.dataCenter, limit: 10)
        try paging.take(["issues": [], "total": 7])
        #expect(paging.next == nil)
        var other = try self.paging(.cloud, limit: 10)
        #expect(throws: ConnectorError.self) { try other.take(["errorMessages": []]) }
    }
}
