import HTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// What a sender delivered to a webhook.
struct Delivery {
    let endpoint: String
    let content: DeliveryContent
    /// Where the sender believes to have sent it.
    let url: String
    /// The sender's name for it, as a connector has it; nil: a header or the body gives it.
    var name: String?

    init(_ request: HTTPRequest, query: Substring, endpoint: String, url: String, body: [UInt8]) {
        self.endpoint = endpoint
        self.url = url
        var headers: [String: String] = [:]
        headers.reserveCapacity(request.headerFields.count)
        for field in request.headerFields {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        content = DeliveryContent(
            method: request.method.rawValue, headers: headers, query: String(query), body: body)
    }

    /// One that did not come over the network.
    init(_ content: DeliveryContent, to endpoint: String, url: String) { self.init(endpoint, content, url) }

    private init(_ endpoint: String, _ content: DeliveryContent, _ url: String) {
        (self.endpoint, self.content, self.url) = (endpoint, content, url)
    }

    /// With the body that was announced.
    func with(_ body: [UInt8]) -> Delivery {
        var content = content
        content.body = body
        return Delivery(endpoint, content, url)
    }

    var signed: SignedDelivery { SignedDelivery(headers: content.headers, body: content.body, url: url) }

    /// The sender's name for this delivery, by which its repetition is recognised; nil when no header gives one.
    func id(by scheme: WebhookScheme) throws(APIError) -> String? {
        if let name { return name }
        let headers = content.headers
        guard
            let (name, id) = scheme.deliveryHeaders.lazy.compactMap({ name in headers[name].map { (name, $0) } }).first
        else { return nil }
        guard Self.isName(id) else {
            let problem = Problem(
                code: "bad-header", pointer: name, message: "'\(name)' must be 1 to 200 visible ASCII characters")
            throw .invalid([problem], what: "delivery")
        }
        return id
    }

    /// The same where the vendor names deliveries in the body.
    func id(by scheme: WebhookScheme, in body: JSON) -> String? {
        scheme.deliveryMember.flatMap { body[$0]?.string }.flatMap { Self.isName($0) ? $0 : nil }
    }

    static func isName(_ id: String) -> Bool {
        (1...200).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}
