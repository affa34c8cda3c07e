import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayCore
import PatchbayJSON

/// What a sender delivered to a webhook.
struct Delivery {
    let endpoint: String
    let method: String
    /// Names in lower case; repeated ones joined as RFC 9110 says.
    let headers: [String: String]
    let query: String
    let body: [UInt8]

    init(_ request: Request, endpoint: String, body: [UInt8]) {
        self.endpoint = endpoint
        method = request.method.rawValue
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        self.headers = headers
        query = request.uri.query ?? ""
        self.body = body
    }

    /// The sender's name for this delivery, by which its repetition is recognised; nil when it gives none.
    func id() throws(APIError) -> String? {
        let names = ["x-github-delivery", "x-patchbay-delivery-id", "webhook-id"]
        guard let (name, id) = names.lazy.compactMap({ name in headers[name].map { (name, $0) } }).first else {
            return nil
        }
        guard (1...200).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            let problem = Problem(
                code: "bad-header", pointer: name, message: "'\(name)' must be 1 to 200 visible ASCII characters")
            throw .invalid([problem], what: "delivery")
        }
        return id
    }

    /// What expressions read as `trigger`.
    func trigger(id: String, node: String) throws(APIError) -> JSON {
        guard let query = FormFields(query) else {
            let problem = Problem(
                code: "bad-query", pointer: "", message: "the query has too many parameters or is not UTF-8")
            throw .invalid([problem], what: "delivery")
        }
        var shown = JSONObject()
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) where !Self.secretHeaders.contains(name) {
            shown[name] = .string(value)
        }
        return [
            "kind": "webhook", "node": .string(node), "body": try content(), "headers": .object(shown),
            "query": query.json,
            "method": .string(method), "path": .string(endpoint), "delivery_id": .string(id),
        ]
    }

    /// The body as a value: JSON, a form's fields, or text.
    private func content() throws(APIError) -> JSON {
        guard !body.isEmpty else { return .null }
        let type = MediaType(headers["content-type"])
        if type.isJSON || type.name.isEmpty && looksLikeJSON { return try JSON(body: body) }
        guard type.isUTF8, let text = String(validating: body, as: UTF8.self) else {
            throw APIError(
                .unsupportedMediaType, "The body is not UTF-8. Webhooks take JSON, forms and text.",
                details: ["content_type": .string(type.name.shortened(to: 80))])
        }
        guard type.isForm else { return .string(text) }
        guard let form = FormFields(text) else {
            throw APIError(.unsupportedMediaType, "The form has too many fields or is not UTF-8.")
        }
        // GitHub's and Slack's forms hold one field with JSON in it.
        if form.fields.count == 1, form.fields[0].name == "payload",
            let payload = try? JSON(parsing: form.fields[0].value)
        {
            return payload
        }
        return form.json
    }

    private var looksLikeJSON: Bool {
        let first = body.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// What a run must not remember.
    private static let secretHeaders: Set = ["authorization", "cookie", "proxy-authorization"]
}
