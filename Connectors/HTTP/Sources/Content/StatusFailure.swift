import ConnectorSDK
import PatchbayJSON

extension ConnectorError {
    /// The failure that an answer of status 400 or above is.
    init(_ response: HTTPResponse, to method: HTTPRequest.Method) {
        let body = try? response.json()
        let address = response.url.prefix { $0 != "?" && $0 != "#" }
        let words = body.flatMap(whatItSays)
        self.init(
            response,
            "\(method.rawValue) \(address.prefix(300)) was answered with status \(response.status)"
                + (words.map { ": \($0.prefix(500))" } ?? "."),
            detail: [
                "status": .int(Int64(response.status)), "content_type": response.header("content-type").json ?? .null,
                "body": shortened(body, text: response.text),
            ])
        if method.isSafe { effect = .none }
    }
}

/// The sentence for people in an error's body, in the shapes that most APIs use: RFC 9457's `detail` and `title`,
/// `message`, `error`, `error.message`, `error_description`.
private func whatItSays(_ body: JSON) -> String? {
    let found = [
        body["detail"], body["message"], body["error_description"], body["error"]?["message"], body["error"],
        body["title"],
    ]
    return found.lazy.compactMap { $0?.string }.first { !$0.isEmpty }
}

/// The body as JSON when it is short, else its beginning.
private func shortened(_ body: JSON?, text: String) -> JSON {
    if let body, text.utf8.count <= 8192 { return body }
    return .string(String(text.prefix(2000)))
}
