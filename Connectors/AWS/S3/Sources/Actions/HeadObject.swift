import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct HeadObject: Action {
    static let title = "Look at an object"
    static let summary = "Tells whether an object exists, and its size, type and metadata, without its content."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html"
    static let examples = [Example("A report", input: ["bucket": "acme-reports", "key": "2026/11/report.json"])]

    struct Input: Fields {
        @Field("Name of the bucket.", .length(3...63)) var bucket: String
        @Field("Key of the object.", .length(1...1024)) var key: String
        @Field("A version of it; the newest when absent.", .length(1...1024)) var versionID: String?
    }

    struct Output: Fields {
        @Field("Whether it exists; if not, there is nothing else.") var exists: Bool
        @Field("Its bytes.") var size: Int?
        @Field("Its type.") var contentType: String?
        @Field("Entity tag, which changes with the content.") var etag: String?
        @Field("When it was written, as HTTP date.") var lastModified: String?
        @Field("Its version, in a bucket that keeps them.") var versionID: String?
        @Field("Its metadata, names in lower case.") var metadata: [String: String]?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let bucket = try Bucket(input.bucket, try AmazonAPI(context, service: "s3"))
        let response: HTTPResponse
        do {
            response = try await bucket.api.send(
                HTTPRequest(.head, try bucket.address(of: input.key), query: [("versionId", input.versionID)]))
        } catch let error as ConnectorError where error.httpStatus == 404 {
            return Output { $0.exists = false }
        }
        return Output {
            $0.exists = true
            $0.size = response.header("content-length").flatMap { Int($0) }
            $0.contentType = response.header("content-type")
            $0.etag = response.entityTag
            $0.lastModified = response.header("last-modified")
            $0.versionID = response.header("x-amz-version-id")
            $0.metadata = response.metadata
        }
    }
}
