import PatchbaySecurity
import Testing

/// With test 2 of RFC 8032, 7.1.
@Suite struct SignatureKeyTests {
    let publicKey = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
    let signature = "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA=="
    let message: [UInt8] = [0x72]

    @Test func `the owner's signature is known`() throws {
        let key = try SignatureKey(base64: publicKey)
        #expect(key.hasSigned(message, signature: signature))
        #expect(key.description.count == 16)
    }

    @Test func `another message is not signed`() throws {
        let key = try SignatureKey(base64: publicKey)
        #expect(!key.hasSigned([0x73], signature: signature))
        #expect(!key.hasSigned([], signature: signature))
    }

    @Test func `another key has not signed`() throws {
        let key = try SignatureKey(base64: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
        #expect(!key.hasSigned(message, signature: signature))
    }

    @Test(arguments: [
        "", "AAAA", "not base64",
        "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA",
    ])
    func `what is no signature has signed nothing`(text: String) throws {
        #expect(try !SignatureKey(base64: publicKey).hasSigned(message, signature: text))
    }

    @Test(arguments: [
        "", "AAAA", "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw", "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw=",
    ])
    func `what is no public key is refused`(text: String) {
        #expect(throws: SecurityError.self) { try SignatureKey(base64: text) }
    }
}
