package import PatchbayCore
package import PatchbayJSON
import PatchbaySecurity

/// Why a delivery cannot be read.
package enum UnreadableDelivery: Error, Sendable {
    case json(JSONError)
    /// Its media type.
    case notText(String)
    case form
    case multipart
    case query

    /// The API's word for it, as the history keeps it.
    package var code: String {
        switch self {
        case .json: "INVALID_JSON"
        case .notText, .form, .multipart: "UNSUPPORTED_MEDIA_TYPE"
        case .query: "VALIDATION_ERROR"
        }
    }
}

/// What expressions see as `trigger` of a delivery. Pure: the same delivery gives the same data, when it comes, when it is
/// started later, and when it is repeated.
package struct DeliveryContent: Sendable {
    package var method: String
    /// Names in lower case.
    package var headers: [String: String]
    package var query: String
    package var body: [UInt8]

    package init(method: String, headers: [String: String], query: String, body: [UInt8]) {
        self.method = method
        self.headers = headers
        self.query = query
        self.body = body
    }

    /// Of one that is stored.
    package init(_ stored: StoredDelivery) {
        var headers: [String: String] = [:]
        for header in stored.record.headers.object ?? [:] { headers[header.name] = header.value.string ?? "" }
        self.init(method: stored.record.method, headers: headers, query: stored.record.query, body: stored.body)
    }

    /// What nobody shall read later.
    private static let secretHeaders: Set = [
        "authorization", "cookie", "proxy-authorization", "x-gitlab-token", "x-api-key", "x-auth-token",
    ]

    /// The headers that are kept.
    package var shown: JSONObject {
        var shown = JSONObject()
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) where !Self.secretHeaders.contains(name) {
            shown[name] = .string(value)
        }
        return shown
    }

    /// `id` is the delivery's name, and `path` that of its endpoint.
    package func trigger(
        id: String, node: String, path: String, shown: JSONObject? = nil
    ) throws(UnreadableDelivery) -> JSON {
        guard let query = FormFields(query) else { throw .query }
        return [
            "kind": "webhook", "node": .string(node), "body": try content(), "headers": .object(shown ?? self.shown),
            "query": query.json, "method": .string(method), "path": .string(path), "delivery_id": .string(id),
        ]
    }

    /// The body as a value: JSON, a form's fields, or text.
    private func content() throws(UnreadableDelivery) -> JSON {
        guard !body.isEmpty else { return .null }
        let type = MediaType(headers["content-type"])
        if type.isJSON || type.name.isEmpty && looksLikeJSON { return try json() }
        if type.isMultipart { return try multipart(type) }
        guard type.isUTF8, let text = String(validating: body, as: UTF8.self) else {
            throw .notText(type.name)
        }
        guard type.isForm else { return .string(text) }
        guard let form = FormFields(text) else { throw .form }
        // GitHub's and Slack's forms hold one field with JSON in it.
        if form.fields.count == 1, form.fields[0].name == "payload",
            let payload = try? JSON(parsing: form.fields[0].value)
        {
            return payload
        }
        return form.json
    }

    private func json() throws(UnreadableDelivery) -> JSON {
        do throws(JSONError) {
            return try JSON(parsing: body)
        } catch {
            throw .json(error)
        }
    }

    private var looksLikeJSON: Bool {
        let first = body.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// Fields are texts; files are objects with what they hold in Base64, which actions that send files take as it is. Large
    /// ones are kept apart from the journal like every large value.
    private func multipart(_ type: MediaType) throws(UnreadableDelivery) -> JSON {
        guard let boundary = type.boundary, let form = MultipartBody(body, boundary: boundary) else {
            throw .multipart
        }
        var object = JSONObject()
        for part in form.parts {
            let value = try Self.value(of: part)
            switch object[part.name] {
            case .array(let values)?: object[part.name] = .array(values + [value])
            case let first?: object[part.name] = [first, value]
            case nil: object[part.name] = value
            }
        }
        return .object(object)
    }

    private static func value(of part: MultipartBody.Part) throws(UnreadableDelivery) -> JSON {
        guard let filename = part.filename else {
            guard let text = String(validating: part.content, as: UTF8.self) else { throw .multipart }
            return .string(text)
        }
        return [
            "filename": .string(filename), "content_type": .string(part.type),
            "size": .int(Int64(part.content.count)), "sha256": .string(Digest.sha256Hex(part.content)),
            "base64": .string(Base64.text(part.content)),
        ]
    }
}
