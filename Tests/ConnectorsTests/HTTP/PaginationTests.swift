import ConnectorSDK
import PatchbayJSON
import Testing

@testable import HTTPConnector

@Suite struct PaginationTests {
    private func pagination(_ members: JSONObject) throws -> Pagination {
        var input: JSONObject = ["url": "https://a.example/list"]
        for member in members { input[member.name] = member.value }
        return Pagination(try Paginate.Input.read(.object(input)).plan)
    }

    private func page(_ body: JSON, link: String? = nil) -> Pagination.Page {
        Pagination.Page(body: body, link: link, url: "https://a.example/list?p=1")
    }

    /// `fetch <address> <query>` or `end <more> <next>`.
    private func words(_ step: Pagination.Step) -> String {
        switch step {
        case .fetch(let target): "fetch " + words(target)
        case .end(let hasMore, let next): "end \(hasMore) \(next ?? "-")"
        }
    }

    private func words(_ target: Pagination.Target) -> String {
        let query = target.query.map { "\($0.0)=\($0.1 ?? "")" }.joined(separator: "&")
        return target.url + (query.isEmpty ? "" : " " + query)
    }

    @Test func `links are followed until there is none`() throws {
        var pagination = try pagination(["strategy": "link", "query": ["q": 1]])
        #expect(words(pagination.first) == "https://a.example/list q=1")
        #expect(words(try pagination.take(page([1, 2], link: "?p=2"))) == "fetch https://a.example/list?p=2")
        #expect(words(try pagination.take(page([3]))) == "end false -")
        #expect(pagination.items == [1, 2, 3])
        #expect(pagination.pages == 2)
    }

    @Test func `a cursor takes the place of the one before`() throws {
        var pagination = try pagination([
            "strategy": "cursor", "items": "/data", "cursor": "/next", "cursor_parameter": "after",
            "query": ["after": "start", "q": "x"],
        ])
        #expect(words(pagination.first) == "https://a.example/list after=start&q=x")
        #expect(
            words(try pagination.take(page(["data": [1], "next": "c2"]))) == "fetch https://a.example/list q=x&after=c2"
        )
        #expect(
            words(try pagination.take(page(["data": [], "next": 3]))) == "fetch https://a.example/list q=x&after=3")
        for end in [nil, "", false] as [JSON] {
            var last = pagination
            #expect(words(try last.take(page(["data": [2], "next": end]))) == "end false -")
        }
        #expect(words(try pagination.take(page(["data": [2]]))) == "end false -")
    }

    @Test func `an address in the body is followed on the same server only`() throws {
        var pagination = try pagination(["strategy": "next_url", "items": "/data", "cursor": "/links/next"])
        let next = "https://a.example/list?c=2"
        #expect(words(try pagination.take(page(["data": [1], "links": ["next": .string(next)]]))) == "fetch \(next)")
        #expect(throws: ConnectorError.self) {
            try pagination.take(page(["data": [1], "links": ["next": "https://b.example/list"]]))
        }
    }

    @Test func `numbered pages end with one that is not full`() throws {
        var pagination = try pagination([
            "strategy": "page", "first_page": 0, "page_size": 2, "page_size_parameter": "per_page",
            "page_parameter": "p",
        ])
        #expect(words(pagination.first) == "https://a.example/list per_page=2&p=0")
        #expect(words(try pagination.take(page([1, 2]))) == "fetch https://a.example/list per_page=2&p=1")
        #expect(words(try pagination.take(page([3]))) == "end false -")
    }

    @Test func `positions count items and end with an empty page`() throws {
        var pagination = try pagination(["strategy": "offset"])
        #expect(words(pagination.first) == "https://a.example/list offset=0")
        #expect(words(try pagination.take(page([1, 2, 3]))) == "fetch https://a.example/list offset=3")
        #expect(words(try pagination.take(page([]))) == "end false -")
    }

    @Test func `the limits end it and say where to go on`() throws {
        var byPages = try pagination(["strategy": "page", "max_pages": 1])
        #expect(words(try byPages.take(page([1, 2]))) == "end true 2")
        var byItems = try pagination(["strategy": "link", "max_items": 2])
        #expect(words(try byItems.take(page([1, 2], link: "?p=2"))) == "end true https://a.example/list?p=2")
        var exact = try pagination(["strategy": "link", "max_items": 2])
        #expect(words(try exact.take(page([1, 2]))) == "end false -")
        var inside = try pagination(["strategy": "link", "max_items": 2])
        #expect(words(try inside.take(page([1, 2, 3], link: "?p=2"))) == "end true -")
        #expect(inside.items == [1, 2])
    }

    @Test func `a server that goes in circles is noticed`() throws {
        var pagination = try pagination(["strategy": "cursor", "items": "/d", "cursor": "/n"])
        _ = try pagination.take(page(["d": [1], "n": "a"]))
        _ = try pagination.take(page(["d": [1], "n": "b"]))
        let error = #expect(throws: ConnectorError.self) { try pagination.take(page(["d": [1], "n": "a"])) }
        #expect(error?.code == .upstream)
    }

    @Test func `null is an empty page, and anything else is none`() throws {
        var pagination = try pagination(["strategy": "link", "items": "/data"])
        #expect(words(try pagination.take(page(["data": nil]))) == "end false -")
        for body in [["data": [:]], ["other": []], []] as [JSON] {
            let error = #expect(throws: ConnectorError.self) { try pagination.take(page(body)) }
            #expect(error?.pointer == "/items")
        }
    }

    @Test(
        arguments: [
            (["strategy": "cursor"], "/cursor"), (["strategy": "next_url"], "/cursor"),
            (["strategy": "link", "items": "data"], "/items"), (["strategy": "cursor", "cursor": "next"], "/cursor"),
            (["strategy": "page", "page_size_parameter": "n"], "/page_size"),
            (["strategy": "link", "url": "list"], "/url"),
        ] as [(JSONObject, String)])
    func `a plan that cannot be names the input at fault`(members: JSONObject, pointer: String) {
        let error = #expect(throws: ConnectorError.self) { try pagination(members) }
        #expect(error?.pointer == pointer)
    }
}
