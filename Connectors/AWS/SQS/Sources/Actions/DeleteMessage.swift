import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct DeleteMessage: Action {
    static let title = "Delete a message"
    static let summary = "Deletes a message that was received, so that it does not come again."
    static let effect = Effect.delete
    static let isIdempotent = true
    static let documentation: String? =
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html"
    static let examples = [
        Example(
            "The one that was received",
            input: [
                "queue_url": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
                "receipt_handle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a…",
            ])
    ]

    struct Input: Fields {
        @Field("Address of the queue.", .length(1...2048), .format("uri")) var queueURL: String
        @Field("As it was given with the message.", .length(1...4096)) var receiptHandle: String
    }

    struct Output: Fields {
        @Field("Always true.", default: true) var deleted: Bool
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try AmazonAPI(context, service: "sqs")
        _ = try await api.call(
            "AmazonSQS.DeleteMessage",
            ["QueueUrl": .string(input.queueURL), "ReceiptHandle": .string(input.receiptHandle)])
        return Output()
    }
}
