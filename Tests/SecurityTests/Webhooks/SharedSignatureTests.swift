import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

/// The cases of the shared suite.
@Suite(
    .enabled(if: SignatureVectors.all != nil, "no shared suites: set PATCHBAY_SHARED to the folder that holds suites/"))
struct SharedSignatureTests {
    @Test(arguments: [WebhookScheme.github, .slack, .stripe, .twilio, .shopify, .standardWebhooks])
    func `the cases of each scheme are decided as the suite says`(scheme: WebhookScheme) throws {
        let cases = SignatureVectors.cases(scheme.rawValue)
        try #require(!cases.isEmpty)
        for one in cases {
            var headers: [String: String] = [:]
            for field in one["headers"]?.object ?? [:] { headers[field.name] = field.value.string }
            var body = Array((one["payload"]?.string ?? "").utf8)
            if let form = one["form"]?.object {
                headers["content-type"] = "application/x-www-form-urlencoded"
                body = Array(FormText.encoded(form.map { ($0.name, $0.value.string ?? "") }).utf8)
            }
            let seconds = one["now"]?.int ?? 0
            let refusal = WebhookVerification.refusal(
                scheme: scheme, secrets: [Secret(one["secret"]?.string ?? "")],
                of: SignedDelivery(headers: headers, body: body, url: one["url"]?.string ?? ""),
                now: Timestamp(milliseconds: seconds * 1000))
            #expect(
                (refusal == nil) == one["valid"]?.bool, "\(one["name"]?.string ?? ""): \(String(describing: refusal))")
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
