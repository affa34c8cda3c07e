import Testing

@testable import PatchbayOutbound

@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("plain-._~09AZ", "plain-._~09AZ"), ("a b&c=d+e", "a%20b%26c%3Dd%2Be"), ("ü", "%C3%BC"), ("", ""),
    ])
    func `everything but unreserved characters is encoded, and read again`(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test(arguments: [("a+b", "a b"), ("%zz", "%zz"), ("%4", "%4"), ("%c3%bc", "ü"), ("100%", "100%")])
    func `decoding forgives`(encoded: String, text: String) {
        #expect(PercentEncoding.decode(encoded) == text)
    }
}
