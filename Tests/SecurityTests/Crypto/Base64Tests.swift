import Testing

@testable import PatchbaySecurity

@Suite struct Base64Tests {
    /// RFC 4648, 10.
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"), ("Pz8/Pj4+", "???>>>"),
    ])
    func `text is read`(text: String, bytes: String) {
        #expect(Base64.bytes(text) == Array(bytes.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Pz8_", "====", "Z=g="])
    func `what is not the one way to write bytes is refused`(text: String) {
        #expect(Base64.bytes(text) == nil)
    }
}
