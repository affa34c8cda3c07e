import ConnectorSDK
import PatchbayJSON
import Testing

@testable import HTTPConnector

@Suite struct RequestInputTests {
    private func request(_ json: JSON) throws -> HTTPRequest {
        try Request.Input.read(json).request(idempotencyKey: "key-1")
    }

    @Test func `a URL alone is a GET that follows redirects`() throws {
        let request = try request(["url": "https://a.example"])
        #expect(request.method == .get)
        #expect(request.redirects == 5)
        #expect(request.timeout == nil)
        #expect(request.headers.isEmpty)
        guard case .none = request.body else { return #expect(Bool(false), "there is a body") }
    }

    @Test func `everything that is said is in the request`() throws {
        let request = try request([
            "method": "PATCH", "url": "HTTPS://a.example/x", "query": ["q": [1, 2]],
            "headers": ["X-B": "2", "X-A": "1"],
            "body_base64": "AAEC", "content_type": "application/x-thing", "idempotency_header": "Idempotency-Key",
            "follow_redirects": false, "timeout_ms": 1500,
        ])
        #expect(request.method == .patch)
        #expect(request.query.map { "\($0.0)=\($0.1 ?? "")" } == ["q=1", "q=2"])
        #expect(
            request.headers.map { "\($0.0): \($0.1)" } == [
                "X-A: 1", "X-B: 2", "Content-Type: application/x-thing", "Idempotency-Key: key-1",
            ])
        #expect(request.redirects == 0)
        #expect(request.timeout == .milliseconds(1500))
        guard case .bytes([0, 1, 2], _) = request.body else { return #expect(Bool(false), "the bytes are not there") }
    }

    @Test(
        arguments: [
            (["json": 1, "text": "x"], "/text"), (["form": [:], "json": 1], "/form"),
            (["text": "", "body_base64": ""], "/body_base64"),
            (["text": "x", "content_type": "a/b", "headers": ["content-type": "c/d"]], "/content_type"),
            (["url": "ftp://a.example"], "/url"), (["url": "a.example"], "/url"),
        ] as [(JSON, String)])
    func `contradictions name the input at fault`(members: JSON, pointer: String) {
        var input: JSONObject = ["url": "https://a.example"]
        for member in members.object ?? [:] { input[member.name] = member.value }
        let error = #expect(throws: ConnectorError.self) { try request(.object(input)) }
        #expect(error?.code == .invalidInput)
        #expect(error?.effect == ConnectorError.Effect.none)
        #expect(error?.pointer == pointer)
    }

    @Test func `headers that came several times are one value`() {
        let response = HTTPResponse(
            status: 200,
            headers: [("vary", "a"), ("set-cookie", "a=1, x"), ("vary", "b"), ("set-cookie", "b=2")]
                .map { (name: $0.0, value: $0.1) }, body: [], url: "")
        #expect(response.joinedHeaders == ["vary": "a, b", "set-cookie": "a=1, x\nb=2"])
    }
}
