import PatchbayCore
import Testing

@testable import PatchbaySecurity

@Suite struct TokenGrantTests {
    private func read(_ body: String, _ status: Int = 200, hiding: [String] = []) throws(TokenRefusal) -> TokenGrant {
        try TokenGrant.read(WebAnswer(status: status, body: Array(body.utf8)), hiding: hiding.map { Secret($0) })
    }

    private func refusal(_ body: String, _ status: Int = 200, hiding: [String] = []) throws -> TokenRefusal {
        try #require(#expect(throws: TokenRefusal.self) { try read(body, status, hiding: hiding) })
    }

    @Test func `an answer gives its tokens`() throws {
        let grant = try read(
            #"{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r","scope":"x y","more":[1]}"#
        )
        #expect(grant == TokenGrant(access: Secret("a"), refresh: Secret("r"), lifetime: 3_600, scope: "x y"))
    }

    @Test(
        arguments: [
            (#","expires_in":"3599""#, 3_599), (#","expires_in":59.9"#, 59), (#","expires_in":0"#, nil),
            (#","expires_in":-5"#, nil), (#","expires_in":"soon""#, nil), (#","expires_in":null"#, nil), ("", nil),
            (#","expires_in":1e300"#, nil), (#","expires_in":9007199254740991"#, 315_360_000),
            (#","expires_in":[1]"#, nil),
        ] as [(String, Int64?)])
    func `a life is told as a number or a text`(member: String, seconds: Int64?) throws {
        #expect(try read(#"{"access_token":"a""# + member + "}").lifetime == seconds)
    }

    @Test(arguments: ["", #","refresh_token":null"#, #","refresh_token":"""#])
    func `no refresh token is none`(member: String) throws {
        #expect(try read(#"{"access_token":"a""# + member + "}").refresh == nil)
    }

    @Test(arguments: ["bearer", "BEARER", "bot", "user"])
    func `bearer tokens have several names`(type: String) throws {
        #expect(try read(#"{"access_token":"a","token_type":"\#(type)"}"#).access.reveal() == "a")
    }

    @Test(arguments: ["mac", "DPoP", "N_A", "pop"])
    func `a token of another type is not used`(type: String) throws {
        let refusal = try refusal(#"{"access_token":"a","token_type":"\#(type)"}"#)
        #expect(refusal.kind == .client)
        #expect(refusal.description.contains("only bearer tokens"))
    }

    @Test(arguments: [
        ("", 200), ("<html>sign in</html>", 200), ("[]", 200), ("\"token\"", 200), ("{", 200), ("{}", 200),
        (#"{"access_token":""}"#, 200), (#"{"access_token":1}"#, 200), (#"{"access_token":"a b"}"#, 200),
        (#"{"access_token":"a\r\nX-Evil: 1"}"#, 200), (#"{"access_token":"ä"}"#, 200),
        (#"{"access_token":"a","refresh_token":7}"#, 200), (#"{"access_token":"a","refresh_token":"b\n"}"#, 200),
        ("<html>gone</html>", 302), (#"{"access_token":"a"}"#, 503), ("oops", 500), ("slow", 429),
    ])
    func `what is no token answer is tried again later`(body: String, status: Int) throws {
        #expect(try refusal(body, status).kind == .passing)
    }

    @Test func `a redirect is told as what it is`() throws {
        #expect(try refusal("", 307).description.contains("redirect"))
    }

    @Test func `too much is no answer`() throws {
        let long = String(repeating: "a", count: 16_385)
        #expect(try refusal(#"{"access_token":"\#(long)"}"#).kind == .passing)
        let padding = String(repeating: " ", count: 70_000)
        #expect(try refusal(#"{"access_token":"a"}"# + padding).kind == .passing)
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(try refusal(#"{"access_token":"a","x":\#(deep)}"#).kind == .passing)
    }

    @Test(arguments: [
        ("invalid_grant", 400, TokenRefusal.Kind.grant), ("bad_refresh_token", 200, .grant),
        ("bad_verification_code", 200, .grant), ("invalid_client", 401, .client), ("invalid_scope", 400, .client),
        ("temporarily_unavailable", 400, .passing), ("ratelimited", 200, .passing), ("whatever", 502, .passing),
        ("whatever", 429, .passing),
    ])
    func `errors say whether somebody has to do something`(
        code: String, status: Int, kind: TokenRefusal.Kind
    ) throws {
        let refusal = try refusal(#"{"ok":false,"error":"\#(code)","error_description":"Because."}"#, status)
        #expect(refusal == TokenRefusal(kind, "The server refused with \(code): Because."))
    }

    @Test func `what has the form of an answer and a bad status is none`() throws {
        #expect(try refusal("{}", 404).kind == .client)
        #expect(try refusal("<p>", 404).kind == .client)
    }

    @Test func `an error that repeats a secret does not give it away`() throws {
        let padding = String(repeating: "x", count: 295)
        for words in ["The token r-t0ken is spent", padding + "r-t0ken"] {
            let refusal = try refusal(
                #"{"error":"invalid_grant","error_description":"\#(words)\n\u0007"}"#, 400, hiding: ["r-t0ken", ""])
            #expect(!refusal.description.contains("r-t0"))
            #expect(!refusal.description.contains("\n"))
            #expect(refusal.description.count < 400)
        }
    }
}
