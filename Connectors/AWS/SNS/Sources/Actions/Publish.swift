import AmazonServices
import ConnectorSDK
import PatchbayJSON
import XMLDocuments

struct Publish: Action {
    static let title = "Publish a message"
    static let summary = "Sends a message to all who have subscribed to a topic, to one device, or to a telephone."
    static let effect = Effect.write
    static let documentation: String? = "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"
    static let examples = [
        Example(
            "To a topic",
            input: [
                "topic_arn": "arn:aws:sns:eu-central-1:123456789012:alerts", "subject": "Disk is full",
                "message": "db-1 has 2 % left.", "attributes": ["severity": "high"],
            ]),
        Example("By SMS", input: ["phone_number": "+4915112345678", "message": "db-1 is down."]),
    ]

    struct Input: Fields {
        @Field("The topic.", .length(1...1024)) var topicARN: String?
        @Field("One end point, such as a device.", .length(1...1024)) var targetARN: String?
        @Field("A telephone, with its country's code.", .length(1...32), example: "+4915112345678") var phoneNumber:
            String?
        @Field("The message: a text, or a JSON value, which is sent as text. At most 256 KiB.") var message: JSON
        @Field("The subject, for those who get it by e-mail.", .length(1...100)) var subject: String?
        @Field("Attributes, by which subscriptions filter: names with texts.") var attributes: [String: String]?
        @Field("Of a FIFO topic: messages of one group arrive in order.", .length(1...128)) var groupID: String?
        @Field(
            "Of a FIFO topic: the same id within five minutes is not sent again. The step's idempotency key when absent.",
            .length(1...128))
        var deduplicationID: String?
    }

    struct Output: Fields {
        @Field("Id of the message.") var messageID: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try AmazonAPI(context, service: "sns")
        var form = [
            ("Action", "Publish"), ("Version", "2010-03-31"), ("Message", input.message.string ?? input.message.text),
        ]
        let targets = [
            ("TopicArn", input.topicARN), ("TargetArn", input.targetARN), ("PhoneNumber", input.phoneNumber),
        ].compactMap { name, value in value.map { (name, $0) } }
        guard targets.count == 1 else {
            throw ConnectorError.invalid("", "needs exactly one of topic_arn, target_arn and phone_number")
        }
        form += targets
        if let subject = input.subject { form.append(("Subject", subject)) }
        if let group = input.groupID {
            form.append(("MessageGroupId", group))
            form.append(("MessageDeduplicationId", input.deduplicationID ?? context.idempotencyKey))
        }
        for (index, attribute) in (input.attributes ?? [:]).sorted(by: { $0.key < $1.key }).enumerated() {
            let entry = "MessageAttributes.entry.\(index + 1)"
            form.append(("\(entry).Name", attribute.key))
            form.append(("\(entry).Value.DataType", "String"))
            form.append(("\(entry).Value.StringValue", attribute.value))
        }
        let response = try await api.send(HTTPRequest(.post, api.base + "/", body: .form(form)))
        let answer = try? XMLParser.parse(response.text)
        guard let id = answer?["PublishResult"]?["MessageId"]?.text else {
            throw ConnectorError(.upstream, "Amazon took the message without telling its id.", effect: .applied)
        }
        return Output { $0.messageID = id }
    }
}
