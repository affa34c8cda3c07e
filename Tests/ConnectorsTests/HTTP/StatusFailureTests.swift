import ConnectorSDK
import PatchbayJSON
import Testing

@testable import HTTPConnector

@Suite struct StatusFailureTests {
    @Test(
        arguments: [
            (["message": "no such order"], "no such order"), (["error": ["message": "deep"]], "deep"),
            (["error": "invalid_grant", "error_description": "expired"], "expired"), (["error": "bare"], "bare"),
            (["type": "about:blank", "title": "Gone", "detail": "It was sold."], "It was sold."),
            (["title": "Gone"], "Gone"),
        ] as [(JSON, String)])
    func `the server's own sentence is in the message`(body: JSON, sentence: String) {
        let error = ConnectorError(HTTPResponse(404, json: body), to: .get)
        #expect(error.code == .notFound)
        #expect(error.message == "GET https://a.example/x was answered with status 404: \(sentence)")
        #expect(error.detail?["body"] == body)
    }

    @Test func `a page for people is shown in part, and the query never`() {
        let page = "<html>" + String(repeating: "x", count: 5000)
        let error = ConnectorError(HTTPResponse(502, ["content-type": "text/html"], text: page), to: .post)
        #expect(error.code == .unavailable)
        #expect(error.effect == .unknown)
        #expect(error.message == "POST https://a.example/x was answered with status 502.")
        #expect(error.detail?["body"]?.string?.count == 2000)
        #expect(error.detail?["content_type"] == "text/html")
    }

    @Test func `a safe method's failure has no effect`() {
        #expect(ConnectorError(HTTPResponse(500), to: .get).effect == .none)
        #expect(ConnectorError(HTTPResponse(500), to: .delete).effect == .unknown)
        #expect(ConnectorError(HTTPResponse(409), to: .put).effect == .none)
    }
}
