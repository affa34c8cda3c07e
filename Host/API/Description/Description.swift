import HTTPTypes
import PatchbayCore
import PatchbayJSON

/// What a route is for people and programs that call it: the source of the OpenAPI document. Stands in a table beside the
/// routes (`Resources/`), one line a route; a test fails for a route without one, and all API tests hold the answers
/// against it.
struct Description: Sendable {
    /// A parameter of the query, or a header.
    struct Parameter: Sendable {
        let name: String
        let shape: Shape
        let about: String

        init(_ name: String, _ shape: Shape, _ about: String) {
            self.name = name
            self.shape = shape
            self.about = about
        }
    }

    enum Body: Sendable {
        case json(Shape)
        /// JSON that may be left out.
        case optional(Shape)
        /// Other media types beside, or instead of, JSON.
        case media([(type: String, shape: Shape)])
        /// Whatever the sender has.
        case anything
    }

    struct Answer: Sendable {
        /// 0: any other.
        let status: Int
        let about: String
        /// Nil: no content.
        let shape: Shape?
        /// Names of headers that the answer has besides those of every answer.
        let headers: [String]
        /// Not JSON, or not only.
        var isAnything = false
    }

    let method: HTTPRequest.Method
    /// As its route's.
    let path: String
    let summary: String
    let tag: Tag
    var about = ""
    /// Nil: the query is not looked at.
    var query: [Parameter]?
    var headers: [Parameter] = []
    var body: Body?
    let answers: [Answer]
    /// Besides those that come with what the route takes and who may call it.
    var errors: [APIError.Code] = []

    enum Tag: String, Sendable, CaseIterable {
        case workflows, templates, schedules, polls, alerts, runs, tasks, expressions, nodes, connectors, credentials,
            webhooks,
            sessions,
            members,
            tenants, audit,
            host
    }

    init(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ tag: Tag, about: String = "",
        query: [Parameter]? = nil, headers: [Parameter] = [], body: Body? = nil, _ answers: Answer...,
        errors: [APIError.Code] = []
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.tag = tag
        self.about = about
        self.query = query
        self.headers = headers
        self.body = body
        self.answers = answers
        self.errors = errors
    }

    /// The same route by another name.
    func at(_ path: String) -> Description {
        Description(copying: self, path: path)
    }

    private init(copying other: Description, path: String) {
        method = other.method
        self.path = path
        summary = other.summary
        tag = other.tag
        about = other.about
        query = other.query
        headers = other.headers
        body = other.body
        answers = other.answers
        errors = other.errors
    }
}

extension Description.Answer {
    static func ok(_ shape: Shape, _ about: String = "", headers: [String] = []) -> Self {
        Self(status: 200, about: about, shape: shape, headers: headers)
    }

    /// With `Location`.
    static func created(_ shape: Shape, _ about: String = "Created.", headers: [String] = ["Location"]) -> Self {
        Self(status: 201, about: about, shape: shape, headers: headers)
    }

    static func accepted(_ shape: Shape, _ about: String = "Stored.", headers: [String] = []) -> Self {
        Self(status: 202, about: about, shape: shape, headers: headers)
    }

    static let done = Self(status: 204, about: "Done.", shape: nil, headers: [])
    static let unchanged = Self(status: 304, about: "As `If-None-Match` has it.", shape: nil, headers: ["ETag"])

    /// What a workflow's `respond` node says: any status, headers and content.
    static let workflows = Self(
        status: 0, about: "What the workflow's `respond` node says.", shape: .any, headers: [], isAnything: true)
}

extension [Description.Parameter] {
    static let noParameters: [Description.Parameter] = []

    static let page: [Description.Parameter] = [
        .init("limit", .whole(1...Int64(PageRequest.largest)), "Items of a page; 50 when absent."),
        .init("cursor", .text(1...512), "`next_cursor` of the page before."),
    ]
}
