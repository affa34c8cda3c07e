import PatchbayCore
import PatchbayJSON
import ServerFixture
import Testing

/// The five connectors against moto's server, which speaks Amazon's protocols.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct AmazonTests {
    /// One for all tests, because it takes seconds to start; it ends with the process.
    private static let server = Result { try ServerProcess(script: "amazon.py") }
    private let ready: JSON

    init() throws { ready = try Self.server.get().ready }

    private func caller(_ id: String, secret: String = "s3cret-key") async throws -> Caller {
        try await ConnectorBench.shared.value.caller(
            id, settings: ["region": "eu-central-1", "endpoint": ready["endpoint"] ?? nil],
            credential: .basic("AKIDEXAMPLE", secret))
    }

    @Test func `objects are put, read, listed and deleted`() async throws {
        let s3 = try await caller("aws-s3")
        let key = "2026/11/a b+ü.json"
        let put = try await s3.call(
            "put_object",
            [
                "bucket": "acme-reports", "key": .string(key), "json": ["total": 12],
                "metadata": ["Made-By": "patchbay"],
            ])
        #expect(put["size"] == 12)
        #expect(put["etag"]?.string?.isEmpty == false)
        let got = try await s3.call("get_object", ["bucket": "acme-reports", "key": .string(key)])
        #expect(got["content"] == ["total": 12])
        #expect(got["content_type"] == "application/json")
        #expect(got["metadata"] == ["made-by": "patchbay"])
        #expect(got["etag"] == put["etag"])
        let part = try await s3.call(
            "get_object",
            ["bucket": "acme-reports", "key": .string(key), "range": "bytes=0-7", "format": "text"])
        #expect(part["content"] == "{\"total\"")

        for number in 1...3 {
            _ = try await s3.call(
                "put_object", ["bucket": "acme-reports", "key": .string("list/\(number).txt"), "text": "x"])
        }
        let first = try await s3.call("list_objects", ["bucket": "acme-reports", "prefix": "list/", "limit": 2])
        #expect(first["count"] == 2)
        let rest = try await s3.call(
            "list_objects",
            [
                "bucket": "acme-reports", "prefix": "list/",
                "continuation_token": first["continuation_token"] ?? nil,
            ])
        #expect(rest["objects"]?[0]?["key"] == "list/3.txt")
        #expect(rest["continuation_token"] == nil)
        let folders = try await s3.call("list_objects", ["bucket": "acme-reports", "delimiter": "/"])
        #expect(folders["prefixes"] == ["2026/", "list/"])
        let encoded = try await s3.call("list_objects", ["bucket": "acme-reports", "prefix": "2026/"])
        #expect(encoded["objects"]?[0]?["key"]?.string == key)

        let head = try await s3.call("head_object", ["bucket": "acme-reports", "key": .string(key)])
        #expect(head["exists"] == true && head["size"] == 12)
        _ = try await s3.call("delete_object", ["bucket": "acme-reports", "key": .string(key)])
        let gone = try await s3.call("head_object", ["bucket": "acme-reports", "key": .string(key)])
        #expect(gone == ["exists": false])
        let missing = await s3.failure("get_object", ["bucket": "acme-reports", "key": .string(key)])
        #expect(missing?.code == .notFound)
        #expect(missing?.vendorCode == "NoSuchKey")
        let bucket = await s3.failure("get_object", ["bucket": "no-such-bucket", "key": "x"])
        #expect(bucket?.vendorCode == "NoSuchBucket")
    }

    @Test func `objects that were written since are told, and such of the same second again`() async throws {
        let s3 = try await caller("aws-s3")
        let place: JSONObject = ["bucket": "acme-reports", "prefix": "polled/"]
        func put(_ key: String) async throws {
            _ = try await s3.call("put_object", ["bucket": "acme-reports", "key": .string(key), "text": .string(key)])
        }
        try await put("polled/b.txt")
        let first = try await s3.call("new_objects", .object(place))
        #expect(first["events"]?.array?.compactMap { $0["key"]?.string } == ["polled/b.txt"])
        try await put("polled/a.txt")
        var next = place
        next["cursor"] = first["cursor"]
        let second = try await s3.call("new_objects", .object(next))
        #expect(second["events"]?.array?.contains { $0["key"] == "polled/a.txt" } == true)
        next["limit"] = 1
        let failure = await s3.failure("new_objects", .object(next))
        #expect(failure?.pointer == "/prefix")
    }

    @Test func `bytes come back as they were`() async throws {
        let s3 = try await caller("aws-s3")
        _ = try await s3.call(
            "put_object", ["bucket": "acme-reports", "key": "b.bin", "content_base64": "AAEC/w=="])
        let got = try await s3.call("get_object", ["bucket": "acme-reports", "key": "b.bin"])
        #expect(got["content"] == nil)
        #expect(got["content_base64"] == "AAEC/w==")
    }

    @Test(
        arguments: [
            (["bucket": "No", "key": "x", "text": ""], "/bucket"),
            (["bucket": "acme-reports", "key": "a/../b", "text": ""], "/key"),
            (["bucket": "acme-reports", "key": "x", "text": "", "json": [:]], "/text"),
            (["bucket": "acme-reports", "key": "x", "text": "", "metadata": ["a": "ü"]], "/metadata/a"),
        ] as [(JSON, String)])
    func `what cannot be an object is refused before anything is sent`(input: JSON, pointer: String) async throws {
        let s3 = try await caller("aws-s3")
        var object = input.object ?? [:]
        if object["bucket"] == "No" { object["bucket"] = "NoUpper" }
        #expect(await s3.failure("put_object", .object(object))?.pointer == pointer)
    }

    @Test func `messages go through a queue`() async throws {
        let sqs = try await caller("aws-sqs")
        let sent = try await sqs.call(
            "send_message",
            ["queue_url": ready["queue"] ?? nil, "body": ["id": 7], "attributes": ["kind": "order"]])
        let received = try await sqs.call("receive_messages", ["queue_url": ready["queue"] ?? nil])
        #expect(received["count"] == 1)
        let message = try #require(received["messages"]?[0])
        #expect(message["id"] == sent["message_id"])
        #expect(message["body"] == ["id": 7])
        #expect(message["attributes"] == ["kind": "order"])
        #expect(message["receive_count"] == 1)
        let deleted = try await sqs.call(
            "delete_message",
            ["queue_url": ready["queue"] ?? nil, "receipt_handle": message["receipt_handle"] ?? nil])
        #expect(deleted == ["deleted": true])
    }

    @Test func `a repeated step sends once into a FIFO queue`() async throws {
        let sqs = try await caller("aws-sqs")
        for _ in 1...2 {
            _ = try await sqs.call(
                "send_message", ["queue_url": ready["fifo"] ?? nil, "body": "hello", "group_id": "g"])
        }
        let received = try await sqs.call("receive_messages", ["queue_url": ready["fifo"] ?? nil, "parse_json": false])
        #expect(received["count"] == 1)
        #expect(received["messages"]?[0]?["group_id"] == "g")
        let ungrouped = await sqs.failure("send_message", ["queue_url": ready["fifo"] ?? nil, "body": "x"])
        #expect(ungrouped?.pointer == "/group_id")
        let missing = await sqs.failure(
            "send_message",
            ["queue_url": .string((ready["endpoint"]?.string ?? "") + "/123456789012/none"), "body": "x"])
        #expect(missing?.code == .notFound)
    }

    @Test func `who has subscribed gets what is published`() async throws {
        let sns = try await caller("aws-sns")
        let published = try await sns.call(
            "publish",
            [
                "topic_arn": ready["topic"] ?? nil, "message": ["disk": 2], "subject": "Disk",
                "attributes": ["severity": "high"],
            ])
        #expect(published["message_id"]?.string?.isEmpty == false)
        let received = try await caller("aws-sqs").call("receive_messages", ["queue_url": ready["queue"] ?? nil])
        #expect(received["messages"]?[0]?["body"] == ["disk": 2])
        let nobody = await sns.failure("publish", ["message": "x"])
        #expect(nobody?.code == .invalidInput)
        let missing = await sns.failure(
            "publish", ["topic_arn": "arn:aws:sns:eu-central-1:123456789012:none", "message": "x"])
        #expect(missing?.code == .notFound)
    }

    @Test func `a function is invoked`() async throws {
        let lambda = try await caller("aws-lambda")
        let answered = try await lambda.call("invoke", ["function": "resize", "payload": ["width": 200]])
        #expect(answered["status"] == 200)
        #expect(answered["payload"] != nil)
        let accepted = try await lambda.call("invoke", ["function": "resize", "mode": "event"])
        #expect(accepted["status"] == 202)
    }

    @Test func `an e-mail is sent`() async throws {
        let ses = try await caller("aws-ses")
        let sent = try await ses.call(
            "send_email",
            [
                "from": "orders@acme.example", "to": ["ada@example.com"], "subject": "Your order", "text": "Sent.",
                "html": "<p>Sent.</p>", "reply_to": ["help@acme.example"],
            ])
        #expect(sent["message_id"]?.string?.isEmpty == false)
        let nobody = await ses.failure("send_email", ["from": "a@b.example", "subject": "s", "text": "t"])
        #expect(nobody?.pointer == "/to")
        let empty = await ses.failure("send_email", ["from": "a@b.example", "to": ["c@d.example"], "subject": "s"])
        #expect(empty?.pointer == "/text")
    }
}
