import ConnectorSDK
import PatchbayJSON

struct Request: Action {
    static let title = "Send a request"
    static let summary = """
        Sends one HTTP request and gives the answer. Counts as a write whatever its method, because what a request does is \
        for the server to say.
        """
    static let effect = Effect.write
    static let documentation: String? = "https://www.rfc-editor.org/rfc/rfc9110"
    static let examples = [
        Example("Get", input: ["url": "https://api.example.com/orders", "query": ["state": "open", "limit": 20]]),
        Example(
            "Post JSON",
            input: [
                "method": "POST", "url": "https://api.example.com/orders", "json": ["sku": "A-1", "count": 2],
                "idempotency_header": "Idempotency-Key",
            ]),
        Example(
            "Post a form",
            input: [
                "method": "POST", "url": "https://api.example.com/login", "form": ["user": "ada", "remember": true],
            ]),
    ]

    struct Input: Fields {
        @Field("The method.", default: .get) var method: HTTPRequest.Method
        @Field("Where to: absolute, `http` or `https`.", .length(1...16_384), .format("uri")) var url: String
        @Field("Added to the URL's query. A list repeats its name; null leaves it out.") var query: Parameters?
        @Field("Headers. Secrets belong into a credential, not here.") var headers: [String: String]?
        @Field("The body: any JSON value.") var json: JSON?
        @Field("The body: fields of a form (`application/x-www-form-urlencoded`).") var form: Parameters?
        @Field("The body: text (`text/plain` unless `content_type` says otherwise).", .multiline) var text: String?
        @Field("The body: bytes in base 64 (`application/octet-stream` unless `content_type` says otherwise).")
        var bodyBase64: Bytes?
        @Field("Type of the body, when it is not its form's usual one.", .length(1...200), example: "application/xml")
        var contentType: String?
        @Field(
            "Name of a header in which the step's idempotency key is sent, for servers that take one.",
            .length(1...100),
            example: "Idempotency-Key")
        var idempotencyHeader: String?
        @Field("Whether redirects are followed.", default: true) var followRedirects: Bool
        @Field("How many redirects at most.", .range(0...20), default: 5) var maxRedirects: Int
        @Field(
            "Milliseconds until the request is given up; never longer than the step's own timeout.", .range(1...600_000)
        )
        var timeoutMs: Int?
        @Field("Whether the step fails when the status is 400 or above.", default: true) var failOnErrorStatus: Bool
        @Field(
            "How to read the answer's body. `auto` goes by its content type: JSON, text, else base 64.", default: .auto)
        var responseFormat: Content.Format
    }

    struct Output: Fields {
        @Field("The status.") var status: Int
        @Field(
            "The headers, names in lower case. What came several times is joined by `, `, cookies by line breaks.")
        var headers: [String: String]
        @Field("The body: a JSON value when it is JSON, text when it is text; absent when it is empty or neither.")
        var body: JSON?
        @Field("The body in base 64, when it is neither JSON nor text, or when that was asked for.") var bodyBase64:
            Bytes?
        @Field("The address that answered, after redirects.") var url: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let response = try await context.http.send(try input.request(idempotencyKey: context.idempotencyKey))
        if input.failOnErrorStatus, response.status >= 400 { throw ConnectorError(response, to: input.method) }
        let content: Content
        do {
            content = try Content(response, as: input.responseFormat)
        } catch {
            // The request itself has gone well or not, whatever its answer's body looks like.
            var error = error
            error.effect = input.method.isSafe ? .none : response.isSuccess ? .applied : .unknown
            throw error
        }
        return Output {
            $0.status = response.status
            $0.headers = response.joinedHeaders
            if case .value(let value) = content { $0.body = value }
            if case .bytes(let bytes) = content { $0.bodyBase64 = bytes }
            $0.url = response.url
        }
    }
}

extension Request.Input {
    func request(idempotencyKey: String) throws(ConnectorError) -> HTTPRequest {
        try requireWebAddress(url)
        var headers = (headers ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if let contentType {
            guard !headers.contains(where: { $0.0.lowercased() == "content-type" }) else {
                throw .invalid("/content_type", "is said a second time: the headers have a `Content-Type`")
            }
            headers.append(("Content-Type", contentType))
        }
        if let idempotencyHeader { headers.append((idempotencyHeader, idempotencyKey)) }
        return HTTPRequest(
            method, url, query: query?.pairs ?? [], headers: headers, body: try body,
            redirects: followRedirects ? maxRedirects : 0, timeout: timeoutMs.map { .milliseconds($0) })
    }

    private var body: HTTPRequest.Body {
        get throws(ConnectorError) {
            var bodies: [(pointer: String, body: HTTPRequest.Body)] = []
            if let json { bodies.append(("/json", .json(json))) }
            if let form { bodies.append(("/form", .form(form.pairs))) }
            if let text { bodies.append(("/text", .text(text))) }
            if let bodyBase64 { bodies.append(("/body_base64", .bytes(bodyBase64.bytes))) }
            guard bodies.count <= 1 else {
                throw .invalid(
                    bodies[1].pointer,
                    "is a second body beside `\(bodies[0].pointer)`: give only one of json, form, text "
                        + "and body_base64")
            }
            return bodies.first?.body ?? .none
        }
    }
}

/// Throws what is wrong with an address, so far as it shows at first sight; the host looks at it closely.
func requireWebAddress(_ url: String) throws(ConnectorError) {
    let beginning = url.prefix(8).lowercased()
    guard beginning.hasPrefix("http://") || beginning.hasPrefix("https://") else {
        throw .invalid("/url", "needs to begin with `http://` or `https://`")
    }
}

extension HTTPResponse {
    /// One value for each name. Cookies hold commas themselves, so they stand in lines (RFC 9110 §5.3).
    var joinedHeaders: [String: String] {
        var joined: [String: String] = [:]
        for (name, value) in headers {
            let separator = name == "set-cookie" ? "\n" : ", "
            joined[name] = joined[name].map { $0 + separator + value } ?? value
        }
        return joined
    }
}
