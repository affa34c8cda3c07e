import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct ReceiveMessages: Action {
    static let title = "Receive messages"
    static let summary = """
        Takes messages from a queue. Nobody else sees them for the visibility timeout; one that is not deleted by then comes \
        again.
        """
    static let effect = Effect.write
    static let documentation: String? =
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"
    static let examples = [
        Example(
            "Up to ten",
            input: [
                "queue_url": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders", "limit": 10,
                "wait_seconds": 5,
            ])
    ]

    struct Input: Fields {
        @Field("Address of the queue.", .length(1...2048), .format("uri")) var queueURL: String
        @Field("How many at most.", .range(1...10), default: 10) var limit: Int
        @Field("Seconds to wait for the first one.", .range(0...20), default: 0) var waitSeconds: Int
        @Field("Seconds for which nobody else sees them; the queue's own when absent.", .range(0...43_200))
        var visibilityTimeout: Int?
        @Field("Whether bodies that are JSON are given as values.", default: true) var parseJSON: Bool
    }

    struct Message: Fields {
        @Field("Id of the message.") var id: String
        @Field("What it says: a text, or a value when it is JSON and that is asked for.") var body: JSON
        @Field("With it the message is deleted; another one for each time it is received.") var receiptHandle: String
        @Field("Attributes: names with texts.") var attributes: [String: String]
        @Field("When it was sent, in milliseconds since 1970.") var sentAt: Int?
        @Field("How often it was received.") var receiveCount: Int?
        @Field("Its group, in a FIFO queue.") var groupID: String?
    }

    struct Output: Fields {
        @Field("The messages.") var messages: [Message]
        @Field("How many there are.") var count: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try AmazonAPI(context, service: "sqs")
        var body: JSONObject = [
            "QueueUrl": .string(input.queueURL), "MaxNumberOfMessages": .int(Int64(input.limit)),
            "WaitTimeSeconds": .int(Int64(input.waitSeconds)), "MessageAttributeNames": ["All"],
            "MessageSystemAttributeNames": ["All"],
        ]
        body["VisibilityTimeout"] = input.visibilityTimeout?.json
        let answer = try await api.call("AmazonSQS.ReceiveMessage", body)
        let messages = (answer["Messages"]?.array ?? []).map { Self.message($0, parsing: input.parseJSON) }
        return Output {
            $0.messages = messages
            $0.count = messages.count
        }
    }

    private static func message(_ json: JSON, parsing: Bool) -> Message {
        let text = json["Body"]?.string ?? ""
        let system = json["Attributes"]
        return Message {
            $0.id = json["MessageId"]?.string ?? ""
            $0.body = (parsing ? try? JSON(parsing: text) : Optional<JSON>.none) ?? .string(text)
            $0.receiptHandle = json["ReceiptHandle"]?.string ?? ""
            $0.attributes = MessageAttributes.read(json["MessageAttributes"])
            $0.sentAt = system?["SentTimestamp"]?.string.flatMap { Int($0) }
            $0.receiveCount = system?["ApproximateReceiveCount"]?.string.flatMap { Int($0) }
            $0.groupID = system?["MessageGroupId"]?.string
        }
    }
}
