public import ConnectorSDK
public import PatchbayJSON

/// Requests to one of Amazon's services, as one call makes them; the host signs them.
public struct AmazonAPI: Sendable {
    public let settings: AmazonSettings
    /// The service's name in addresses: `s3`, `sqs`, `email`.
    private let service: String
    private let context: Context

    public init(_ context: Context, service: String) throws {
        self.context = context
        self.service = service
        settings = try context.settings(AmazonSettings.self)
        let region = settings.region
        guard region.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }) else {
            throw ConnectorError(.config, "`region` is `\(region)`, needs a name such as eu-central-1.", effect: .none)
        }
    }

    /// `sqs.eu-central-1.amazonaws.com`
    public var ownHost: String {
        "\(service).\(settings.region).amazonaws.com" + (settings.region.hasPrefix("cn-") ? ".cn" : "")
    }

    /// Where the service is, without a slash at its end.
    public var base: String {
        var base = settings.endpoint ?? "https://\(ownHost)"
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }

    /// The answer, when it went well.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await context.http.send(request)
        guard response.isSuccess else { throw ConnectorError(amazon: response) }
        return response
    }

    /// Calls by the JSON protocol (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html).
    public func call(_ target: String, _ body: JSONObject) async throws -> JSON {
        let request = HTTPRequest(
            .post, base + "/",
            headers: [("X-Amz-Target", target), ("Content-Type", "application/x-amz-json-1.0")],
            body: .json(.object(body)))
        let response = try await send(request)
        return response.body.isEmpty ? .object([:]) : try response.json()
    }
}
