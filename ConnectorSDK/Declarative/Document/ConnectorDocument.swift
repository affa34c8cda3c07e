package import PatchbayJSON

/// A connector without code: who it is, what it needs, and its actions as requests and what becomes of their answers.
/// `ConnectorSDK/Docs/declarative.md` describes the format.
package struct ConnectorDocument: Sendable {
    package var id: String
    package var version: String
    package var name: String
    package var summary: String
    package var category: String
    package var license: String?
    package var docs: String?
    package var homepage: String?
    package var baseURL: Template
    /// As manifests have them.
    package var hosts: [JSON]
    package var slots: [Slot]
    /// JSON Schema of an object.
    package var settings: JSON
    /// Calls at the same time.
    package var concurrency: Int64
    /// Milliseconds a call may take.
    package var timeout: Int64
    package var actions: [ActionDocument]

    /// The format's version.
    package static let format: Int64 = 1
    /// Bytes of the largest document, as JSON without white space.
    package static let largest = 1 << 20

    package struct Slot: Sendable {
        package var name: String
        /// As manifests have it.
        package var declaration: JSON
    }
}

/// One action of a document.
package struct ActionDocument: Sendable {
    package var id: String
    package var title: String
    package var summary: String
    /// `read`, `write` or `delete`.
    package var effect: String
    package var isIdempotent: Bool
    /// Milliseconds; nil: the connector's.
    package var timeout: Int64?
    /// Name of a credential slot; nil for none.
    package var slot: String?
    package var docs: String?
    /// JSON Schemas.
    package var input: JSON
    package var output: JSON
    package var examples: [JSON]
    package var request: RequestTemplate
    package var response: ResponseRule
    package var pagination: Pagination?
    /// In the order they are tried; those of the document stand behind the action's own.
    package var errors: [ErrorRule]
}

/// How an action's request is made.
package struct RequestTemplate: Sendable {
    package static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    package var method: String
    /// Below the base URL.
    package var path: Template
    package var query: [ValueTemplate.Member]
    package var headers: [Header]
    package var body: Body
    /// How many redirects are followed.
    package var redirects: Int

    package struct Header: Sendable {
        package var name: String
        package var value: Template
    }

    package enum Body: Sendable {
        case none
        case json(ValueTemplate)
        case form([ValueTemplate.Member])
        case text(Template)
    }
}

/// What becomes of an answer.
package struct ResponseRule: Sendable {
    package enum Reading: String, Sendable, CaseIterable {
        /// JSON when the answer says so or looks so, nothing when it is empty, else text.
        case auto
        case json, text, base64
    }

    package var success: [StatusRange]
    package var reading: Reading
    /// The part of the body that counts as the body; the whole for the empty pointer.
    package var select: JSONPointer
    /// What the action answers; the body when nil.
    package var output: ValueTemplate?
}

/// Statuses: 404, or 4xx.
package struct StatusRange: Sendable, Equatable {
    package var range: ClosedRange<Int>

    package static let need = "a status such as 404, or a class such as \"4xx\""

    package init?(_ json: JSON) {
        if let status = json.int, (100...599).contains(status) {
            range = Int(status)...Int(status)
            return
        }
        guard let text = json.string?.lowercased(), text.count == 3, text.hasSuffix("xx"),
            let digit = text.first?.wholeNumberValue, (1...5).contains(digit)
        else { return nil }
        range = digit * 100...digit * 100 + 99
    }

    package static let success = StatusRange("2xx")!

    package func contains(_ status: Int) -> Bool { range.contains(status) }
}

/// How a list that comes in pages is gathered.
package struct Pagination: Sendable {
    package enum Kind: Sendable {
        /// The answer holds a cursor, which the next request sends. The pointer leads to it in the body.
        case cursor(JSONPointer)
        /// Requests count pages, from this one.
        case page(first: Int64)
        /// Requests say how many elements to pass over.
        case offset
        /// The answer holds the next request's address: in the header `Link` with this relation, or in the body.
        case header(relation: String)
        case address(JSONPointer)
    }

    package enum Place: String, Sendable, CaseIterable { case query, json, form }

    package var kind: Kind
    /// Where the elements stand in the body.
    package var items: JSONPointer
    /// Name of the parameter that carries cursor, page or offset; empty for links.
    package var parameter: String
    package var place: Place
    /// Name and value of the parameter that says how many elements a page has.
    package var size: (parameter: String, count: Int64)?
    /// Where to begin; nil at the beginning.
    package var start: Template?
    /// Most pages and elements of one call. Templates may name inputs.
    package var maxPages: Template
    package var maxItems: Template

    package static let mostPages: Int64 = 1_000
    package static let mostItems: Int64 = 100_000
}

/// What an answer means that matches.
package struct ErrorRule: Sendable {
    package static let codes = [
        "internal", "invalid_input", "auth_expired", "auth_denied", "not_found", "conflict", "rate_limited",
        "unavailable", "timeout", "cancelled", "upstream", "config", "unsupported",
    ]

    package enum Wait: Sendable {
        /// Seconds or a date, as `Retry-After` has it.
        case header(String)
        case body(JSONPointer)
        case seconds(Int64)
    }

    /// Empty for every status.
    package var statuses: [StatusRange]
    /// What must stand in the body; nil as value: anything but null and false.
    package var body: [(pointer: JSONPointer, value: JSON?)]
    /// One of `codes`; nil: what the status means.
    package var code: String?
    package var isRetryable: Bool?
    package var wait: Wait?
    package var message: Template?
    package var vendorCode: Template?
    /// JSON pointer to the member of the input at fault.
    package var pointer: String?
}
