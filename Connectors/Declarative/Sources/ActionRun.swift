import ConnectorSDK
import DeclarativeFormat
import PatchbayJSON

/// One call of an action: its request, or its requests where the answer comes in pages.
struct ActionRun {
    private let action: ActionDocument
    private let context: Context
    private let base: String
    private let scope: TemplateScope
    private let requests: RequestMaking
    private let answers: AnswerReading

    /// Bytes of all pages' bodies together.
    private static let mostBytes = 64 << 20

    init(
        _ document: ConnectorDocument, _ action: ActionDocument, _ input: JSON, _ context: Context
    ) throws(ConnectorError) {
        self.action = action
        self.context = context
        let settings = try context.givenSettings()
        let scope = TemplateScope([
            "input": input, "settings": .object(settings),
            "call": ["idempotency_key": .string(context.idempotencyKey), "attempt": .int(Int64(context.attempt))],
        ])
        self.scope = scope
        var own = scope
        base = try BaseAddress.render(document.baseURL, in: &own)
        requests = RequestMaking(template: action.request, base: base)
        answers = AnswerReading(action: action)
    }

    func run() async throws -> JSON {
        if let pagination = action.pagination { return try await gather(pagination) }
        var scope = scope
        let response = try await context.http.send(try requests.request(in: &scope))
        let body = try answers.body(of: response, scope)
        answers.describe(response, body, in: &scope)
        return try answers.output(else: body, in: &scope)
    }

    private func gather(_ pagination: Pagination) async throws -> JSON {
        var scope = scope
        let most = try Bounds(pagination, in: &scope)
        let first = try requests.request(in: &scope)
        var walk = PageWalk(pagination, start: try start(of: pagination, in: &scope))
        var items: [JSON] = []
        var size = 0
        var last: (response: HTTPResponse, body: JSON)?
        var isCut = false
        repeat {
            let response = try await context.http.send(try walk.request(like: first, base: base))
            size += response.body.count
            guard size <= Self.mostBytes else {
                throw ConnectorError(
                    .upstream, "The pages have more than \(Self.mostBytes >> 20) MiB together. Ask for fewer of them.",
                    retry: .no)
            }
            let body = try answers.body(of: response, scope)
            let page = try walk.items(of: body, response)
            let room = most.items - items.count
            isCut = page.count > room
            items += page.prefix(room)
            last = (response, body)
            try walk.advance(past: page.count, body, response)
            if walk.hasNext { context.progress(nil, "\(items.count) elements, \(walk.pages) pages") }
        } while walk.hasNext && walk.pages < most.pages && items.count < most.items
        let hasMore = isCut || walk.hasNext
        var result: JSONObject = ["items": .array(items), "has_more": .bool(hasMore)]
        // Behind a page that was cut nobody could go on without missing something.
        if !isCut, walk.hasNext { result["next"] = walk.next }
        if let last { answers.describe(last.response, last.body, in: &scope) }
        for member in result { scope.roots[member.name] = member.value }
        scope.roots["pages"] = .int(Int64(walk.pages))
        return try answers.output(else: .object(result), in: &scope)
    }

    private func start(of pagination: Pagination, in scope: inout TemplateScope) throws(ConnectorError) -> JSON? {
        guard let template = pagination.start else { return Optional<JSON>.none }
        do throws(TemplateError) {
            let value = try template.value(in: &scope)
            return value?.isNull == true ? Optional<JSON>.none : value
        } catch {
            throw ConnectorError(error)
        }
    }
}

/// How much one call gathers.
private struct Bounds {
    let pages: Int
    let items: Int

    init(_ pagination: Pagination, in scope: inout TemplateScope) throws(ConnectorError) {
        pages = try Self.number(pagination.maxPages, Pagination.mostPages, "max_pages", &scope)
        items = try Self.number(pagination.maxItems, Pagination.mostItems, "max_items", &scope)
    }

    private static func number(
        _ template: Template, _ most: Int64, _ name: String, _ scope: inout TemplateScope
    ) throws(ConnectorError) -> Int {
        let value: JSON?
        do throws(TemplateError) {
            value = try template.value(in: &scope)
        } catch {
            throw ConnectorError(error)
        }
        let number = value?.int ?? value?.string.flatMap { Int64($0) }
        guard let number, number > 0 else {
            throw ConnectorError(
                .invalidInput,
                "The pagination's \(name) needs a whole number from 1 to \(most), and is "
                    + "\(value?.text.prefix(40) ?? "missing").", effect: .none)
        }
        return Int(min(number, most))
    }
}

extension ConnectorError {
    /// What a template lacks, before anything was sent.
    init(_ error: TemplateError) {
        let root = error.path.first ?? ""
        let pointer = JSONPointer(tokens: Array(error.path.dropFirst())).description
        switch root {
        case "input":
            self.init(
                .invalidInput, "`\(pointer.isEmpty ? "/" : pointer)` \(error.message).", effect: .none, pointer: pointer
            )
        case "settings":
            self.init(.config, "The setting `\(pointer.dropFirst())` \(error.message).", effect: .none)
        case "":
            self.init(.invalidInput, "A template of this action \(error.message).", effect: .none)
        default:
            self.init(.upstream, "`\(error.path.joined(separator: "."))` of the answer \(error.message).")
        }
    }
}
