import Hummingbird
import PatchbayCore
import PatchbayJSON

/// Reads a request's query parameters and collects all that is wrong with them. A filter that was misspelt must not be
/// taken for no filter, so unknown names are problems too.
struct Query {
    private var values: [String: String] = [:]
    private(set) var problems: [Problem] = []

    init(_ request: Request, known: [String]) throws(APIError) {
        guard let fields = FormFields(request.uri.query ?? "") else {
            let problem = Problem(code: "bad-query", pointer: "", message: "The query is too long or not UTF-8")
            throw .invalid([problem], what: "query")
        }
        for (name, value) in fields.fields {
            if !known.contains(name) {
                problems.append(
                    Problem(
                        code: "unknown-parameter", pointer: name.shortened(to: 80),
                        message: "there is no parameter \(name.quoted)",
                        hint: Suggestion.hint(for: name, among: known, known: "parameters are")))
            } else if values[name] != nil {
                problem(name, "repeated-parameter", "'\(name)' is given more than once")
            } else {
                values[name] = value
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// A value that `parse` understands.
    mutating func read<Value>(_ name: String, expecting: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = values[name] else { return nil }
        if let value = parse(text) { return value }
        problem(name, "bad-parameter", "'\(name)' must be \(expecting)")
        return nil
    }

    /// `limit` and `cursor`.
    mutating func page() -> PageRequest {
        let limit = read("limit", expecting: "a whole number from 1 to \(PageRequest.largest)") { text in
            Int(text).flatMap { (1...PageRequest.largest).contains($0) ? $0 : nil }
        }
        let cursor = read("cursor", expecting: "'next_cursor' of the page before") { text in
            (1...512).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? text : nil
        }
        return limit.map { PageRequest(limit: $0, cursor: cursor) } ?? PageRequest(cursor: cursor)
    }

    /// Throws all that was found.
    func check() throws(APIError) {
        if !problems.isEmpty { throw .invalid(problems, what: "query") }
    }

    private mutating func problem(_ name: String, _ code: String, _ message: String) {
        problems.append(Problem(code: code, pointer: name, message: message))
    }
}

extension Page {
    /// `{"items": […], "next_cursor": … or null}`.
    func json(_ item: (Item) -> JSON) -> JSON {
        ["items": .array(items.map(item)), "next_cursor": next.map(JSON.string) ?? .null]
    }
}
