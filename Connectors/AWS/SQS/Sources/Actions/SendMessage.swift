import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct SendMessage: Action {
    static let title = "Send a message"
    static let summary = "Puts a message into a queue."
    static let effect = Effect.write
    static let documentation: String? =
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"
    static let examples = [
        Example(
            "An order",
            input: [
                "queue_url": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders", "body": ["id": 7],
                "attributes": ["kind": "order"],
            ])
    ]

    struct Input: Fields {
        @Field("Address of the queue.", .length(1...2048), .format("uri")) var queueURL: String
        @Field("The message: a text, or a JSON value, which is sent as text.") var body: JSON
        @Field("Attributes: names with texts, at most 10.") var attributes: [String: String]?
        @Field("Seconds until it can be received; the queue's own when absent.", .range(0...900)) var delaySeconds: Int?
        @Field("Of a FIFO queue: messages of one group are received in order.", .length(1...128)) var groupID: String?
        @Field(
            """
            Of a FIFO queue: a message with the same id within five minutes is not put in again. The step's idempotency key \
            when absent, so that a repeated step sends once.
            """, .length(1...128))
        var deduplicationID: String?
    }

    struct Output: Fields {
        @Field("Id of the message.") var messageID: String
        @Field("Its place, in a FIFO queue.") var sequenceNumber: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try AmazonAPI(context, service: "sqs")
        var body: JSONObject = [
            "QueueUrl": .string(input.queueURL), "MessageBody": .string(input.body.string ?? input.body.text),
        ]
        if let attributes = input.attributes { body["MessageAttributes"] = MessageAttributes.wire(attributes) }
        body["DelaySeconds"] = input.delaySeconds?.json
        body["MessageGroupId"] = input.groupID?.json
        if input.queueURL.hasSuffix(".fifo") {
            guard input.groupID != nil else { throw ConnectorError.invalid("/group_id", "is needed for a FIFO queue") }
            body["MessageDeduplicationId"] = .string(input.deduplicationID ?? context.idempotencyKey)
        }
        let answer = try await api.call("AmazonSQS.SendMessage", body)
        guard let id = answer["MessageId"]?.string else {
            throw ConnectorError(.upstream, "Amazon took the message without telling its id.", effect: .applied)
        }
        return Output {
            $0.messageID = id
            $0.sequenceNumber = answer["SequenceNumber"]?.string
        }
    }
}
