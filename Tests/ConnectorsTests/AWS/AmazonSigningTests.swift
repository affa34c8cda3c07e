import PatchbayCore
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AmazonSigningTests {
    @Test func `the host signs, and the key never leaves it`() async throws {
        let server = RecordingServer { request in
            .reply(200, [("ETag", "\"1\""), ("Content-Type", "text/plain")], Array("key s3cret-key".utf8))
        }
        defer { server.stop() }
        let s3 = try await ConnectorBench.shared.value.caller(
            "aws-s3", settings: ["region": "eu-central-1", "endpoint": .string(server.address)],
            credential: .basic("AKIDEXAMPLE", "s3cret-key"))
        let got = try await s3.call("get_object", ["bucket": "acme-reports", "key": "a b.txt"])
        #expect(got["content"]?.string?.contains("s3cret-key") == false)
        let request = try #require(server.requests.first)
        #expect(request.target == "/acme-reports/a%20b.txt")
        let authorization = request.headers["authorization"] ?? ""
        #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"))
        #expect(
            authorization.contains("/eu-central-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date"))
        #expect(request.headers["x-amz-content-sha256"]?.count == 64)
        #expect(!(authorization + request.target).contains("s3cret-key"))
    }

    @Test(arguments: [
        (403, "<Error><Code>SlowDown</Code><Message>m</Message></Error>", OperationFailure.Code.rateLimited),
        (403, "<Error><Code>AccessDenied</Code></Error>", .authDenied),
        (400, "<Error><Code>ExpiredToken</Code></Error>", .authExpired),
        (503, "<Error><Code>SlowDown</Code></Error>", .rateLimited), (500, "", .unavailable),
        (412, "<Error><Code>PreconditionFailed</Code></Error>", .conflict),
        (400, "{\"__type\":\"com.amazon#ThrottlingException\",\"message\":\"m\"}", .rateLimited),
        (400, "<!DOCTYPE x []><Error><Code>SlowDown</Code></Error>", .invalidInput),
    ])
    func `a refusal has its meaning`(status: Int, body: String, code: OperationFailure.Code) async throws {
        let server = RecordingServer { _ in .reply(status, [], Array(body.utf8)) }
        defer { server.stop() }
        let s3 = try await ConnectorBench.shared.value.caller(
            "aws-s3", settings: ["endpoint": .string(server.address)], credential: .basic("AKIDEXAMPLE", "s3cret-key"))
        let failure = await s3.failure("put_object", ["bucket": "acme-reports", "key": "x", "text": "x"])
        #expect(failure?.code == code)
        #expect(failure?.effect == (status == 500 ? .unknown : OperationFailure.Effect.none))
    }

    @Test func `a region that is none is refused before it becomes a part of an address`() async throws {
        let s3 = try await ConnectorBench.shared.value.caller(
            "aws-s3", settings: ["region": "evil.example/"], credential: .basic("AKIDEXAMPLE", "s3cret-key"))
        let failure = await s3.failure("get_object", ["bucket": "acme-reports", "key": "x"])
        #expect(failure?.code == .config)
    }
}
