import ConnectorReplay
import PatchbayJSON
import Testing

@Suite struct ReplayTests {
    @Test func `recordings survive their way through JSON`() throws {
        let exchanges = [
            Exchange(
                Exchange.Request(
                    "POST", "https://a.example/x?b=1",
                    headers: [.init("Accept", "*/*"), .init("X", "1"), .init("X", "2")],
                    body: Array(#"{"a":1}"#.utf8), credential: "account"),
                .response(.init(201, headers: [.init("etag", "7")], body: [0xFF, 0x00, 0x41]))),
            Exchange(Exchange.Request("GET", "https://a.example/y"), .fault(.reset)),
            Exchange(Exchange.Request("PUT", "https://a.example/y", body: Array("plain".utf8)), .response(.init(204))),
        ]
        let recording = Recording(
            operation: "do", input: ["n": 1], settings: ["s": "t"], exchanges: exchanges,
            expectation: .output(["ok": true]))
        #expect(try Recording(recording.json) == recording)
        #expect(try Recording(parsing: Array(recording.json.prettyText.utf8)) == recording)
    }

    @Test func `each exchange answers once, whatever the order of the query and of members`() throws {
        let replay = Replay([
            Exchange(
                Exchange.Request("POST", "https://a.example/x?b=1&c=2", body: Array(#"{"a":1,"b":2}"#.utf8)),
                .response(.init(200))),
            Exchange(Exchange.Request("GET", "https://a.example/y"), .fault(.timeout)),
        ])
        let sent = Exchange.Request("POST", "https://a.example/x?c=2&b=1", body: Array(#"{"b": 2, "a": 1.0}"#.utf8))
        #expect(replay.outcome(of: sent) == .response(.init(200)))
        #expect(replay.outcome(of: sent) == nil)
        #expect(replay.misses.count == 1)
        #expect(replay.unused.map(\.request.url) == ["https://a.example/y"])
    }

    @Test func `another body is shown beside the recorded one`() {
        let replay = Replay([
            Exchange(Exchange.Request("PUT", "https://a.example/x", body: Array("one".utf8)), .response(.init(200)))
        ])
        #expect(replay.outcome(of: Exchange.Request("PUT", "https://a.example/x", body: Array("two".utf8))) == nil)
        #expect(replay.misses[0].contains("one") && replay.misses[0].contains("two"))
    }

    @Test(arguments: [
        "{}", "[]", "no", #"{"operation": "a", "exchanges": [{}]}"#, #"{"operation": "a", "surprise": 1}"#,
        #"{"operation": "a", "exchanges": [{"request": {"method": "GET", "url": "x"}, "response": {"status": 7}}]}"#,
        #"{"operation": "a", "exchanges": [{"request": {"method": "GET", "url": "x"}, "fault": "rain"}]}"#,
        #"{"operation": "a", "exchanges": [{"request": {"method": "GET", "url": "x", "base64": "?"}, "fault": "reset"}]}"#,
    ])
    func `what is no recording is refused`(text: String) {
        #expect(throws: RecordingError.self) { try Recording(parsing: Array(text.utf8)) }
    }
}
