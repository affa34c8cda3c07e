import AmazonServices
public import ConnectorSDK

/// AWS Lambda (https://docs.aws.amazon.com/lambda/latest/api/).
public let awsLambda = Connector(
    id: "aws-lambda", version: "1.0.0", name: "AWS Lambda", summary: "Calls of functions of AWS Lambda.",
    category: .developer, license: "Apache-2.0",
    documentation: "https://docs.aws.amazon.com/lambda/latest/api/welcome.html", hosts: Connector.Host.amazon,
    credentials: [.amazon("lambda", needs: "`lambda:InvokeFunction`")], settings: AmazonSettings.self,
    isolation: .inProcess, limits: Connector.Limits(concurrency: 64, timeout: .seconds(120)),
    actions: [Invoke.self])
