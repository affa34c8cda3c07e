import ConnectorSDK
import PatchbayJSON

/// Decides, page by page, whether and where to go on. Asks nobody: it is told each page, and answers with the next step.
struct Pagination {
    enum Strategy: String, FieldChoice {
        case link, cursor, page, offset
        case nextURL = "next_url"
    }

    /// How the server pages, and how far to follow.
    struct Plan {
        var url: String
        var query: [(String, String)]
        var strategy: Strategy
        var items: JSONPointer
        var cursor: JSONPointer
        var cursorParameter: String
        var pageParameter: String
        var firstPage: Int
        var offsetParameter: String
        var pageSize: Int?
        var pageSizeParameter: String?
        var maxPages: Int
        var maxItems: Int
    }

    /// A page that came.
    struct Page {
        var body: JSON
        /// Target of its `Link` to the next.
        var link: String?
        /// Where it came from, after redirects.
        var url: String
    }

    /// Where the next page is.
    struct Target {
        var url: String
        var query: [(String, String?)]
    }

    enum Step {
        case fetch(Target)
        /// All that was wanted is there. `next` is the cursor, number or address to go on with, when there is more.
        case end(hasMore: Bool, next: String?)
    }

    let plan: Plan
    private(set) var items: [JSON] = []
    private(set) var pages = 0
    private var seen: Set<String> = []

    init(_ plan: Plan) { self.plan = plan }

    var first: Target {
        switch plan.strategy {
        case .link, .nextURL, .cursor: target([:])
        case .page: target([plan.pageParameter: String(plan.firstPage)])
        case .offset: target([plan.offsetParameter: "0"])
        }
    }

    /// Takes a page in. Throws `ConnectorError` of code `upstream` when it is not what the plan says.
    mutating func take(_ page: Page) throws(ConnectorError) -> Step {
        let found = try elements(of: page.body)
        let room = plan.maxItems - items.count
        items += found.prefix(room)
        pages += 1
        let next = try next(after: page, count: found.count)
        let isFull = items.count == plan.maxItems || pages == plan.maxPages
        // Going on with `next` would skip what this page still had.
        if found.count > room { return .end(hasMore: true, next: nil) }
        guard let next, !isFull else { return .end(hasMore: next != nil, next: next?.word) }
        guard seen.insert(next.word).inserted else {
            throw ConnectorError(
                .upstream, "Page \(pages) names a next page that was there before, so there would be no end.",
                effect: .none)
        }
        return .fetch(next.target)
    }

    private func elements(of body: JSON) throws(ConnectorError) -> [JSON] {
        switch body.value(at: plan.items) {
        case .array(let elements): return elements
        case .null: return []
        case let other:
            let place = plan.items.tokens.isEmpty ? "The page itself" : "At `\(plan.items)` of the page"
            throw ConnectorError(
                .upstream, "\(place) is \(other?.kind ?? "nothing") where an array of items was expected.",
                effect: .none,
                pointer: "/items")
        }
    }

    /// Where to go on; nil when the server has no more.
    private func next(after page: Page, count: Int) throws(ConnectorError) -> (target: Target, word: String)? {
        switch plan.strategy {
        case .link:
            return try page.link.map { link throws(ConnectorError) in try following(link, from: page) }
        case .nextURL:
            guard let link = page.body.value(at: plan.cursor)?.string, !link.isEmpty else { return nil }
            return try following(link, from: page)
        case .cursor:
            guard let cursor = cursor(in: page.body) else { return nil }
            return (target([plan.cursorParameter: cursor]), cursor)
        case .page, .offset:
            // Only an empty page, or one that is not full, tells that it was the last.
            guard count > 0, count >= plan.pageSize ?? 1 else { return nil }
            let number = plan.strategy == .page ? plan.firstPage + pages : items.count
            let name = plan.strategy == .page ? plan.pageParameter : plan.offsetParameter
            return (target([name: String(number)]), String(number))
        }
    }

    private func cursor(in body: JSON) -> String? {
        switch body.value(at: plan.cursor) {
        case .string(let text): text.isEmpty ? nil : text
        case .int(let number): String(number)
        case .uint(let number): String(number)
        default: nil
        }
    }

    private func following(_ link: String, from page: Page) throws(ConnectorError) -> (target: Target, word: String) {
        guard let url = Reference.resolve(link, from: page.url) else {
            throw ConnectorError(
                .upstream,
                "Page \(pages) names `\(link.prefix(200))` as the next one, which is no address on the same server.",
                effect: .none)
        }
        return (Target(url: url, query: []), url)
    }

    /// The plan's address with its query, in which these parameters stand in place of those of the same name.
    private func target(_ parameters: [String: String]) -> Target {
        var query = plan.query.filter { parameters[$0.0] == nil && $0.0 != plan.pageSizeParameter }
        if let name = plan.pageSizeParameter, let size = plan.pageSize { query.append((name, String(size))) }
        query += parameters.map { ($0.key, $0.value) }
        return Target(url: plan.url, query: query.map { ($0.0, $0.1) })
    }
}
