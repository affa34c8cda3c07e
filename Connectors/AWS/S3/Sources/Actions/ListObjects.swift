import AmazonServices
import ConnectorSDK
import PatchbayJSON
import XMLDocuments

struct ListObjects: Action {
    static let title = "List objects"
    static let summary = "Lists a bucket's objects by their keys' order, page by page up to a limit."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"
    static let examples = [
        Example("A folder", input: ["bucket": "acme-reports", "prefix": "2026/11/", "delimiter": "/", "limit": 50])
    ]

    struct Input: Fields {
        @Field("Name of the bucket.", .length(3...63)) var bucket: String
        @Field("What the keys begin with.", .length(0...1024)) var prefix: String?
        @Field("Keys that have this behind the prefix are not listed but gathered in `prefixes`.", .length(1...10))
        var delimiter: String?
        @Field("How many at most.", .range(1...10_000), default: 1000) var limit: Int
        @Field("Where to go on: `continuation_token` of an earlier answer.", .length(1...4096)) var continuationToken:
            String?
    }

    struct Object: Fields {
        @Field("Its key.") var key: String
        @Field("Its bytes.") var size: Int
        @Field("When it was written (RFC 3339).") var lastModified: String?
        @Field("Entity tag, which changes with the content.") var etag: String?
        @Field("How it is stored.") var storageClass: String?
    }

    struct Output: Fields {
        @Field("The objects.") var objects: [Object]
        @Field("Beginnings of keys up to the delimiter.") var prefixes: [String]
        @Field("How many objects these are.") var count: Int
        @Field("Where to go on, when there are more.") var continuationToken: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let bucket = try Bucket(input.bucket, try AmazonAPI(context, service: "s3"))
        var output = Output {
            $0.objects = []
            $0.prefixes = []
            $0.count = 0
            $0.continuationToken = input.continuationToken
        }
        while true {
            let left = input.limit - output.objects.count - output.prefixes.count
            let page = try await Self.page(bucket, input, atMost: min(left, 1000), after: output.continuationToken)
            output.objects += page.objects
            output.prefixes += page.prefixes
            output.continuationToken = page.next
            let isEmpty = page.objects.isEmpty && page.prefixes.isEmpty
            guard page.next != nil, !isEmpty, output.objects.count + output.prefixes.count < input.limit else { break }
        }
        output.count = output.objects.count
        return output
    }

    static func page(
        _ bucket: Bucket, _ input: Input, atMost limit: Int, after token: String?
    ) async throws -> (objects: [Object], prefixes: [String], next: String?) {
        let response = try await bucket.api.send(
            HTTPRequest(
                .get, bucket.address + "/",
                query: [
                    ("list-type", "2"), ("max-keys", "\(limit)"), ("encoding-type", "url"), ("prefix", input.prefix),
                    ("delimiter", input.delimiter), ("continuation-token", token),
                ]))
        guard let page = try? XMLParser.parse(response.text), page.localName == "ListBucketResult" else {
            throw ConnectorError(.upstream, "The server's answer is no list of a bucket.", httpStatus: response.status)
        }
        // Keys may hold what XML cannot, so they come encoded.
        let objects = page.all("Contents").map { entry in
            Object {
                $0.key = percentDecoded(entry["Key"]?.text ?? "")
                $0.size = entry["Size"].flatMap { Int($0.text) } ?? 0
                $0.lastModified = entry["LastModified"]?.text
                $0.etag = entry["ETag"].map { $0.text.filter { $0 != "\"" } }
                $0.storageClass = entry["StorageClass"]?.text
            }
        }
        let prefixes = page.all("CommonPrefixes").compactMap { $0["Prefix"]?.text }.map(percentDecoded)
        let next = page["IsTruncated"]?.text == "true" ? page["NextContinuationToken"]?.text : nil
        return (objects, prefixes, next)
    }
}

/// Undoes the encoding of a form's value: `a%2Fb+c` is `a/b c`.
func percentDecoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var index = 0
    while index < source.count {
        if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
            let byte = UInt8(String(decoding: source[index + 1...index + 2], as: UTF8.self), radix: 16)
        {
            bytes.append(byte)
            index += 3
        } else {
            bytes.append(source[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : source[index])
            index += 1
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
