import Crypto
import CryptoExtras
import Foundation
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

@Suite struct WebhookVerificationTests {
    static let body = Array("Hello, World!".utf8)
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    static let signing: [WebhookScheme] = WebhookScheme.allCases.filter { $0 != .none }
    /// Those that protect the body.
    static let sealing = signing.filter { ![.basic, .bearer, .jwt].contains($0) }
    /// Those that sign when it was.
    static let dated: [WebhookScheme] = [.patchbay, .slack, .stripe, .standardWebhooks, .gitlab]

    let body = Self.body
    let now = Self.now

    static func secret(_ scheme: WebhookScheme) -> Secret {
        switch scheme {
        case .standardWebhooks, .gitlab: Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        case .basic: Secret("ada:lovelace")
        default: Secret("It's a Secret to Everybody")
        }
    }

    func delivery(_ headers: [String: String] = [:], body: [UInt8] = body) -> SignedDelivery {
        SignedDelivery(headers: headers, body: body, url: "https://example.com/webhook/x?a=1")
    }

    func refusal(
        _ scheme: WebhookScheme, _ headers: [String: String], secrets: [Secret]? = nil, body: [UInt8] = body,
        now: Timestamp = now
    ) -> WebhookRefusal? {
        var headers = headers
        if scheme == .twilio { headers["content-type"] = "application/x-www-form-urlencoded" }
        return WebhookVerification.refusal(
            scheme: scheme, secrets: secrets ?? [Self.secret(scheme)], of: delivery(headers, body: body), now: now)
    }

    func signed(_ scheme: WebhookScheme, with secret: Secret? = nil, at moment: Timestamp = now) -> [String: String] {
        let form = ["content-type": "application/x-www-form-urlencoded"]
        let headers = WebhookVerification.headers(
            scheme: scheme, of: delivery(form), id: "d-1", secret: secret ?? Self.secret(scheme), at: moment)
        return Dictionary(uniqueKeysWithValues: (headers ?? []).map { ($0.name, $0.value) })
    }

    @Test(arguments: WebhookScheme.allCases) func `what we sign is accepted`(scheme: WebhookScheme) {
        #expect(refusal(scheme, signed(scheme)) == nil)
    }

    @Test(arguments: sealing) func `another body is refused`(scheme: WebhookScheme) {
        // The token alone protects no body; the signing token does.
        #expect(refusal(scheme, signed(scheme), body: Array("Hello, World?".utf8)) == .wrongSignature)
        #expect(refusal(scheme, signed(scheme), body: []) == .wrongSignature)
    }

    @Test(arguments: signing) func `another secret is refused`(scheme: WebhookScheme) {
        let other =
            [.standardWebhooks, .gitlab].contains(scheme)
            ? Secret("whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw") : Secret("another")
        #expect(refusal(scheme, signed(scheme), secrets: [other]) == .wrongSignature)
    }

    @Test(arguments: signing) func `while a secret is replaced both are good`(scheme: WebhookScheme) {
        let new = WebhookVerification.newSecret(for: scheme)
        let both = [new, Self.secret(scheme)]
        #expect(refusal(scheme, signed(scheme), secrets: both) == nil)
        #expect(refusal(scheme, signed(scheme, with: new), secrets: both) == nil)
        #expect(refusal(scheme, signed(scheme), secrets: [new]) == .wrongSignature)
    }

    @Test(arguments: signing) func `without a secret nothing is accepted`(scheme: WebhookScheme) {
        #expect(refusal(scheme, signed(scheme), secrets: []) == .noSecret)
        #expect(refusal(scheme, signed(scheme), secrets: [Secret("")]) == .noSecret)
    }

    @Test func `without a scheme everything is accepted`() {
        #expect(refusal(.none, [:], secrets: []) == nil)
    }

    @Test(arguments: signing) func `without its headers nothing is accepted`(scheme: WebhookScheme) {
        guard case .missingHeader = refusal(scheme, [:]) else {
            Issue.record("\(scheme) takes what bears no signature")
            return
        }
    }

    @Test(arguments: dated) func `a delivery holds for five minutes`(scheme: WebhookScheme) {
        let headers = signed(scheme)
        for (age, expected): (Int64, WebhookRefusal?) in [
            (300, nil), (301, .notNow(seconds: 301)), (-300, nil), (-301, .notNow(seconds: -301)),
        ] {
            #expect(refusal(scheme, headers, now: now + age * 1000) == expected)
            // Also where another secret would do.
            #expect(
                refusal(scheme, headers, secrets: [Self.secret(scheme), Secret("AAAA")], now: now + age * 1000)
                    == expected)
        }
    }

    /// The example of “Validating webhook deliveries” at docs.github.com.
    @Test func `GitHub's example is accepted`() {
        let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        #expect(refusal(.github, ["x-hub-signature-256": signature]) == nil)
        #expect(refusal(.github, ["X-Hub-Signature-256": signature]) == nil)
    }

    @Test func `GitHub's older signature alone is not enough`() {
        let old = ["x-hub-signature": "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59"]
        #expect(refusal(.github, old) == .missingHeader("x-hub-signature-256"))
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
        for (scheme, name) in [(WebhookScheme.patchbay, "X-Patchbay-Timestamp"), (.slack, "X-Slack-Request-Timestamp")]
        {
            var headers = signed(scheme)
            headers[name] = value
            #expect(
                refusal(scheme, headers) == .malformedHeader(name.lowercased(), wanted: "seconds since 1970"))
        }
    }

    @Test func `the time is signed too`() {
        for (scheme, name) in [
            (WebhookScheme.patchbay, "X-Patchbay-Timestamp"), (.slack, "X-Slack-Request-Timestamp"),
            (.standardWebhooks, "webhook-timestamp"),
        ] {
            var headers = signed(scheme)
            headers[name] = "1700000001"
            #expect(refusal(scheme, headers) == .wrongSignature)
        }
    }

    @Test(arguments: [
        "", "v1=00", "t=1700000000", "t=,v1=00", "v1=zz,t=1700000000",
        "t=1700000000,v0=" + String(repeating: "0", count: 64),
    ])
    func `Stripe's header needs a time and a signature of the first version`(value: String) {
        guard case .malformedHeader("stripe-signature", _) = refusal(.stripe, ["stripe-signature": value]) else {
            Issue.record("\(value) was read")
            return
        }
    }

    @Test func `any of Stripe's signatures will do, and other versions are passed over`() throws {
        let right = try #require(signed(.stripe)["Stripe-Signature"])
        let wrong = "v1=" + String(repeating: "0", count: 64)
        #expect(refusal(.stripe, ["stripe-signature": "\(right),\(wrong),v0=00"]) == nil)
        #expect(refusal(.stripe, ["stripe-signature": "\(wrong), \(right)"]) == nil)
        #expect(refusal(.stripe, ["stripe-signature": "t=1700000000,\(wrong)"]) == .wrongSignature)
    }

    @Test func `GitLab's token is compared as it is, and a signing token asks for a signature`() {
        #expect(refusal(.gitlab, ["x-gitlab-token": "hush"], secrets: [Secret("hush")]) == nil)
        #expect(refusal(.gitlab, ["x-gitlab-token": "hush!"], secrets: [Secret("hush")]) == .wrongSignature)
        let secret = Self.secret(.gitlab)
        #expect(refusal(.gitlab, ["x-gitlab-token": secret.reveal()]) == .missingHeader("webhook-id"))
    }

    @Test func `Twilio signs a body that is no form by its digest in the URL`() {
        let body = Array(#"{"a":1}"#.utf8)
        let secret = Secret("12345")
        func refusal(_ body: [UInt8], digest: String) -> WebhookRefusal? {
            let sent = SignedDelivery(
                headers: ["content-type": "application/json"], body: body,
                url: "https://example.com/x?bodySHA256=\(digest)")
            var headers =
                WebhookVerification.headers(
                    scheme: .twilio, of: sent, id: "1", secret: secret, at: now) ?? []
            headers.append(("content-type", "application/json"))
            let got = SignedDelivery(
                headers: Dictionary(uniqueKeysWithValues: headers), body: body, url: sent.url)
            return WebhookVerification.refusal(scheme: .twilio, secrets: [secret], of: got, now: now)
        }
        #expect(refusal(body, digest: Digest.sha256Hex(body)) == nil)
        #expect(refusal(body, digest: Digest.sha256Hex([])) == .wrongSignature)
        let bare = SignedDelivery(
            headers: ["x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "content-type": "application/json"],
            body: body, url: "https://example.com/x")
        guard
            case .malformedHeader("content-type", _) = WebhookVerification.refusal(
                scheme: .twilio, secrets: [secret], of: bare, now: now)
        else {
            Issue.record("a body that nothing protects was taken")
            return
        }
    }

    @Test(arguments: ["https://example.com:443/webhook/x?a=1", "https://example.com/webhook/x?a=1"])
    func `Twilio signs with or without the port`(url: String) {
        let form = ["content-type": "application/x-www-form-urlencoded"]
        let sent = SignedDelivery(headers: form, body: Array("b=2&a=1&a=1".utf8), url: url)
        let headers = WebhookVerification.headers(
            scheme: .twilio, of: sent, id: "1", secret: Self.secret(.twilio), at: now)
        var got = Dictionary(uniqueKeysWithValues: (headers ?? []).map { ($0.name.lowercased(), $0.value) })
        got.merge(form) { $1 }
        #expect(refusal(.twilio, got, body: Array("a=1&b=2".utf8)) == nil)
    }

    @Test func `an asymmetric signature is verified by the public key alone`() throws {
        let key = Curve25519.Signing.PrivateKey()
        let published = Secret("whpk_" + base64(Array(key.publicKey.rawRepresentation)))
        let content = Array("msg_1.1700000000.".utf8) + body
        let signature = base64(Array(try key.signature(for: content)))
        let headers = [
            "webhook-id": "msg_1", "webhook-timestamp": "1700000000", "webhook-signature": "v1,AAAA v1a,\(signature)",
        ]
        #expect(refusal(.standardWebhooks, headers, secrets: [published]) == nil)
        #expect(refusal(.standardWebhooks, headers, secrets: [published], body: []) == .wrongSignature)
        // What everybody knows signs nothing.
        #expect(
            WebhookVerification.headers(
                scheme: .standardWebhooks, of: delivery(), id: "1", secret: published, at: now) == nil)
    }

    private func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    @Test(arguments: ["whsec_%%%", "whpk_AAAA", "whsec_"]) func `a secret that is none takes nothing`(text: String) {
        guard case .unusableSecret = refusal(.standardWebhooks, signed(.standardWebhooks), secrets: [Secret(text)])
        else {
            Issue.record("\(text) was taken for a secret")
            return
        }
    }

    @Test func `a refusal says what to do and holds no secret`() {
        #expect(
            WebhookRefusal.notNow(seconds: 400).description
                == "the delivery was signed 400 seconds ago; 300 are allowed")
        #expect(WebhookRefusal.noSecret.description.contains("kind secret"))
    }
}
