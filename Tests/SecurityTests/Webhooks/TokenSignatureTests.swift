import Crypto
import CryptoExtras
import Foundation
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

/// Deliveries that bear a signed token (RFC 7519).
@Suite struct TokenSignatureTests {
    let now = Timestamp(milliseconds: 1_700_000_000_000)
    let curve = P256.Signing.PrivateKey()
    static let rsa = try? _RSA.Signing.PrivateKey(keySize: .bits2048)

    func refusal(_ token: String, _ secret: Secret) -> WebhookRefusal? {
        WebhookVerification.refusal(
            scheme: .jwt, secrets: [secret],
            of: SignedDelivery(headers: ["Authorization": "Bearer \(token)"], body: []), now: now)
    }

    func token(_ head: JSON, _ claims: JSON? = nil, _ sign: ([UInt8]) throws -> [UInt8]) rethrows -> String {
        let claims = claims ?? ["exp": 1_700_000_060]
        let signed = text(head.bytes()) + "." + text(claims.bytes())
        return try signed + "." + text(sign(Array(signed.utf8)))
    }

    private func text(_ bytes: [UInt8]) -> String {
        var text = Data(bytes).base64EncodedString()
        text = String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        return String(text.prefix { $0 != "=" })
    }

    private func code(_ bytes: [UInt8], _ key: String) -> [UInt8] { Digest.hmacSHA256(bytes, key: Array(key.utf8)) }

    @Test func `a shared secret verifies HS256`() {
        let good = token(["alg": "HS256"]) { code($0, "hush") }
        #expect(refusal(good, Secret("hush")) == nil)
        #expect(refusal(good, Secret("hash")) == .wrongSignature)
    }

    @Test func `a public key verifies its own algorithm`() throws {
        let es = try token(["alg": "ES256"]) { Array(try curve.signature(for: $0).rawRepresentation) }
        #expect(refusal(es, Secret(curve.publicKey.pemRepresentation)) == nil)
        #expect(refusal(es, Secret(P256.Signing.PrivateKey().publicKey.pemRepresentation)) == .wrongSignature)
        let rsa = try #require(Self.rsa)
        let rs = try token(["alg": "RS256"]) {
            Array(try rsa.signature(for: $0, padding: .insecurePKCS1v1_5).rawRepresentation)
        }
        #expect(refusal(rs, Secret(rsa.publicKey.pemRepresentation)) == nil)
        #expect(refusal(rs, Secret(curve.publicKey.pemRepresentation)) == .wrongSignature)
    }

    /// RFC 8725, 2.1: what the token says of itself must not choose how it is verified.
    @Test func `a public key is never taken for a shared secret, and nothing unsigned is taken`() throws {
        let pem = curve.publicKey.pemRepresentation
        #expect(refusal(token(["alg": "HS256"]) { code($0, pem) }, Secret(pem)) == .wrongSignature)
        #expect(refusal(token(["alg": "none"]) { _ in [] }, Secret("hush")) == .wrongSignature)
        #expect(refusal(token(["alg": "ES256"]) { code($0, "hush") }, Secret("hush")) == .wrongSignature)
        #expect(refusal(token(["alg": "HS512"]) { code($0, "hush") }, Secret("hush")) == .wrongSignature)
    }

    @Test func `a key set is searched by the key's name`() throws {
        let raw = Array(curve.publicKey.rawRepresentation)
        let keys: JSON = [
            "keys": [
                [
                    "kty": "EC", "crv": "P-256", "kid": "k1", "x": .string(text(Array(raw.prefix(32)))),
                    "y": .string(text(Array(raw.suffix(32)))),
                ]
            ]
        ]
        func signed(_ id: String) throws -> String {
            try token(["alg": "ES256", "kid": .string(id)]) { Array(try curve.signature(for: $0).rawRepresentation) }
        }
        #expect(refusal(try signed("k1"), Secret(keys.text)) == nil)
        #expect(refusal(try signed("k2"), Secret(keys.text)) == .wrongSignature)
    }

    @Test(
        arguments: [
            ["exp": 1_699_999_000], ["exp": 1_700_000_060, "nbf": 1_700_000_100],
            ["exp": 1_700_000_060, "iat": 1_700_000_100],
        ] as [JSON])
    func `a token counts at its time only`(claims: JSON) {
        guard case .notNow = refusal(token(["alg": "HS256"], claims) { code($0, "hush") }, Secret("hush")) else {
            Issue.record("\(claims.text) was taken")
            return
        }
    }

    @Test func `a token without an end is refused`() {
        guard
            case .malformedHeader = refusal(token(["alg": "HS256"], [:]) { code($0, "hush") }, Secret("hush"))
        else {
            Issue.record("it was taken")
            return
        }
    }

    @Test(arguments: ["", "a", "a.b", "a.b.c", "..", "e30.e30.", "e30.e30.e30.e30"])
    func `what is no token is refused`(text: String) {
        #expect(refusal(text, Secret("hush")) != nil)
    }
}
