import PatchbayOutbound
import Testing

@Suite struct HostPatternTests {
    @Test(arguments: [
        ("api.example.com", "https", "api.example.com", 443, true),
        ("api.example.com", "http", "api.example.com", 80, true),
        ("api.example.com", "http", "api.example.com", 443, false),
        ("api.example.com", "https", "api.example.com", 8443, false),
        ("API.Example.COM", "https", "api.example.com", 443, true),
        ("api.example.com", "https", "evil-api.example.com", 443, false),
        ("api.example.com", "https", "api.example.com.evil.org", 443, false),
        ("api.example.com:8443", "https", "api.example.com", 8443, true),
        ("api.example.com:8443", "http", "api.example.com", 8443, true),
        ("api.example.com:8443", "https", "api.example.com", 443, false),
        ("*.example.com", "https", "a.example.com", 443, true),
        ("*.example.com", "https", "a.b.example.com", 443, true),
        ("*.example.com", "https", "example.com", 443, false),
        ("*.example.com", "https", ".example.com", 443, false),
        ("*.example.com", "https", "evilexample.com", 443, false),
        ("*.example.com", "https", "a.example.com", 8443, false),
        ("*.example.com:8443", "https", "a.example.com", 8443, true),
        ("*", "http", "anything", 12345, true),
        ("*:8443", "https", "anything", 8443, true),
        ("*:8443", "https", "anything", 443, false),
        ("127.0.0.1:8080", "http", "127.0.0.1", 8080, true),
        ("[::1]", "http", "[::1]", 80, true),
        ("[0:0::1]:8080", "http", "[::1]", 8080, true),
    ])
    func `a pattern means its hosts and ports only`(
        pattern: String, scheme: String, host: String, port: Int, fits: Bool
    ) throws {
        let pattern = try #require(HostPattern(pattern))
        #expect(pattern.matches(host: host, port: port, scheme: scheme) == fits)
    }

    @Test(arguments: [
        "", " ", "a b", "api.example.com:", "api.example.com:0", "api.example.com:65536", "api.example.com:+80",
        "api.example.com:80:90", "https://api.example.com", "api.example.com/path", "a..b", ".a", "a.", "*.", "a.*.com",
        "**", "::1", "[::1", "[::1]80", "[1.2.3.4]", "[]", "münchen.de", "user@host",
    ])
    func `what is no pattern is refused`(text: String) {
        #expect(HostPattern(text) == nil)
    }

    @Test(arguments: [
        ("https://api.example.com/v1", "api.example.com:443"), ("http://localhost:8080", "localhost:8080"),
        ("http://[::1]/x?y", "[::1]:80"), ("HTTPS://API.example.com.:444/", "api.example.com:444"),
    ])
    func `a URL gives the pattern of its host and port`(url: String, pattern: String) {
        #expect(HostPattern(ofURL: url)?.description == pattern)
    }

    @Test(arguments: ["", "api.example.com", "ftp://a/", "https://user@a/", "https://a:99999/"])
    func `what is no URL gives no pattern`(url: String) {
        #expect(HostPattern(ofURL: url) == nil)
    }

    @Test(arguments: ["api.example.com", "*.example.com:8443", "*", "[2001:db8::1]:80"])
    func `a pattern is written as it was read`(text: String) {
        #expect(HostPattern(text)?.description == text)
    }
}
