import AmazonServices
public import ConnectorSDK

/// Amazon SQS (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/).
public let awsSQS = Connector(
    id: "aws-sqs", version: "1.0.0", name: "Amazon SQS",
    summary: "Messages into queues of Amazon SQS, and out of them.",
    category: .developer, license: "Apache-2.0",
    documentation: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html",
    hosts: Connector.Host.amazon,
    credentials: [
        .amazon("sqs", needs: "`sqs:SendMessage`, `sqs:ReceiveMessage` and `sqs:DeleteMessage`, as far as used")
    ],
    settings: AmazonSettings.self, isolation: .inProcess,
    limits: Connector.Limits(concurrency: 64, timeout: .seconds(40)),
    actions: [SendMessage.self, ReceiveMessages.self, DeleteMessage.self])
