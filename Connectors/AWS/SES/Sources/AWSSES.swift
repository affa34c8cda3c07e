import AmazonServices
public import ConnectorSDK

/// Amazon SES (https://docs.aws.amazon.com/ses/latest/APIReference-V2/).
public let awsSES = Connector(
    id: "aws-ses", version: "1.0.0", name: "Amazon SES", summary: "E-mail by Amazon SES.", category: .communication,
    license: "Apache-2.0", documentation: "https://docs.aws.amazon.com/ses/latest/APIReference-V2/Welcome.html",
    hosts: Connector.Host.amazon, credentials: [.amazon("ses", needs: "`ses:SendEmail`")],
    settings: AmazonSettings.self, isolation: .inProcess, actions: [SendEmail.self])
