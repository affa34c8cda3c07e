import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct NewObjects: PollTrigger {
    static let title = "New objects"
    static let summary = """
        Tells the objects of a bucket that were written since the last time, by when S3 says they were written, oldest first. An \
        object that is written again comes again, with another `etag`.
        """
    static let documentation: String? = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"
    static let timeout: Duration? = .seconds(60)
    static let examples = [Example("A folder", input: ["bucket": "acme-reports", "prefix": "inbox/"])]

    struct Input: Fields {
        @Field("Name of the bucket.", .length(3...63)) var bucket: String
        @Field("What the keys begin with. All of these are listed at each poll.", .length(0...1024)) var prefix: String?
        @Field(
            "How many objects may be there at most; more are an error, for which a narrower prefix helps.",
            .range(1...100_000), default: 10_000) var limit: Int
    }

    struct Event: Fields {
        @Field("What tells it from others: the key, and the entity tag behind a space.") var id: String
        @Field("Its key.") var key: String
        @Field("Its bytes.") var size: Int
        @Field("When it was written (RFC 3339).") var lastModified: String
        @Field("Entity tag, which changes with the content.") var etag: String?
    }

    /// S3 lists by key, so everything is listed and what is not older than the newest that was seen is told: two objects
    /// may have the same second, and the host knows those that it had.
    func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<Event> {
        if let cursor, cursor["since"]?.string == nil {
            throw ConnectorError.invalid("/cursor", "is no cursor of an earlier poll")
        }
        let since = cursor?["since"]?.string ?? ""
        let objects = try await objects(input, in: context)
        let newest = objects.compactMap(\.lastModified).max() ?? since
        let events = objects.filter { ($0.lastModified ?? "") >= since }.sorted {
            ($0.lastModified ?? "", $0.key) < ($1.lastModified ?? "", $1.key)
        }.map { object in
            Event {
                $0.id = "\(object.key) \(object.etag ?? "")"
                $0.key = object.key
                $0.size = object.size
                $0.lastModified = object.lastModified ?? ""
                $0.etag = object.etag
            }
        }
        return Polled(events, cursor: ["since": .string(max(newest, since))])
    }

    private func objects(_ input: Input, in context: Context) async throws -> [ListObjects.Object] {
        let bucket = try Bucket(input.bucket, try AmazonAPI(context, service: "s3"))
        let listing = ListObjects.Input {
            $0.bucket = input.bucket
            $0.prefix = input.prefix
            $0.limit = 1_000
        }
        var (objects, token) = ([ListObjects.Object](), String?.none)
        repeat {
            let page = try await ListObjects.page(bucket, listing, atMost: 1_000, after: token)
            objects += page.objects
            token = page.objects.isEmpty ? nil : page.next
            guard objects.count <= input.limit else {
                throw ConnectorError.invalid(
                    "/prefix", "has more than \(input.limit) objects; name a narrower one, or a higher limit")
            }
        } while token != nil
        return objects
    }
}
