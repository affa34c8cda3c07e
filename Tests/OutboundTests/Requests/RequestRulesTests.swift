import PatchbayCore
import PatchbayOutbound
import Testing

@Suite struct RequestRulesTests {
    let client: OutboundClient

    init() throws { client = try OutboundClient(policy: EgressPolicy()) }

    static let fine = OutboundRequest.to("https://api.example.com/")

    @Test func `a request in order is not refused`() {
        #expect(client.refusal(of: Self.fine) == nil)
    }

    static let malformed: [(OutboundRequest, String)] = [
        (fine.with { $0.method = "" }, "the method is no token of 1 to 32 characters"),
        (fine.with { $0.method = "GET /" }, "the method is no token of 1 to 32 characters"),
        (fine.with { $0.method = String(repeating: "A", count: 33) }, "the method is no token of 1 to 32 characters"),
        (fine.with { $0.method = "connect" }, "the method connect is not possible"),
        (fine.with { $0.method = "TRACE" }, "the method TRACE is not possible"),
        (fine.with { ($0.method, $0.body) = ("HEAD", [1]) }, "a HEAD request has no body"),
        (
            fine.with { $0.url = "https://u:p@a/" },
            "the URL holds user information; give user name and password as a credential"
        ),
        (
            fine.with { $0.url = "file:///etc/passwd" },
            "the URL has the scheme “file”; only http and https are possible"
        ),
        (fine.with { $0.url = "https://a/\n" }, "the URL holds a control character"),
        (
            fine.with { $0.headers = [HTTPField(name: "X Y", value: "")] },
            "the name of header 1 is empty or holds a character that header names cannot hold"
        ),
        (
            fine.with { $0.headers = [HTTPField(name: "X", value: ""), HTTPField(name: "", value: "")] },
            "the name of header 2 is empty or holds a character that header names cannot hold"
        ),
        (
            fine.with { $0.headers = [HTTPField(name: "X", value: "a\r\nHost: b")] },
            "the value of the header X holds a control character"
        ),
        (
            fine.with { $0.headers = [HTTPField(name: "X", value: "a\u{0}")] },
            "the value of the header X holds a control character"
        ),
        (
            fine.with { $0.headers = [HTTPField(name: "hOst", value: "b")] },
            "the header hOst is set by the host; leave it out"
        ),
        (
            fine.with { $0.headers = [HTTPField(name: "Transfer-Encoding", value: "chunked")] },
            "the header Transfer-Encoding is set by the host; leave it out"
        ),
        (
            fine.with { $0.headers = Array(repeating: HTTPField(name: "X", value: "y"), count: 201) },
            "there are 201 headers; 200 is the limit"
        ),
        (
            fine.with { $0.headers = [HTTPField(name: "X", value: String(repeating: "y", count: 65_536))] },
            "the headers hold 65537 bytes; 65536 is the limit"
        ),
        (fine.with { $0.maxRedirects = 21 }, "maxRedirects is not between 0 and 20"),
        (fine.with { $0.maxBody = -1 }, "maxBody is negative"),
        (
            fine.with { $0.body = [UInt8](repeating: 0, count: 64 << 20 | 1) },
            "the body holds 67108865 bytes; 67108864 is the limit"
        ),
        (
            fine.with { $0.attachment = .header(name: "Authorization", value: Secret("Bearer s3cret\n")) },
            "the value of the header Authorization holds a control character"
        ),
        (
            fine.with { $0.attachment = .query(name: "", value: Secret("s3cret")) },
            "the credential's query parameter has no name or no value"
        ),
    ]

    @Test(arguments: malformed.indices) func `a malformed request is refused and says why`(index: Int) async throws {
        let (request, message) = Self.malformed[index]
        let error = OutboundError(code: .invalidRequest, message: message, mayHaveHadEffect: false)
        #expect(client.refusal(of: request) == error)
        #expect(try await client.failure(of: request) == error)
    }

    @Test func `no time is a timeout before anything is sent`() {
        let error = client.refusal(of: Self.fine.with { $0.timeout = 0 })
        #expect(error?.code == .timeout)
        #expect(error?.mayHaveHadEffect == false)
    }

    @Test func `a host that is not declared is refused with those that are`() {
        let request = Self.fine.with {
            $0.allowedHosts = [HostPattern("slack.com")!, HostPattern("*.slack.com:8443")!]
        }
        #expect(
            client.refusal(of: request)
                == OutboundError(
                    code: .hostNotDeclared,
                    message: "api.example.com:443, which is not declared. Declared: slack.com, *.slack.com:8443",
                    mayHaveHadEffect: false))
        #expect(client.refusal(of: request.with { $0.allowedHosts = [] })?.code == .hostNotDeclared)
    }
}
