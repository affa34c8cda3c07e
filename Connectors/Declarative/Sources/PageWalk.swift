import ConnectorSDK
import DeclarativeFormat
import PatchbayJSON

/// From page to page: decides each next request from the answer before it.
struct PageWalk {
    private let pagination: Pagination
    /// Cursor, page, offset or address of the next request; nil for the first one as it stands.
    private(set) var next: JSON?
    private(set) var hasNext = true
    private(set) var pages = 0

    init(_ pagination: Pagination, start: JSON?) {
        self.pagination = pagination
        next = start
        switch pagination.kind {
        case .page(let first): next = start ?? .int(first)
        case .offset: next = start ?? 0
        default: break
        }
    }

    func request(like first: HTTPRequest, base: String) throws(ConnectorError) -> HTTPRequest {
        var request = first
        if let size = pagination.size { set(size.parameter, to: .int(size.count), in: &request) }
        guard let next else { return request }
        switch pagination.kind {
        case .header, .address:
            guard let address = next.string else {
                throw ConnectorError(.upstream, "The next page's address is \(next.text.prefix(100)).", retry: .no)
            }
            request.url = try absolute(address, base: base, like: first)
            request.query = []
        default: set(pagination.parameter, to: next, in: &request)
        }
        return request
    }

    func items(of body: JSON, _ response: HTTPResponse) throws(ConnectorError) -> [JSON] {
        guard let found = body.value(at: pagination.items) else {
            // A last page may come without its list.
            if pages > 0 || body.isNull { return [] }
            throw ConnectorError(
                .upstream, "The answer has no list at `\(pagination.items)`.", httpStatus: response.status)
        }
        if found.isNull { return [] }
        guard let array = found.array else {
            throw ConnectorError(
                .upstream, "What the answer has at `\(pagination.items)` is of type \(found.kind), not an array.",
                httpStatus: response.status)
        }
        return array
    }

    mutating func advance(past count: Int, _ body: JSON, _ response: HTTPResponse) throws(ConnectorError) {
        let before = next
        pages += 1
        switch pagination.kind {
        case .cursor(let pointer): next = body.value(at: pointer)
        case .address(let pointer): next = body.value(at: pointer)
        case .header(let relation): next = response.link(relation).map(JSON.string)
        case .page, .offset:
            // A page that is not full is the last one.
            let isFull = count > 0 && count >= Int(pagination.size?.count ?? 1)
            let step = if case .offset = pagination.kind { Int64(count) } else { Int64(1) }
            let (sum, overflows) = (before?.int ?? 0).addingReportingOverflow(step)
            next = isFull && !overflows ? .int(sum) : Optional<JSON>.none
        }
        // Vendors say "no more" in all these ways.
        if let said = next, said.isNull || said == "" || said == false || said == 0 && !isCounted {
            next = nil
        }
        hasNext = next != nil
        guard hasNext, let before, next == before else { return }
        throw ConnectorError(
            .upstream, "The server names the page that was just read as the next one.", retry: .no)
    }

    private var isCounted: Bool {
        switch pagination.kind {
        case .page, .offset: true
        default: false
        }
    }

    private func set(_ name: String, to value: JSON, in request: inout HTTPRequest) {
        let text = value.scalarText ?? value.text
        switch pagination.place {
        case .query:
            request.query.removeAll { $0.0 == name }
            request.query.append((name, text))
        case .form:
            guard case .form(var pairs) = request.body else { return request.body = .form([(name, text)]) }
            pairs.removeAll { $0.0 == name }
            request.body = .form(pairs + [(name, text)])
        case .json:
            var object: JSONObject = [:]
            if case .json(.object(let given)) = request.body { object = given }
            object[name] = value
            request.body = .json(.object(object))
        }
    }

    /// The address that a page names, which may stand for itself, begin at the host, or be below the one before it.
    private func absolute(
        _ address: String, base: String, like first: HTTPRequest
    ) throws(ConnectorError) -> String {
        guard address.utf8.count <= 8_000, address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConnectorError(.upstream, "The next page's address is no address.", retry: .no)
        }
        if address.hasPrefix("https://") || address.hasPrefix("http://") { return address }
        let scheme = String(base.prefix { $0 != ":" })
        if address.hasPrefix("//") { return scheme + ":" + address }
        let rest = base.dropFirst(scheme.count + 3)
        let origin = scheme + "://" + String(rest.prefix { $0 != "/" })
        if address.hasPrefix("/") { return origin + address }
        let path = String(first.url.prefix { $0 != "?" })
        if address.hasPrefix("?") { return path + address }
        return String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) + address
    }
}
