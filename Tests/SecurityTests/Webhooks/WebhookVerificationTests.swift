import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

@Suite struct WebhookVerificationTests {
    let secret = Secret("It's a Secret to Everybody")
    let body = Array("Hello, World!".utf8)
    let now = Timestamp(milliseconds: 1_700_000_000_000)

    func refusal(
        _ scheme: WebhookScheme, _ headers: [String: String], secret: Secret?? = nil, body: [UInt8]? = nil,
        now: Timestamp? = nil
    ) -> WebhookRefusal? {
        WebhookVerification.refusal(
            scheme: scheme, secret: secret ?? self.secret, headers: headers, body: body ?? self.body,
            now: now ?? self.now)
    }

    func signed(_ scheme: WebhookScheme) -> [String: String] {
        let headers = WebhookVerification.headers(scheme: scheme, secret: secret, body: body, at: now)
        return Dictionary(uniqueKeysWithValues: headers.map { ($0.name, $0.value) })
    }

    /// The example of “Validating webhook deliveries” at docs.github.com.
    @Test func `GitHub's example is accepted`() {
        let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        #expect(refusal(.github, ["x-hub-signature-256": signature]) == nil)
        #expect(refusal(.github, ["X-Hub-Signature-256": signature]) == nil)
    }

    @Test(arguments: WebhookScheme.allCases) func `what we sign is accepted`(scheme: WebhookScheme) {
        #expect(refusal(scheme, signed(scheme)) == nil)
    }

    @Test(arguments: [.github, .patchbay] as [WebhookScheme])
    func `another body, secret or signature is refused`(scheme: WebhookScheme) {
        #expect(refusal(scheme, signed(scheme), body: Array("Hello, World?".utf8)) == .wrongSignature)
        #expect(refusal(scheme, signed(scheme), body: []) == .wrongSignature)
        #expect(refusal(scheme, signed(scheme), secret: Secret("another")) == .wrongSignature)
        let forged = signed(scheme).mapValues {
            $0.hasPrefix("sha256=") ? "sha256=" + String(repeating: "0", count: 64) : $0
        }
        #expect(refusal(scheme, forged) == .wrongSignature)
    }

    @Test(arguments: [.github, .patchbay] as [WebhookScheme])
    func `without a secret nothing is accepted`(scheme: WebhookScheme) {
        #expect(refusal(scheme, signed(scheme), secret: .some(nil)) == .noSecret)
        #expect(refusal(scheme, signed(scheme), secret: Secret("")) == .noSecret)
    }

    @Test func `without a scheme everything is accepted`() {
        #expect(refusal(.none, [:], secret: .some(nil)) == nil)
    }

    @Test func `a missing header is named`() {
        #expect(refusal(.github, [:]) == .missingHeader("x-hub-signature-256"))
        #expect(refusal(.patchbay, [:]) == .missingHeader("x-patchbay-signature"))
        var headers = signed(.patchbay)
        headers["X-Patchbay-Timestamp"] = nil
        #expect(refusal(.patchbay, headers) == .missingHeader("x-patchbay-timestamp"))
    }

    @Test(arguments: [
        "", "sha256=", "sha1=757107ea", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "sha256=757107ea", "sha256=zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    ])
    func `a signature that is none says what is wanted`(value: String) {
        #expect(
            refusal(.github, ["x-hub-signature-256": value])
                == .malformedHeader("x-hub-signature-256", wanted: "sha256= and 64 hexadecimal digits"))
    }

    @Test(arguments: ["", "now", "-1700000000", "1700000000.5", "+1700000000", "1e9", "9999999999999999999"])
    func `a time that is none is refused`(value: String) {
        var headers = signed(.patchbay)
        headers["X-Patchbay-Timestamp"] = value
        #expect(
            refusal(.patchbay, headers) == .malformedHeader("x-patchbay-timestamp", wanted: "seconds since 1970"))
    }

    @Test func `the time is signed too`() {
        var headers = signed(.patchbay)
        headers["X-Patchbay-Timestamp"] = "1700000001"
        #expect(refusal(.patchbay, headers) == .wrongSignature)
    }

    @Test(
        arguments: [(300, nil), (301, .notNow(seconds: 301)), (-300, nil), (-301, .notNow(seconds: -301))]
            as [(Int64, WebhookRefusal?)])
    func `a delivery holds for five minutes`(age: Int64, expected: WebhookRefusal?) {
        #expect(refusal(.patchbay, signed(.patchbay), now: now + age * 1000) == expected)
    }

    @Test func `a refusal says what to do and holds no secret`() {
        #expect(
            WebhookRefusal.notNow(seconds: 400).description
                == "the delivery was signed 400 seconds ago; 300 are allowed")
        #expect(WebhookRefusal.noSecret.description.contains("kind secret"))
    }
}

/// The cases of the shared suite for what is offered here.
@Suite(
    .enabled(if: SignatureVectors.all != nil, "no shared suites: set PATCHBAY_SHARED to the folder that holds suites/"))
struct SharedSignatureTests {
    @Test func `GitHub's cases are decided as the suite says`() throws {
        let cases = SignatureVectors.cases("github")
        try #require(!cases.isEmpty)
        for one in cases {
            let headers = (one["headers"]?.object ?? [:]).map { ($0.name, $0.value.string ?? "") }
            let refusal = WebhookVerification.refusal(
                scheme: .github, secret: Secret(one["secret"]?.string ?? ""),
                headers: Dictionary(uniqueKeysWithValues: headers), body: Array((one["payload"]?.string ?? "").utf8),
                now: Timestamp(milliseconds: 0))
            #expect((refusal == nil) == one["valid"]?.bool, "\(one["name"]?.string ?? "")")
        }
    }

    @Test func `HMAC-SHA256 gives what RFC 4231 says`() throws {
        let cases = SignatureVectors.cases("rfc4231-hmac-sha256")
        try #require(!cases.isEmpty)
        for one in cases {
            let key = try #require(Hexadecimal.bytes(one["key_hex"]?.string ?? "-"))
            let data = try #require(Hexadecimal.bytes(one["data_hex"]?.string ?? "-"))
            #expect(Digest.hmacSHA256Hex(data, key: key) == one["digest_hex"]?.string)
        }
    }
}
