import AmazonServices
public import ConnectorSDK

/// Amazon S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/), and servers that speak it, too.
public let awsS3 = Connector(
    id: "aws-s3", version: "1.0.0", name: "Amazon S3",
    summary: "Objects in buckets of Amazon S3, and of servers that speak the same API.", category: .files,
    license: "Apache-2.0", documentation: "https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html",
    hosts: Connector.Host.amazon,
    credentials: [
        .amazon("s3", needs: "`s3:GetObject`, `s3:PutObject`, `s3:DeleteObject` and `s3:ListBucket`, as far as used")
    ],
    settings: AmazonSettings.self, isolation: .inProcess,
    limits: Connector.Limits(concurrency: 64, timeout: .seconds(60)),
    actions: [GetObject.self, PutObject.self, ListObjects.self, HeadObject.self, DeleteObject.self],
    polls: [NewObjects.self])
