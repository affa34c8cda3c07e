import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct PutObject: Action {
    static let title = "Put an object"
    static let summary = "Writes an object, in place of the one of that key."
    static let effect = Effect.write
    // Written twice it is the same; a bucket that keeps versions has one more.
    static let isIdempotent = true
    static let documentation: String? = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"
    static let examples = [
        Example("JSON", input: ["bucket": "acme-reports", "key": "2026/11/report.json", "json": ["total": 12]]),
        Example(
            "Text, if there is none yet",
            input: ["bucket": "acme-reports", "key": "note.txt", "text": "Done.", "only_if_absent": true]),
    ]

    struct Input: Fields {
        @Field("Name of the bucket.", .length(3...63)) var bucket: String
        @Field("Key of the object.", .length(1...1024)) var key: String
        @Field("The content: any JSON value.") var json: JSON?
        @Field("The content: text.", .multiline) var text: String?
        @Field("The content: bytes in base 64.") var contentBase64: Bytes?
        @Field("Type of the content, when it is not its form's usual one.", .length(1...200)) var contentType: String?
        @Field("Metadata: names with values, both of ASCII.") var metadata: [String: String]?
        @Field("How it is stored, when not as usual.", .length(1...100), example: "STANDARD_IA") var storageClass:
            String?
        @Field("Whether it fails when there is an object of that key.", default: false) var onlyIfAbsent: Bool
    }

    struct Output: Fields {
        @Field("Entity tag of the content.") var etag: String?
        @Field("Its version, in a bucket that keeps them.") var versionID: String?
        @Field("Bytes that were written.") var size: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let bucket = try Bucket(input.bucket, try AmazonAPI(context, service: "s3"))
        let (bytes, type) = try input.content
        var headers: [(String, String)] = []
        if let storageClass = input.storageClass { headers.append(("x-amz-storage-class", storageClass)) }
        if input.onlyIfAbsent { headers.append(("If-None-Match", "*")) }
        for (name, value) in (input.metadata ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard (name + value).utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw ConnectorError.invalid("/metadata/\(name)", "holds what is not ASCII")
            }
            headers.append(("x-amz-meta-\(name)", value))
        }
        let response = try await bucket.api.send(
            HTTPRequest(
                .put, try bucket.address(of: input.key), headers: headers, body: .bytes(bytes, contentType: type)))
        return Output {
            $0.etag = response.entityTag
            $0.versionID = response.header("x-amz-version-id")
            $0.size = bytes.count
        }
    }
}

extension PutObject.Input {
    fileprivate var content: (bytes: [UInt8], type: String) {
        get throws(ConnectorError) {
            var contents: [(pointer: String, bytes: [UInt8], type: String)] = []
            if let json { contents.append(("/json", json.bytes(), "application/json")) }
            if let text { contents.append(("/text", Array(text.utf8), "text/plain; charset=utf-8")) }
            if let contentBase64 {
                contents.append(("/content_base64", contentBase64.bytes, "application/octet-stream"))
            }
            guard contents.count == 1, let only = contents.first else {
                throw .invalid(
                    contents.dropFirst().first?.pointer ?? "", "needs exactly one of json, text and content_base64")
            }
            return (only.bytes, contentType ?? only.type)
        }
    }
}
