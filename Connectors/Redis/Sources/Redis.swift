public import ConnectorSDK
import PatchbayJSON

/// Redis and what speaks its protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/).
public let redis = Connector(
    id: "redis", version: "1.0.0", name: "Redis",
    summary: "Keys, lists, hashes, channels and streams of a Redis server.", category: .data, license: "Apache-2.0",
    documentation: "https://redis.io/docs/latest/commands/",
    credentials: [
        CredentialSlot(
            "account", title: "User or password",
            about: "A user with its password (Redis 6 and newer: ACL), or the server's one password as `secret`.",
            isRequired: false, access: .read, kinds: [.basic, .secret])
    ],
    settings: RedisSettings.self, isolation: .inProcess,
    limits: Connector.Limits(concurrency: 64, timeout: .seconds(30)),
    sockets: Connector.Sockets(hostSetting: "host", ports: [6379, 6380, 7000]),
    actions: [
        Get.self, Set.self, Delete.self, Increment.self, Publish.self, ListPush.self, ListPop.self, ListRange.self,
        HashGet.self, HashSet.self, HashDelete.self, StreamAdd.self,
    ],
    polls: [NewStreamEntries.self])

struct RedisSettings: Fields {
    @Field("Name or address of the server.", .length(1...253), default: "localhost") var host: String
    @Field("Its port.", .range(1...65_535), default: 6379) var port: Int
    @Field("Number of the database.", .range(0...1_000_000), default: 0) var database: Int
}
