import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity
import ServerFixture
import Synchronization
import Testing
import VaultFixture

/// Against moto's KMS, and against answers that it does not give.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct AmazonKeyTests {
    /// One for all tests, because it takes seconds to start; it ends with the process.
    private static let server = Result { try ServerProcess(script: "keys.py") }

    private static let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd"
    private static let environment = [
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cret-key",
        "AWS_ENDPOINT_URL_KMS": "http://127.0.0.1:1",
    ]

    private let place = DataKeyPlace(tenant: .initial, key: DataKeyID(high: 1, low: 2))
    private let plain = [UInt8](repeating: 7, count: 32)

    private func wrapper(_ name: String) throws -> AmazonKeyWrapper {
        let ready = try Self.server.get().ready
        var environment = Self.environment
        environment["AWS_ENDPOINT_URL_KMS"] = ready["endpoint"]?.string
        let client = try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))
        return AmazonKeyWrapper(
            try AmazonKey(arn: ready[name]?.string ?? name, environment: environment), over: client,
            clock: ImpatientTime())
    }

    private func wrapper(answering answers: [Result<WebAnswer, WebFailure>]) throws -> (AmazonKeyWrapper, GivenAnswers)
    {
        let exchange = GivenAnswers(answers)
        return (
            AmazonKeyWrapper(
                try AmazonKey(arn: Self.arn, environment: Self.environment), over: exchange, clock: ImpatientTime()),
            exchange
        )
    }

    @Test func `a data key that KMS wrapped opens as what it was, and as nothing else`() async throws {
        let wrapper = try wrapper("first")
        let wrapped = try await wrapper.wrap(plain, of: place)
        #expect(wrapped != plain)
        #expect(try await wrapper.unwrap(wrapped, of: place) == plain)
        for wrong in [
            DataKeyPlace(tenant: TenantID(high: 1, low: 1), key: place.key),
            DataKeyPlace(tenant: place.tenant, key: DataKeyID(high: 1, low: 3)),
        ] {
            let error = await #expect(throws: SecurityError.self) { try await wrapper.unwrap(wrapped, of: wrong) }
            #expect(error?.code == .damaged)
        }
        let changed = wrapped.dropLast() + [wrapped[wrapped.count - 1] ^ 1]
        let error = await #expect(throws: SecurityError.self) { try await wrapper.unwrap(Array(changed), of: place) }
        #expect(error?.code == .damaged)
    }

    @Test func `a whole vault lives under a key of KMS, and asks it once`() async throws {
        let store = MemoryCredentialStore()
        let keeper = CountingWrapper(try wrapper("first"))
        let vault = CredentialVault(
            store: store, keys: TenantKeys(store: store, ring: KeyRing(current: keeper), clock: SetTime()),
            clock: SetTime())
        _ = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t-1")], in: .initial)
        for _ in 0..<100 {
            #expect(try await vault.grant(named: "a", in: .initial)?.fields["token"]?.reveal() == "t-1")
        }
        #expect(keeper.count == 2)
    }

    @Test func `another key of KMS does not open it`() async throws {
        let wrapped = try await wrapper("first").wrap(plain, of: place)
        let error = await #expect(throws: SecurityError.self) {
            try await wrapper("second").unwrap(wrapped, of: place)
        }
        #expect(error?.code == .wrongKey || error?.code == .refused)
    }

    @Test func `a key that is not there is refused at once, and named`() async throws {
        let wrapper = try wrapper(Self.arn)
        let error = await #expect(throws: SecurityError.self) { try await wrapper.wrap(plain, of: place) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains(Self.arn) == true)
    }

    @Test func `a server that is away is tried three times, and named`() async throws {
        let client = try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))
        let wrapper = AmazonKeyWrapper(
            try AmazonKey(arn: Self.arn, environment: Self.environment), over: client, clock: ImpatientTime())
        let error = await #expect(throws: SecurityError.self) { try await wrapper.wrap(plain, of: place) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("http://127.0.0.1:1") == true)
        #expect(error?.message.contains("s3cret-key") == false)
    }

    @Test(arguments: [
        (400, "AccessDeniedException", SecurityError.Code.refused, 1),
        (400, "com.amazonaws.kms#DisabledException", .refused, 1), (400, "NotFoundException", .refused, 1),
        (400, "UnrecognizedClientException", .refused, 1), (403, "ExpiredTokenException", .refused, 1),
        (400, "InvalidCiphertextException", .damaged, 1), (400, "IncorrectKeyException", .wrongKey, 1),
        (400, "ThrottlingException", .unavailable, 3), (500, "KMSInternalException", .unavailable, 3),
        (503, "", .unavailable, 3), (429, "x", .unavailable, 3), (302, "", .refused, 1),
    ])
    func `each answer means what it says, and is asked for again when that helps`(
        status: Int, type: String, code: SecurityError.Code, count: Int
    ) async throws {
        let body = (["__type": .string(type), "message": "said"] as JSON).bytes()
        let (wrapper, exchange) = try wrapper(answering: [.success(WebAnswer(status: status, body: body))])
        let error = await #expect(throws: SecurityError.self) { try await wrapper.unwrap([1], of: place) }
        #expect(error?.code == code)
        #expect(exchange.requests.count == count)
    }

    @Test func `after trouble that passes there is an answer`() async throws {
        let good = (["Plaintext": "Bwc=", "KeyId": .string(Self.arn)] as JSON).bytes()
        let (wrapper, exchange) = try wrapper(answering: [
            .failure(WebFailure("timeout")), .success(WebAnswer(status: 500)),
            .success(WebAnswer(status: 200, body: good)),
        ])
        #expect(try await wrapper.unwrap([1], of: place) == [7, 7])
        #expect(exchange.requests.count == 3)
    }

    @Test(arguments: [
        "", "<html>", "[]", "{}", #"{"Plaintext": 1}"#, #"{"Plaintext": "not base64!"}"#, #"{"Plaintext": ""}"#,
    ])
    func `what is no answer of KMS is none`(body: String) async throws {
        let (wrapper, _) = try wrapper(answering: [.success(WebAnswer(status: 200, body: Array(body.utf8)))])
        let error = await #expect(throws: SecurityError.self) { try await wrapper.unwrap([1], of: place) }
        #expect(error?.code == .unavailable)
    }

    @Test func `requests are signed, with tenant and key as their context`() async throws {
        let (wrapper, exchange) = try wrapper(answering: [.success(WebAnswer(status: 400))])
        _ = try? await wrapper.wrap(plain, of: place)
        let request = try #require(exchange.requests.first)
        func header(_ name: String) -> String? { request.headers.first { $0.name == name }?.value }
        #expect(request.url == "http://127.0.0.1:1/")
        #expect(header("X-Amz-Target") == "TrentService.Encrypt")
        #expect(header("Authorization")?.contains("/eu-central-1/kms/aws4_request") == true)
        let body = try JSON(parsing: request.body)
        #expect(body["KeyId"]?.string == Self.arn)
        #expect(body["EncryptionContext"]?["patchbay:tenant"]?.string == TenantID.initial.description)
        #expect(body["EncryptionContext"]?["patchbay:key"]?.string == place.key.description)
    }

    @Test(arguments: [
        "", "alias/patchbay", "arn:aws:kms:eu-central-1:111122223333:alias/patchbay", "arn:aws:s3:::key/x",
        "arn:aws:kms::111122223333:key/x", "arn:aws:kms:eu-central-1:1:key/x y",
    ])
    func `what is no key's ARN is refused`(arn: String) {
        let error = #expect(throws: SecurityError.self) { try AmazonKey(arn: arn, environment: Self.environment) }
        #expect(error?.code == .malformed)
    }

    @Test func `the environment says who asks, and where`() throws {
        #expect(throws: SecurityError.self) { try AmazonKey(arn: Self.arn, environment: [:]) }
        var environment = Self.environment
        for url in ["kms", "https://", "https://a/b", "https://u@a", "ftp://a"] {
            environment["AWS_ENDPOINT_URL_KMS"] = url
            #expect(throws: SecurityError.self) { try AmazonKey(arn: Self.arn, environment: environment) }
        }
        environment["AWS_ENDPOINT_URL_KMS"] = ""
        #expect(
            try AmazonKey(arn: Self.arn, environment: environment).endpoint == "https://kms.eu-central-1.amazonaws.com")
        environment["AWS_ENDPOINT_URL"] = "https://localhost:443/"
        #expect(try AmazonKey(arn: Self.arn, environment: environment).endpoint == "https://localhost:443")
    }
}

/// Time in which nobody waits.
private struct ImpatientTime: WaitableTime {
    var now: Timestamp { SystemTime().now }
    func wait(until moment: Timestamp) async {}
}

/// Answers one after another, the last for ever.
private final class GivenAnswers: WebExchange {
    private let answers: [Result<WebAnswer, WebFailure>]
    private let seen = Mutex<[WebRequest]>([])

    init(_ answers: [Result<WebAnswer, WebFailure>]) { self.answers = answers }

    var requests: [WebRequest] { seen.withLock { $0 } }

    func exchange(_ request: WebRequest) async throws -> WebAnswer {
        let index = seen.withLock { seen in
            seen.append(request)
            return seen.count - 1
        }
        return try answers[min(index, answers.count - 1)].get()
    }
}

private final class CountingWrapper: KeyWrapper {
    private let wrapper: AmazonKeyWrapper
    private let calls = Mutex(0)

    init(_ wrapper: AmazonKeyWrapper) { self.wrapper = wrapper }

    var id: String { wrapper.id }
    var count: Int { calls.withLock { $0 } }

    func wrap(_ key: [UInt8], of place: DataKeyPlace) async throws -> [UInt8] {
        calls.withLock { $0 += 1 }
        return try await wrapper.wrap(key, of: place)
    }

    func unwrap(_ wrapped: [UInt8], of place: DataKeyPlace) async throws -> [UInt8] {
        calls.withLock { $0 += 1 }
        return try await wrapper.unwrap(wrapped, of: place)
    }
}
