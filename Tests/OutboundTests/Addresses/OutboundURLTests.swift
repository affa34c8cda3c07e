import Testing

@testable import PatchbayOutbound

@Suite struct OutboundURLTests {
    @Test(arguments: [
        ("HTTP://Example.COM/a/../b", "http://example.com/b", "example.com", 80),
        ("https://example.com:443/x#part", "https://example.com:443/x", "example.com", 443),
        ("http://example.com/a b?q=ü z", "http://example.com/a%20b?q=%c3%bc+z", "example.com", 80),
        ("http://2130706433/", "http://127.0.0.1/", "127.0.0.1", 80),
        ("http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", 80),
        ("http://ex%61mple.com/", "http://example.com/", "example.com", 80),
        ("http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080/", "[::1]", 8080),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]/", "[::ffff:127.0.0.1]", 80),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example", 443),
    ])
    func `a URL is normalised`(text: String, normal: String, host: String, port: Int) throws {
        let url = try OutboundURL(text)
        #expect(url.text == normal)
        #expect(url.host == host)
        #expect(url.port == port)
    }

    @Test(arguments: [
        ("ftp://example.com/", OutboundURLError.scheme("ftp")), ("file:///etc/passwd", .scheme("file")),
        ("gopher://example.com/", .scheme("gopher")),
        ("http://user:secret@example.com/", .userInformation), ("http://user@example.com/", .userInformation),
        ("http://example.com/\r\nX: y", .controlCharacter), ("http://exa\u{0}mple.com/", .controlCharacter),
        ("http://example.com/\u{7F}", .controlCharacter),
        ("http://example.com/" + String(repeating: "a", count: 70_000), .tooLong),
    ])
    func `a URL that may not be used says why`(text: String, error: OutboundURLError) {
        #expect(throws: error) { try OutboundURL(text) }
    }

    @Test(arguments: ["https://münchen.example/", "https://m%C3%BCnchen.example/"])
    func `an international name is wanted as it stands in DNS`(text: String) {
        #expect(throws: OutboundURLError.hostName) { try OutboundURL(text) }
    }

    @Test(arguments: ["", "example.com", "/path", "http://", "http://a:0/", "http://[fe80::1%25eth0]/", "http://[::1"])
    func `a text that is no URL is refused`(text: String) {
        #expect(throws: OutboundURLError.self) { try OutboundURL(text) }
    }

    @Test(arguments: [
        ("/d", "http://a/d"), ("d", "http://a/b/d"), ("../d?e", "http://a/d?e"), ("//h/x", "http://h/x"),
        ("https://h/x", "https://h/x"), ("?z", "http://a/b/c?z"), ("/a b", "http://a/a%20b"),
    ])
    func `a redirect's reference is seen from where it came`(reference: String, result: String) throws {
        #expect(try OutboundURL("http://a/b/c?q").resolving(reference).text == result)
    }

    @Test func `an origin for messages holds no path and no query`() throws {
        #expect(try OutboundURL("https://hooks.example.com/T/secret?k=v").origin == "https://hooks.example.com:443")
    }
}
