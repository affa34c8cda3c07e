import ConnectorSDK
import DeclarativeFormat
import PatchbayJSON
import Testing

@Suite struct PaginationTests {
    private func sample(_ pagination: JSON, method: String = "GET") -> Sample {
        Sample([
            "input": ["limit": "integer?", "from": "any?"], "request": ["method": .string(method), "path": "/list"],
            "pagination": pagination,
        ])
    }

    @Test func `cursors are followed to the end`() async throws {
        let cursor = sample(["kind": "cursor", "items": "/data", "cursor": "/meta/next", "parameter": "after"])
        let (output, host) = try await cursor.call(
            [:], .json(200, ["data": [1, 2], "meta": ["next": "c 2"]]), .json(200, ["data": [3], "meta": ["next": ""]]))
        #expect(output == ["items": [1, 2, 3], "has_more": false])
        #expect(
            host.requests.map(\.url) == [
                "https://api.acme.example/v2/list", "https://api.acme.example/v2/list?after=c%202",
            ])
    }

    @Test func `a cursor may stand in the body, and the walk may begin and stop midway`() async throws {
        let cursor = sample(
            [
                "kind": "cursor", "items": "/data", "cursor": "/next", "in": "json", "start": "{{ input.from }}",
                "max_pages": 1,
            ], method: "POST")
        let (output, host) = try await cursor.call(["from": "c1"], .json(200, ["data": [1], "next": "c2"]))
        #expect(output == ["items": [1], "has_more": true, "next": "c2"])
        #expect(try JSON(parsing: host.requests[0].body) == ["cursor": "c1"])
    }

    @Test func `pages and offsets end with a page that is not full`() async throws {
        let pages = sample(["kind": "page", "size_parameter": "per_page", "size": 2])
        let (output, host) = try await pages.call([:], .json(200, [1, 2]), .json(200, [3]))
        #expect(output == ["items": [1, 2, 3], "has_more": false])
        #expect(host.requests.map { $0.url.suffix(18) } == ["?per_page=2&page=1", "?per_page=2&page=2"])
        let offset = sample(["kind": "offset", "parameter": "skip", "items": "/rows"])
        let (second, other) = try await offset.call([:], .json(200, ["rows": [1, 2]]), .json(200, ["rows": []]))
        #expect(second["items"] == [1, 2])
        #expect(other.requests.map { $0.url.suffix(7) } == ["?skip=0", "?skip=2"])
    }

    @Test func `links are followed wherever they stand`() async throws {
        let header = sample(["kind": "link"])
        let (output, host) = try await header.call(
            [:], .json(200, [1], [("link", "</v2/list?page=2>; rel=\"next\"")]), .json(200, [2]))
        #expect(output["items"] == [1, 2])
        #expect(host.requests[1].url == "https://api.acme.example/v2/list?page=2")
        let body = sample(["kind": "link", "next": "/links/next", "items": "/data"])
        let (second, other) = try await body.call(
            [:], .json(200, ["data": [1], "links": ["next": "https://other.example/x"]]),
            .json(200, ["data": [], "links": ["next": nil]]))
        #expect(second["items"] == [1] && other.requests[1].url == "https://other.example/x")
    }

    @Test func `what is gathered is bounded, and a cut page names no next one`() async throws {
        let bounded = sample([
            "kind": "cursor", "items": "/data", "cursor": "/next", "max_items": "{{ input.limit ?? 10 }}",
        ])
        let (output, _) = try await bounded.call(["limit": 1], .json(200, ["data": [1, 2], "next": "c"]))
        #expect(output == ["items": [1], "has_more": true])
        #expect(await bounded.failure(["limit": 0])?.code == .invalidInput)
    }

    @Test func `a server that goes in circles, or has no list, is told`() async throws {
        let cursor = sample(["kind": "cursor", "items": "/data", "cursor": "/next"])
        let page: JSON = ["data": [1], "next": "same"]
        #expect(await cursor.failure([:], .json(200, page), .json(200, page))?.message.contains("next one") == true)
        #expect(await cursor.failure([:], .json(200, ["date": []]))?.code == .upstream)
        #expect(await cursor.failure([:], .json(200, ["data": 3]))?.code == .upstream)
    }

    @Test func `the pages' elements can be mapped`() async throws {
        let mapped = Sample([
            "request": ["path": "/"], "pagination": ["kind": "page", "items": "/data"],
            "response": [
                "output": ["names": "{{ items | pluck('name') }}", "more": "{{ has_more }}", "pages": "{{ pages }}"]
            ],
        ])
        let (output, _) = try await mapped.call([:], .json(200, ["data": [["name": "Ada"]]]), .json(200, ["data": []]))
        #expect(output == ["names": ["Ada"], "more": false, "pages": 2])
    }
}
