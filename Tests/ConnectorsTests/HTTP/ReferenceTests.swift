import Testing

@testable import HTTPConnector

@Suite struct ReferenceTests {
    @Test(arguments: [
        ("https://a.example/v1/list?p=1", "https://a.example/v1/list?p=2", "https://a.example/v1/list?p=2"),
        ("https://a.example/v1/list?p=1", "?p=2", "https://a.example/v1/list?p=2"),
        ("https://a.example/v1/list?p=1#x", "/v2/list", "https://a.example/v2/list"),
        ("https://a.example/v1/list?p=1", "list2?p=a:b", "https://a.example/v1/list2?p=a:b"),
        ("https://a.example/v1/list", "//a.example/x", "https://a.example/x"),
        ("https://a.example", "list", "https://a.example/list"), ("https://a.example?x=1", "/y", "https://a.example/y"),
        ("https://a.example:443/x", "https://A.example/y", "https://A.example/y"),
        ("http://a.example/x", "http://a.example:80/y", "http://a.example:80/y"),
    ])
    func `a reference is seen from its page`(page: String, reference: String, address: String) {
        #expect(Reference.resolve(reference, from: page) == address)
    }

    @Test(arguments: [
        "https://b.example/x", "http://a.example/x", "https://a.example:8443/x", "//b.example/x", "ftp://a.example/x",
        "javascript:alert(1)", "https://a.example@b.example/x", "https://a.example\\@b.example/x", "/x y", "/x\ny", "",
        "https:/b.example", "https://", "mailto:a",
    ])
    func `what leads elsewhere or nowhere is refused`(reference: String) {
        #expect(Reference.resolve(reference, from: "https://a.example/v1/list") == nil)
    }
}
