import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct DeleteObject: Action {
    static let title = "Delete an object"
    static let summary = "Deletes an object. One that does not exist is no failure."
    static let effect = Effect.delete
    static let isIdempotent = true
    static let documentation: String? = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html"
    static let examples = [Example("A report", input: ["bucket": "acme-reports", "key": "2025/11/report.json"])]

    struct Input: Fields {
        @Field("Name of the bucket.", .length(3...63)) var bucket: String
        @Field("Key of the object.", .length(1...1024)) var key: String
        @Field("A version, which is then gone for good.", .length(1...1024)) var versionID: String?
    }

    struct Output: Fields {
        @Field("Whether a marker of deletion stands in its place, as buckets have it that keep versions.")
        var deleteMarker: Bool
        @Field("Version of the marker, or of what was deleted.") var versionID: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let bucket = try Bucket(input.bucket, try AmazonAPI(context, service: "s3"))
        let response = try await bucket.api.send(
            HTTPRequest(.delete, try bucket.address(of: input.key), query: [("versionId", input.versionID)]))
        return Output {
            $0.deleteMarker = response.header("x-amz-delete-marker") == "true"
            $0.versionID = response.header("x-amz-version-id")
        }
    }
}
