import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct GetObject: Action {
    static let title = "Get an object"
    static let summary = "Reads an object, of at most 32 MiB."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"
    static let examples = [
        Example("A report", input: ["bucket": "acme-reports", "key": "2026/11/report.json"]),
        Example(
            "The beginning of a picture",
            input: ["bucket": "acme-media", "key": "logo.png", "range": "bytes=0-1023", "format": "base64"]),
    ]

    struct Input: Fields {
        @Field("Name of the bucket.", .length(3...63)) var bucket: String
        @Field("Key of the object.", .length(1...1024)) var key: String
        @Field("A version of it; the newest when absent.", .length(1...1024)) var versionID: String?
        @Field("Which bytes, when not all.", .length(1...100), example: "bytes=0-1023") var range: String?
        @Field(
            "How the content is given. `auto`: JSON and text by the object's type, anything else in base 64.",
            default: .auto)
        var format: Format
    }

    enum Format: String, FieldChoice { case auto, json, text, base64 }

    struct Output: Fields {
        @Field("The content: a JSON value, or a text; absent when it is given in base 64.") var content: JSON?
        @Field("The content in base 64, when it is not given otherwise.") var contentBase64: Bytes?
        @Field("Its type.") var contentType: String
        @Field("Bytes of what was read.") var size: Int
        @Field("Entity tag, which changes with the content.") var etag: String?
        @Field("When it was written, as HTTP date.") var lastModified: String?
        @Field("Its version, in a bucket that keeps them.") var versionID: String?
        @Field("Its metadata, names in lower case.") var metadata: [String: String]
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let bucket = try Bucket(input.bucket, try AmazonAPI(context, service: "s3"))
        let response = try await bucket.api.send(
            HTTPRequest(
                .get, try bucket.address(of: input.key), query: [("versionId", input.versionID)],
                headers: input.range.map { [("Range", $0)] } ?? []))
        let type = response.header("content-type") ?? "application/octet-stream"
        let content = try Self.content(response, input.format, type)
        return Output {
            $0.content = content
            $0.contentBase64 = content == nil ? Bytes(response.body) : nil
            $0.contentType = type
            $0.size = response.body.count
            $0.etag = response.entityTag
            $0.lastModified = response.header("last-modified")
            $0.versionID = response.header("x-amz-version-id")
            $0.metadata = response.metadata
        }
    }

    /// Nil for base 64.
    private static func content(_ response: HTTPResponse, _ format: Format, _ type: String) throws -> JSON? {
        let type = type.prefix { $0 != ";" }.lowercased()
        let isJSON = type == "application/json" || type.hasSuffix("+json")
        switch format {
        case .base64: return Optional<JSON>.none
        case .json: return try response.json()
        case .text: return .string(response.text)
        case .auto:
            if isJSON, let value = try? response.json() { return value }
            guard isJSON || type.hasPrefix("text/") || type.hasSuffix("/xml") || type.hasSuffix("+xml"),
                let text = String(validating: response.body, as: UTF8.self)
            else { return Optional<JSON>.none }
            return .string(text)
        }
    }
}
