public import ConnectorSDK
import PatchbayJSON

/// What each of Amazon's connectors may be set to.
public struct AmazonSettings: Fields {
    @Field(
        "The region, also of requests to another endpoint.", .length(1...63), default: "us-east-1",
        example: "eu-central-1")
    public var region: String
    @Field(
        "Where the service is, when not at Amazon's own address: a VPC endpoint, or a server that speaks the same.",
        .format("uri"), example: "https://s3.example.com")
    public var endpoint: String?

    public init() {}
}

extension CredentialSlot {
    /// The key with which the host signs requests to a service.
    public static func amazon(_ service: String, needs permissions: String) -> CredentialSlot {
        CredentialSlot(
            "account", title: "Access key",
            about:
                "User name: the access key's id (`AKIA…`). Password: its secret. The host signs with it and never sends "
                + "it. Needs the permissions \(permissions).",
            kinds: [.awsSignature(service: service, regionSetting: "region")])
    }
}

extension Connector.Host {
    /// Amazon's own addresses in all partitions, and what the setting names.
    public static var amazon: [Connector.Host] {
        ["*.amazonaws.com", "*.amazonaws.com.cn", .setting("endpoint")]
    }
}
