import AmazonServices
public import ConnectorSDK

/// Amazon SNS (https://docs.aws.amazon.com/sns/latest/api/).
public let awsSNS = Connector(
    id: "aws-sns", version: "1.0.0", name: "Amazon SNS",
    summary: "Messages to topics, devices and telephones by Amazon SNS.", category: .communication,
    license: "Apache-2.0", documentation: "https://docs.aws.amazon.com/sns/latest/api/welcome.html",
    hosts: Connector.Host.amazon, credentials: [.amazon("sns", needs: "`sns:Publish`")],
    settings: AmazonSettings.self, isolation: .inProcess, actions: [Publish.self])
