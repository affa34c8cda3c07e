import PatchbayCore
import Testing

@testable import PatchbaySecurity

struct TokenTests {
    private let tenant = TenantID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0002)

    @Test(arguments: AccessToken.Kind.allCases) func `a token is read back as what it is only`(kind: AccessToken.Kind) {
        let token = AccessToken(kind)
        let text = token.secret.reveal()
        #expect(AccessToken(text, kind: kind) == token)
        #expect(token.digest.count == 32)
        for other in AccessToken.Kind.allCases where other != kind { #expect(AccessToken(text, kind: other) == nil) }
        for wrong in [
            "", text + "a", String(text.dropLast()), text.uppercased(), text.dropLast() + "1", text.dropLast() + "é",
        ] {
            #expect(AccessToken(wrong, kind: kind) == nil)
        }
    }

    @Test func `no two tokens or keys are the same`() {
        #expect(Set((0..<1_000).map { _ in AccessToken(.session).secret.reveal() }).count == 1_000)
        #expect(Set((0..<1_000).map { _ in TenantToken(.apiKey, for: tenant).secret.reveal() }).count == 1_000)
    }

    @Test func `what proves the page is bound to the session and does not give it away`() {
        let (session, other) = (AccessToken(.session), AccessToken(.session))
        #expect(session.accepts(forgeryProof: session.forgeryProof))
        #expect(!session.accepts(forgeryProof: other.forgeryProof))
        #expect(!session.accepts(forgeryProof: nil))
        #expect(!session.accepts(forgeryProof: ""))
        #expect(!session.accepts(forgeryProof: session.secret.reveal()))
        #expect(AccessToken(session.forgeryProof, kind: .session) == nil)
    }

    @Test func `a key knows its tenant, and prints neither itself nor more than its beginning`() throws {
        let key = TenantToken(.apiKey, for: tenant)
        let text = key.secret.reveal()
        let read = try #require(TenantToken(text, kind: .apiKey))
        #expect(read == key)
        #expect(read.tenant == tenant)
        #expect(TenantToken(text, kind: .invitation) == nil)
        #expect(key.prefix.count == 9)
        #expect(!"\(key.secret)".contains(text.suffix(8)))
        for wrong in [
            "", "pbk_", text + "x", String(text.dropLast()), "pbx" + text.dropFirst(3),
            "pbk_" + String(repeating: "é", count: 29),
        ] {
            #expect(TenantToken(wrong, kind: .apiKey) == nil)
        }
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `base 32 is the standard's`(plain: String, encoded: String) {
        #expect(Base32.text(Array(plain.utf8)) == encoded)
        #expect(Base32.bytes(encoded.lowercased()) == Array(plain.utf8))
    }

    @Test(arguments: ["1", "MZ=", "é", " "]) func `what is no base 32 is not read`(text: String) {
        #expect(Base32.bytes(text) == nil)
    }
}

struct CodeTests {
    private let secret = Array("12345678901234567890".utf8)

    /// RFC 6238, appendix B (SHA-1, 8 digits).
    @Test(
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func `codes are the standard's`(seconds: Int64, code: String) {
        #expect(TimeCode.code(secret: secret, step: seconds / 30, digits: 8) == code)
        let now = Timestamp(milliseconds: seconds * 1_000)
        #expect(TimeCode.step(of: String(code.suffix(6)), secret: secret, at: now, after: nil) == seconds / 30)
    }

    @Test func `a code is good for once, and for a phone that is half a minute off`() throws {
        let now = Timestamp(milliseconds: 1_234_567_890_000)
        for drift in -1...1 {
            let step = now.milliseconds / 30_000 + Int64(drift)
            let code = TimeCode.code(secret: secret, step: step, digits: 6)
            #expect(TimeCode.step(of: code, secret: secret, at: now, after: nil) == step)
            #expect(TimeCode.step(of: code, secret: secret, at: now, after: step) == nil)
            #expect(TimeCode.step(of: code, secret: secret, at: now + 90_000, after: nil) == nil)
        }
        let spaced = TimeCode.code(secret: secret, step: now.milliseconds / 30_000, digits: 6)
        #expect(
            TimeCode.step(of: spaced.prefix(3) + " " + spaced.suffix(3), secret: secret, at: now, after: nil) != nil)
    }

    @Test(arguments: ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345", "     ", "\0\0\0\0\0\0"])
    func `what is no code is wrong`(code: String) {
        #expect(TimeCode.step(of: code, secret: secret, at: Timestamp(milliseconds: 59_000), after: nil) == nil)
    }

    @Test func `the address for apps holds nothing that could break out of it`() {
        let address = TimeCode.address(secret: [0, 255], account: "a&b=c@x.org/é", issuer: "Patch bay")
        #expect(
            address
                == "otpauth://totp/Patch%20bay:a%26b%3Dc%40x.org%2F%C3%A9?secret=AD7Q&issuer=Patch%20bay&algorithm=SHA1&digits=6&period=30"
        )
    }

    @Test func `recovery codes are told apart however they are typed`() throws {
        let codes = RecoveryCode.newSet()
        #expect(Set(codes).count == RecoveryCode.count)
        for code in codes {
            #expect(code.utf8.count == 19)
            let digest = try #require(RecoveryCode.digest(code))
            #expect(RecoveryCode.digest(code.uppercased().filter { $0 != "-" }) == digest)
            #expect(RecoveryCode.digest(code.dropLast() + "1") == nil)
        }
        for wrong in ["", "abcd", "abcd-efgh-ijkl-mno!", String(repeating: "a", count: 17)] {
            #expect(RecoveryCode.digest(wrong) == nil)
        }
    }
}
