public import PatchbayJSON

extension Exchange {
    /// `{"request": {"method", "url", "headers"?, "credential"?, body?}, "response": {"status", "headers"?, body?}}`, with
    /// `"fault": "timeout"` in place of a response. A body is one of `json`, `text` and `base64`.
    public var json: JSON {
        var members: JSONObject = ["request": request.json]
        switch outcome {
        case .response(let response): members["response"] = response.json
        case .fault(let fault): members["fault"] = .string(fault.rawValue)
        }
        return .object(members)
    }

    /// Throws `RecordingError` that says what is missing.
    public init(_ json: JSON) throws(RecordingError) {
        let request = try Request(json["request"] ?? .null)
        if let word = json["fault"]?.string {
            guard let fault = Fault(rawValue: word) else {
                let known = Fault.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
                throw RecordingError("`\(word)` is no fault; there are \(known)")
            }
            self.init(request, .fault(fault))
            return
        }
        guard let response = json["response"], let status = response["status"]?.int, (100...599).contains(status) else {
            throw RecordingError("an exchange needs a `response` with a `status` of 100 to 599, or a `fault`")
        }
        self.init(
            request,
            .response(
                Response(Int(status), headers: readHeaders(response["headers"]), body: try readBody(response) ?? [])))
    }
}

extension Exchange.Request {
    init(_ json: JSON) throws(RecordingError) {
        guard let method = json["method"]?.string, let url = json["url"]?.string else {
            throw RecordingError("an exchange needs a `request` with `method` and `url`")
        }
        self.init(
            method, url, headers: readHeaders(json["headers"]), body: try readBody(json),
            credential: json["credential"]?.string ?? "")
    }

    var json: JSON {
        var members: JSONObject = ["method": .string(method), "url": .string(url)]
        if !headers.isEmpty { members["headers"] = shown(headers) }
        if !credential.isEmpty { members["credential"] = .string(credential) }
        if let body, !body.isEmpty { members.addBody(body) }
        return .object(members)
    }
}

extension Exchange.Response {
    var json: JSON {
        var members: JSONObject = ["status": .int(Int64(status))]
        if !headers.isEmpty { members["headers"] = shown(headers) }
        if !body.isEmpty { members.addBody(body) }
        return .object(members)
    }
}

/// What is wrong with a recording.
public struct RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

extension JSONObject {
    /// As JSON where it is some, so that a person can read and change it.
    fileprivate mutating func addBody(_ body: [UInt8]) {
        if let json = try? JSON(parsing: body) {
            self["json"] = json
        } else if let text = String(validating: body, as: UTF8.self) {
            self["text"] = .string(text)
        } else {
            self["base64"] = .string(Base64.encode(body))
        }
    }
}

private func readBody(_ json: JSON) throws(RecordingError) -> [UInt8]? {
    if let value = json["json"] { return value.bytes() }
    if let text = json["text"]?.string { return Array(text.utf8) }
    guard let text = json["base64"]?.string else { return nil }
    guard let bytes = Base64.decode(text) else { throw RecordingError("a `base64` body is none") }
    return bytes
}

/// An object of texts; a header that comes several times is an array of them.
private func readHeaders(_ json: JSON?) -> [Exchange.Header] {
    (json?.object ?? [:]).flatMap { member in
        (member.value.array ?? [member.value]).compactMap(\.string).map { Exchange.Header(member.name, $0) }
    }
}

private func shown(_ headers: [Exchange.Header]) -> JSON {
    var members = JSONObject()
    for header in headers {
        switch members[header.name] {
        case nil: members[header.name] = .string(header.value)
        case .array(let values)?: members[header.name] = .array(values + [.string(header.value)])
        case let value?: members[header.name] = .array([value, .string(header.value)])
        }
    }
    return .object(members)
}
