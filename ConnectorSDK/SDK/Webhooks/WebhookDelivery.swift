public import PatchbayJSON

/// What came to a trigger's endpoint, as it came.
public struct WebhookDelivery: Sendable, Equatable {
    /// In capitals.
    public var method: String
    /// Without the question mark; percent-encoded as it came.
    public var query: String
    /// By names in lower case; several of one name are joined by commas.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(method: String = "POST", query: String = "", headers: [String: String] = [:], body: [UInt8]) {
        self.method = method
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// A header by its name in any case.
    public func header(_ name: String) -> String? { headers[name.lowercased()] }

    /// The body as JSON; nil when it is none.
    public var json: JSON? { try? JSON(parsing: body) }

    /// As operations are given it.
    package init?(_ json: JSON?) {
        guard let method = json?["method"]?.string, let body = try? Bytes.read(json?["body"]) else { return nil }
        var headers: [String: String] = [:]
        for header in json?["headers"]?.object ?? [:] { headers[header.name.lowercased()] = header.value.string ?? "" }
        self.init(method: method, query: json?["query"]?.string ?? "", headers: headers, body: body.bytes)
    }

    static let schema: JSON = [
        "type": "object", "description": "What came to the endpoint.",
        "properties": [
            "method": ["type": "string", "description": "The method, in capitals."],
            "query": ["type": "string", "description": "The query, percent-encoded as it came."],
            "headers": [
                "type": "object", "description": "By names in lower case.", "additionalProperties": ["type": "string"],
            ],
            "body": ["type": "string", "description": "The body.", "contentEncoding": "base64"],
        ],
        "required": ["method", "body"],
    ]
}

/// What a delivery is.
public enum WebhookVerdict<Event: FieldValue>: Sendable {
    /// Not the vendor's, or not to be read. The reason is kept in the history: a few words, without what was delivered.
    case refused(String)
    /// The vendor's, and nothing that starts a run, such as a ping.
    case ignored(String)
    /// Each starts a run.
    case events([WebhookEvent<Event>])
}

/// One thing that has happened at the vendor.
public struct WebhookEvent<Event: FieldValue>: Sendable {
    /// The vendor's name for it, by which it is recognised when it comes again: 1 to 200 visible ASCII characters. Nil where
    /// there is none; then each delivery is another event.
    public var id: String?
    public var data: Event

    public init(_ data: Event, id: String? = nil) {
        self.data = data
        self.id = id
    }
}
