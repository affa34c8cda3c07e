import Testing

@testable import PatchbaySecurity

struct SigningKeyTests {
    /// Made with: openssl genpkey -algorithm ed25519
    private let pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """

    /// RFC 8032, 7.1, test 1: the same seed, its public key, and the signature of the empty message.
    @Test func `a key signs as the standard says, however it is written`() throws {
        for text in [pem, "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="] {
            let key = try SigningKey(text: text)
            #expect(key.publicKey == "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
            let trusted = try SignatureKey(base64: key.publicKey)
            #expect(trusted.hasSigned([], signature: key.signature(over: [])))
            #expect(!trusted.hasSigned([0], signature: key.signature(over: [])))
            #expect(!"\(key)".contains("nWGxne"))
        }
    }

    @Test(arguments: ["", "AAAA", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
    func `what is no key is refused`(text: String) {
        #expect(throws: SecurityError.self) { try SigningKey(text: text) }
    }

    @Test func `a key is kept for its owner alone, and never replaced`() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/signing.key"
        let key = SigningKey()
        #expect(try key.create(at: path))
        #expect(try !SigningKey().create(at: path))
        #expect(try SigningKey.load(path).publicKey == key.publicKey)
        #expect(throws: SecurityError.self) { try SigningKey.load(folder.path + "/absent") }
    }

    @Test func `bytes of every length are written and read in base 64`() {
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            #expect(Base64.bytes(Base64.text(bytes)) == bytes)
        }
    }
}
