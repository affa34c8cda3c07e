import ConnectorSDK
import PatchbayJSON

struct Paginate: Action {
    static let title = "Fetch all pages"
    static let summary = "Gets a list that comes in pages, one request after the other, up to the limits."
    static let effect = Effect.read
    static let timeout: Duration? = .seconds(120)
    static let examples = [
        Example(
            "By Link header",
            input: [
                "url": "https://api.github.com/orgs/octo-org/repos", "query": ["per_page": 100], "strategy": "link",
                "max_items": 500,
            ]),
        Example(
            "By cursor",
            input: [
                "url": "https://api.example.com/customers", "strategy": "cursor", "items": "/data",
                "cursor": "/paging/next", "cursor_parameter": "after",
            ]),
        Example(
            "By page number",
            input: [
                "url": "https://api.example.com/orders", "strategy": "page", "items": "/orders", "page_size": 50,
                "page_size_parameter": "per_page",
            ]),
    ]

    struct Input: Fields {
        @Field("Where the list is: absolute, `http` or `https`.", .length(1...16_384), .format("uri")) var url: String
        @Field("Added to the URL's query of every page. A list repeats its name; null leaves it out.") var query:
            Parameters?
        @Field("Headers of every request. Secrets belong into a credential, not here.") var headers: [String: String]?
        @Field(
            """
            How the server tells the next page. `link`: by a `Link` header with `rel="next"` (RFC 8288). `next_url`: by an \
            address in the body, at `cursor`. `cursor`: by a word in the body, at `cursor`, which goes into the query as \
            `cursor_parameter`. `page`: pages are numbered. `offset`: pages begin at a position.
            """)
        var strategy: Pagination.Strategy
        @Field(
            "JSON pointer (RFC 6901) to the array of items in a page; empty when the page is the array.", default: "")
        var items: String
        @Field(
            "JSON pointer to the next page's cursor or address. For `cursor` and `next_url`.", example: "/paging/next")
        var cursor: String?
        @Field("Query parameter for the cursor.", .length(1...200), default: "cursor") var cursorParameter: String
        @Field("Query parameter for the page's number.", .length(1...200), default: "page") var pageParameter: String
        @Field("Number of the first page.", .range(0...1_000_000), default: 1) var firstPage: Int
        @Field("Query parameter for the position of the page's first item.", .length(1...200), default: "offset")
        var offsetParameter: String
        @Field(
            "Items of a full page. With `page` and `offset`, a page with fewer is the last; without this, an empty one is.",
            .range(1...10_000))
        var pageSize: Int?
        @Field("Query parameter that asks for `page_size`.", .length(1...200), example: "per_page")
        var pageSizeParameter: String?
        @Field("How many pages at most.", .range(1...1000), default: 10) var maxPages: Int
        @Field("How many items at most.", .range(1...100_000), default: 1000) var maxItems: Int
        @Field("Milliseconds for each request; all together never longer than the step's timeout.", .range(1...600_000))
        var timeoutMs: Int?
    }

    struct Output: Fields {
        @Field("The items of all pages.") var items: [JSON]
        @Field("How many pages were fetched.") var pages: Int
        @Field("Whether the limits ended it: the server may have more.") var hasMore: Bool
        @Field(
            "Where to go on: cursor, number, position or address of the next page. Absent when there is none, and when the "
                + "limit fell inside a page.")
        var next: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        var pagination = Pagination(try input.plan)
        var target = pagination.first
        let headers = (input.headers ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        while true {
            let request = HTTPRequest(
                .get, target.url, query: target.query, headers: headers, redirects: 5,
                timeout: input.timeoutMs.map { .milliseconds($0) })
            let response = try await context.http.send(request)
            guard response.status < 400 else { throw ConnectorError(response, to: .get) }
            let page = Pagination.Page(body: try response.json(), link: response.link("next"), url: response.url)
            switch try pagination.take(page) {
            case .fetch(let next):
                target = next
                context.progress(
                    Double(pagination.pages) / Double(input.maxPages),
                    "\(pagination.items.count) items on \(pagination.pages) pages")
            case .end(let hasMore, let next):
                return Output {
                    $0.items = pagination.items
                    $0.pages = pagination.pages
                    $0.hasMore = hasMore
                    $0.next = next
                }
            }
        }
    }
}

extension Paginate.Input {
    var plan: Pagination.Plan {
        get throws(ConnectorError) {
            try requireWebAddress(url)
            guard let items = JSONPointer(items) else {
                throw .invalid("/items", "is no JSON pointer; those begin with a slash, such as `/data`")
            }
            if strategy == .cursor || strategy == .nextURL, cursor == nil {
                throw .invalid("/cursor", "is missing, which the strategy `\(strategy.rawValue)` needs")
            }
            guard let cursor = JSONPointer(cursor ?? "") else {
                throw .invalid("/cursor", "is no JSON pointer; those begin with a slash, such as `/paging/next`")
            }
            if pageSizeParameter != nil, pageSize == nil {
                throw .invalid("/page_size", "is missing, which `page_size_parameter` is to ask for")
            }
            return Pagination.Plan(
                url: url, query: query?.pairs ?? [], strategy: strategy, items: items, cursor: cursor,
                cursorParameter: cursorParameter, pageParameter: pageParameter, firstPage: firstPage,
                offsetParameter: offsetParameter, pageSize: pageSize, pageSizeParameter: pageSizeParameter,
                maxPages: maxPages, maxItems: maxItems)
        }
    }
}
