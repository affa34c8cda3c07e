import Crypto
import CryptoExtras
import OpenIDFixture
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbaySecurity

struct IDTokenTests {
    private static let rsa = Result { TokenKey(id: "rsa", rsa: try _RSA.Signing.PrivateKey(keySize: .bits2048)) }
    private static let now = Timestamp(milliseconds: 1_768_212_300_000)
    private static let good: JSONObject = [
        "iss": "https://id.example.com", "sub": "person-1", "aud": "patchbay", "exp": 1_768_212_600,
        "iat": 1_768_212_300, "nonce": "n-1",
    ]
    private static let wanted = IDToken.Expectation(
        issuer: "https://id.example.com", clientID: "patchbay", nonce: "n-1", askedAt: now)

    private let curve = TokenKey(id: "curve")

    private func published(_ keys: [TokenKey]) throws -> [ProviderKey] {
        try ProviderKey.keys(in: ["keys": .array(keys.map { .object($0.published) })])
    }

    /// The claims, when everything is right.
    private func check(_ text: String, against keys: [TokenKey], at now: Timestamp = now) throws -> JSON {
        let token = try IDToken(text)
        let signed = token.candidates(among: try published(keys)).contains(where: token.isSigned)
        guard signed else { throw OpenIDFailure(.token, "no signature") }
        return try token.claims(expecting: Self.wanted, at: now)
    }

    @Test func `tokens of both algorithms are read`() throws {
        let rsa = try Self.rsa.get()
        for key in [rsa, curve] {
            #expect(try check(key.token(Self.good), against: [rsa, curve])["sub"] == "person-1")
            // A provider with one key may not name it.
            let nameless = try key.token(Self.good, header: ["kid": .null])
            #expect(throws: Never.self) { try IDToken(nameless) }
        }
        var many = Self.good
        many["aud"] = ["other", "patchbay"]
        many["azp"] = "patchbay"
        #expect(try check(curve.token(many), against: [curve])["azp"] == "patchbay")
        many = Self.good
        many["aud"] = ["patchbay"]
        #expect(try check(curve.token(many), against: [curve]).object != nil)
        many["exp"] = 1_768_212_600.5
        #expect(try check(curve.token(many), against: [curve]).object != nil)
    }

    /// What stands in the place of a good claim, and what is told of it.
    @Test(
        arguments: [
            (["iss": "https://evil.example.com"], "iss"), (["iss": "https://id.example.com/"], "iss"),
            (["iss": .null], "iss"), (["iss": ["https://id.example.com"]], "iss"), (["aud": "other"], "aud"),
            (["aud": []], "aud"), (["aud": .null], "aud"), (["aud": 1], "aud"), (["aud": ["other"]], "aud"),
            (["aud": ["patchbay", "other"]], "azp"), (["azp": "other"], "azp"), (["azp": 1], "azp"),
            (["aud": ["patchbay", "other"], "azp": "other"], "azp"), (["exp": .null], "exp"),
            (["exp": "1768212600"], "exp"), (["exp": 1_768_212_240], "exp"), (["exp": -1], "exp"),
            (["exp": 1e300], "exp"),
            (["iat": .null], "iat"), (["iat": 1_768_212_361], "iat"), (["iat": 1_768_212_239], "iat"),
            (["nbf": 1_768_212_361], "nbf"), (["nbf": "x"], "nbf"), (["nonce": "n-2"], "nonce"),
            (["nonce": .null], "nonce"),
            (["nonce": ["n-1"]], "nonce"), (["nonce": ""], "nonce"),
        ] as [(JSONObject, String)])
    func `each claim that is wrong is refused by its name`(wrong: JSONObject, claim: String) throws {
        var claims = Self.good
        claims.replace(by: wrong)
        let text = try curve.token(claims)
        do {
            _ = try check(text, against: [curve])
            Issue.record("\(wrong) was taken")
        } catch let failure as OpenIDFailure {
            #expect(failure.code == .token && failure.message.hasSuffix("(\(claim))"), "\(failure)")
        }
    }

    @Test func `clocks may differ by a minute`() throws {
        let text = try curve.token(Self.good)
        #expect(throws: Never.self) { try check(text, against: [curve], at: Self.now + -59_000) }
        #expect(throws: Never.self) { try check(text, against: [curve], at: Self.now + 359_000) }
        #expect(throws: OpenIDFailure.self) { try check(text, against: [curve], at: Self.now + 360_000) }
        #expect(throws: OpenIDFailure.self) { try check(text, against: [curve], at: Self.now + -61_000) }
    }

    @Test(arguments: ["none", "None", "HS256", "HS512", "RS512", "PS256", "ES384", "EdDSA", ""])
    func `other algorithms are not even read`(algorithm: String) throws {
        let text = try curve.token(Self.good, header: ["alg": .string(algorithm)])
        #expect(throws: OpenIDFailure.self) { try IDToken(text) }
    }

    @Test func `a token without a signature is none, and the public key is no secret to sign with`() throws {
        let rsa = try Self.rsa.get()
        let parts = try rsa.token(Self.good).split(separator: ".")
        #expect(throws: OpenIDFailure.self) { try check(parts[0] + "." + parts[1] + ".", against: [rsa]) }
        #expect(throws: OpenIDFailure.self) { try IDToken(String(parts[0] + "." + parts[1])) }
        let head = TokenKey.text(Array(#"{"alg":"none"}"#.utf8))
        #expect(throws: OpenIDFailure.self) { try IDToken(head + "." + parts[1] + ".") }
        // HS256 with each form in which the public key is known.
        let modulus = rsa.published["n"]?.string ?? ""
        for secret in [Array(modulus.utf8), Base64.urlBytes(modulus) ?? [], JSON.object(rsa.published).bytes()] {
            for algorithm in ["HS256", "RS256"] {
                let head = TokenKey.text(Array(#"{"alg":"\#(algorithm)","kid":"rsa"}"#.utf8))
                let signed = head + "." + parts[1]
                let tag = TokenKey.text(Digest.hmacSHA256(Array(signed.utf8), key: secret))
                #expect(throws: OpenIDFailure.self) { try check(signed + "." + tag, against: [rsa]) }
            }
        }
    }

    @Test func `a key of one kind is not used for the other, nor one of another name`() throws {
        let rsa = try Self.rsa.get()
        // Signed by the one, said to be by the other.
        let confused = try rsa.token(Self.good, header: ["alg": "ES256"])
        #expect(throws: OpenIDFailure.self) { try check(confused, against: [rsa, curve]) }
        let turned = try curve.token(Self.good, header: ["alg": "RS256", "kid": "rsa"])
        #expect(throws: OpenIDFailure.self) { try check(turned, against: [rsa, curve]) }
        let other = try TokenKey(id: "other").token(Self.good, header: ["kid": "curve"])
        #expect(throws: OpenIDFailure.self) { try check(other, against: [rsa, curve]) }
        let unknown = try curve.token(Self.good, header: ["kid": "unknown"])
        #expect(throws: OpenIDFailure.self) { try check(unknown, against: [rsa, curve]) }
        // The key that a token brings along counts for nothing.
        let own = TokenKey(id: "own")
        let brought = try own.token(Self.good, header: ["jwk": .object(own.published), "kid": "curve"])
        #expect(throws: OpenIDFailure.self) { try check(brought, against: [curve]) }
    }

    @Test func `a bit that is changed is found`() throws {
        let text = try curve.token(Self.good)
        for index in [10, text.utf8.count / 2, text.utf8.count - 10] {
            var bytes = Array(text.utf8)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let changed = String(decoding: bytes, as: UTF8.self)
            #expect(throws: OpenIDFailure.self) { try check(changed, against: [curve]) }
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b", "a.b.c", "e30.e30.", "e30.e30.e30", "W10.W10.W10", "ey.ey.ey",
        String(repeating: "a", count: 70_000),
    ])
    func `what is no token is refused`(text: String) {
        #expect(throws: OpenIDFailure.self) { try IDToken(text) }
    }

    @Test func `extensions that must be understood are not`() throws {
        let text = try curve.token(Self.good, header: ["crit": ["b64"], "b64": false])
        #expect(throws: OpenIDFailure.self) { try IDToken(text) }
    }

    @Test func `keys that are none of ours are passed over`() throws {
        let good = curve.published
        var others: [JSONObject] = [
            [:], ["kty": "oct", "k": "AAAA", "kid": "curve", "alg": "HS256"], ["kty": "RSA", "n": "AQAB", "e": "AQAB"],
            ["kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"], ["kty": "OKP"],
        ]
        for (name, value) in [
            ("use", "enc"), ("alg", "ES384"), ("crv", "P-384"), ("x", good["y"]), ("key_ops", ["sign"]),
        ] as [(String, JSON?)] {
            var key = good
            key[name] = value
            others.append(key)
        }
        #expect(try ProviderKey.keys(in: ["keys": .array(others.map(JSON.object))]).isEmpty)
        #expect(try ProviderKey.keys(in: ["keys": .array((others + [good]).map(JSON.object))]).count == 1)
        #expect(throws: OpenIDFailure.self) { try ProviderKey.keys(in: [:]) }
        #expect(throws: OpenIDFailure.self) { try ProviderKey.keys(in: ["keys": "x"]) }
        let short = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1_024))
        #expect(ProviderKey(.object(TokenKey(id: "short", rsa: short).published)) == nil)
    }
}
