import Testing

@testable import ConnectorSDK

@Suite struct HTTPResponseHeadersTests {
    private func response(_ headers: (String, String)...) -> HTTPResponse {
        HTTPResponse(status: 429, headers: headers.map { (name: $0.0, value: $0.1) }, body: [], url: "")
    }

    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Sat, 21 Nov 2026 09:30:00 GMT", 1_795_253_400),
    ])
    func `a date is read`(text: String, seconds: Int64) {
        #expect(secondsSince1970(httpDate: text) == seconds)
    }

    @Test(arguments: [
        "", "now", "06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nuv 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
    ])
    func `what is no date is not read`(text: String) {
        #expect(secondsSince1970(httpDate: text) == nil)
    }

    @Test func `a wait is told in seconds or by a date`() {
        #expect(response(("retry-after", "30")).retryAfter == .seconds(30))
        #expect(response(("retry-after", "99999999")).retryAfter == .seconds(86_400))
        #expect(response(("retry-after", "-1")).retryAfter == nil)
        #expect(response(("retry-after", "soon")).retryAfter == nil)
        #expect(response().retryAfter == nil)
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(response(date, ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")).retryAfter == .seconds(30))
        #expect(response(("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")).retryAfter == nil)
    }

    @Test func `a moment is a wait by the answer's own clock`() {
        let answer = response(("date", "Sun, 06 Nov 1994 08:49:37 GMT"))
        #expect(answer.wait(until: 784_111_797) == .seconds(20))
        #expect(answer.wait(until: 784_111_000) == .zero)
        #expect(answer.wait(until: .max) == .seconds(86_400))
        #expect(answer.wait(until: .min) == .zero)
        #expect(response().wait(until: 784_111_797) == nil)
    }

    @Test(
        arguments: [
            ("<https://a.example/2>; rel=\"next\"", "https://a.example/2"), ("</2>;rel=next", "/2"),
            (
                "<https://a.example/1>; rel=\"prev\", <https://a.example/3?a=1,2>; rel=\"last next\"",
                "https://a.example/3?a=1,2"
            ),
            ("<https://a.example/1>; title=\"a, b; rel=next\"; rel=prev", nil), ("<https://a.example/2>", nil),
            ("", nil),
            ("<https://a.example/2; rel=next", nil), ("<x>; rel=\"nextish\"", nil),
        ] as [(String, String?)])
    func `a link is found by its relation`(header: String, target: String?) {
        #expect(response(("link", header)).link("next") == target)
    }

    @Test func `links may come in several headers`() {
        #expect(response(("link", "<a>; rel=prev"), ("link", "<b>; rel=next")).link("next") == "b")
    }

    @Test func `an address keeps its segments apart`() throws {
        #expect(
            try address(below: "https://a.example/v3/", "repos", "a b", "c/d")
                == "https://a.example/v3/repos/a%20b/c%2Fd")
        for bad in ["", ".", ".."] {
            #expect(throws: ConnectorError.self) { try address(below: "https://a.example", "repos", bad) }
        }
    }
}
