import PatchbayJSON
import Testing

@testable import ConnectorSDK

/// A trigger whose vendor signs with the secret itself.
struct OrderPlaced: WebhookTrigger {
    static let title = "Order placed"
    static let summary = "Starts with each order."
    static let timeout: Duration? = .seconds(5)
    static let examples = [Example("Of a shop", input: ["shop": "s1"])]

    struct Config: Fields { @Field("Id of the shop.") var shop: String }
    struct Event: Fields { @Field("Id of the order.") var order: String }

    func subscribe(
        _ config: Config, at callback: WebhookCallback, in context: Context
    ) async throws -> WebhookSubscription {
        WebhookSubscription(config.shop + "-1", data: ["secret_length": .int(Int64(callback.secret.count))])
    }

    func unsubscribe(
        _ config: Config, at url: String, from subscription: WebhookSubscription?, in context: Context
    ) async throws {
        guard subscription?.id == "s1-1" || subscription == nil else { throw ConnectorError(.notFound, "It is gone.") }
    }

    func receive(
        _ delivery: WebhookDelivery, for config: Config, secret: String, in context: Context
    ) async throws -> WebhookVerdict<Event> {
        guard delivery.header("X-Secret") == secret else { return .refused("another secret") }
        guard let orders = delivery.json?["orders"]?.array else { throw ConnectorError(.unavailable, "Not now.") }
        guard !orders.isEmpty else { return .ignored("nothing was ordered") }
        return .events(
            orders.map { order in WebhookEvent(Event { $0.order = order.text }, id: "\(delivery.query)-\(order.text)") }
        )
    }
}

@Suite struct WebhookTriggerTests {
    private var shop: Connector {
        var connector = sample
        connector.webhooks = [OrderPlaced.self]
        return connector
    }

    private func call(_ operation: String, _ input: JSON) async throws -> JSON {
        let caller = try #require(shop.caller(of: operation))
        let context = Context(
            attempt: 1, idempotencyKey: "k", deadline: .max, traceParent: "", settings: [], credential: "",
            host: NoHost())
        return try await caller(input, context)
    }

    private struct NoHost: HostServices {
        func send(_ request: PreparedRequest) async throws -> HTTPResponse {
            throw ConnectorError(.unavailable, "There is no network.")
        }
        func log(_ level: LogLevel, _ message: String, _ fields: JSONObject) {}
        func progress(_ fraction: Double?, _ message: String?) {}
    }

    private func delivery(_ body: String, secret: String = "s") -> JSON {
        [
            "config": ["shop": "s1"], "secret": "s",
            "delivery": [
                "method": "POST", "query": "n", "headers": ["X-SECRET": .string(secret)],
                "body": Bytes(Array(body.utf8)).json ?? .null,
            ],
        ]
    }

    @Test func `a trigger is a group of three operations in the manifest`() throws {
        let operations = (shop.manifest["operations"]?.array ?? []).suffix(3)
        #expect(operations.map { $0["kind"] } == ["webhook", "subscribe", "unsubscribe"])
        #expect(operations.map { $0["id"] } == ["order_placed", "order_placed_subscribe", "order_placed_unsubscribe"])
        let receive = try #require(operations.first)
        #expect(receive["subscribe"] == "order_placed_subscribe")
        #expect(receive["unsubscribe"] == "order_placed_unsubscribe")
        // What verifies needs no credential, what subscribes has the connector's.
        #expect(operations.map { $0["credential"] } == [nil, "account", "account"])
        #expect(operations.allSatisfy { $0["timeout_ms"] == 5_000 })
        #expect(receive["input"]?["properties"]?["config"]?["properties"]?["shop"]?["type"] == "string")
        let event = receive["output"]?["properties"]?["events"]?["items"]
        #expect(event?["properties"]?["data"]?["properties"]?["order"]?["type"] == "string")
    }

    @Test func `deliveries are refused, ignored or told as events`() async throws {
        #expect(
            try await call("order_placed", delivery(#"{"orders": [1, 2]}"#)) == [
                "verdict": "events",
                "events": [["data": ["order": "1"], "id": "n-1"], ["data": ["order": "2"], "id": "n-2"]],
            ])
        let empty = try await call("order_placed", delivery(#"{"orders": []}"#))
        #expect(empty == ["verdict": "ignored", "reason": "nothing was ordered"])
        let foreign = try await call("order_placed", delivery("{}", secret: "t"))
        #expect(foreign == ["verdict": "refused", "reason": "another secret"])
    }

    @Test func `what cannot be told is an error without an effect`() async {
        let error = await #expect(throws: ConnectorError.self) { try await call("order_placed", delivery("{}")) }
        #expect(error?.code == .unavailable)
        #expect(error?.effect == ConnectorError.Effect.none)
    }

    @Test func `subscriptions are made, and ended with or without what is known of them`() async throws {
        let made = try await call(
            "order_placed_subscribe",
            ["config": ["shop": "s1"], "callback_url": "https://p.example/webhook/wh_1", "secret": "1234"])
        #expect(made == ["id": "s1-1", "data": ["secret_length": 4]])
        let end: JSON = ["config": ["shop": "s1"], "callback_url": "https://p.example/webhook/wh_1"]
        #expect(try await call("order_placed_unsubscribe", end) == [:])
        var known = end.object ?? [:]
        known["id"] = "s1-1"
        #expect(try await call("order_placed_unsubscribe", .object(known)) == [:])
    }

    @Test func `a configuration that does not fit is refused with its place`() async {
        for operation in ["order_placed", "order_placed_subscribe", "order_placed_unsubscribe"] {
            let error = await #expect(throws: ConnectorError.self) {
                try await call(operation, ["config": ["shop": 5], "callback_url": "u", "secret": "s", "delivery": [:]])
            }
            #expect(error?.pointer == "/config/shop", "\(operation)")
        }
    }

    /// RFC 4231, test cases 1 and 2.
    @Test(arguments: [
        (
            String(repeating: "\u{b}", count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        ("Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ])
    func `an HMAC is that of the RFC`(key: String, message: String, digest: String) {
        #expect(WebhookSignature.isHMACSHA256(digest, of: Array(message.utf8), secret: key))
        #expect(WebhookSignature.isHMACSHA256(digest.uppercased(), of: Array(message.utf8), secret: key))
        #expect(!WebhookSignature.isHMACSHA256(digest, of: Array(message.utf8) + [0], secret: key))
        #expect(!WebhookSignature.isHMACSHA256(digest.dropLast(), of: Array(message.utf8), secret: key))
        #expect(!WebhookSignature.isHMACSHA256("zz" + digest.dropFirst(2), of: Array(message.utf8), secret: key))
        #expect(!WebhookSignature.isHMACSHA256("", of: Array(message.utf8), secret: key))
    }

    /// The examples of FIPS 180-4 that NIST gives, and lengths about the end of a block.
    @Test func `a digest is that of the standard`() {
        func digest(_ text: String) -> String {
            SHA256.digest(of: Array(text.utf8)).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
        }
        #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            digest(String(repeating: "a", count: 55))
                == "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318")
        #expect(
            digest(String(repeating: "a", count: 56))
                == "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a")
        #expect(
            digest(String(repeating: "a", count: 63))
                == "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34")
        #expect(
            digest(String(repeating: "a", count: 64))
                == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb")
        #expect(
            digest(String(repeating: "a", count: 65))
                == "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0")
        #expect(
            digest(String(repeating: "a", count: 119))
                == "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb")
        #expect(
            digest(String(repeating: "a", count: 120))
                == "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c")
    }

    /// A secret that is longer than a block counts by its digest.
    @Test func `a long secret is no stronger than its digest`() {
        let long = String(repeating: "k", count: 131)
        let digest = "bf7c7ea93af6117b4f6f7dd0b8aac62097cd835b9df2ca81010858ebe0d2cabd"
        #expect(WebhookSignature.isHMACSHA256(digest, of: Array("message".utf8), secret: long))
    }
}
