import ConnectorSDK
import DeclarativeFormat
import PatchbayJSON
import Testing

@Suite struct AnswerTests {
    @Test func `an answer is cut and mapped`() async throws {
        let sample = Sample([
            "request": ["path": "/"],
            "response": [
                "select": "/data",
                "output": [
                    "id": "{{ body.id }}", "names": ["$each": "{{ body.people }}", "$as": "{{ item.name }}"],
                    "gone": "{{ body.gone }}", "limit": "{{ headers.x_left ?? headers[\"x-left\"] | number }}",
                    "status": "{{ status }}",
                ],
            ],
        ])
        let (output, _) = try await sample.call(
            [:], .json(200, ["data": ["id": 7, "people": [["name": "Ada"], ["name": "Bob"]]]], [("x-left", "12")]))
        #expect(output == ["id": 7, "names": ["Ada", "Bob"], "limit": 12, "status": 200])
    }

    @Test func `bodies of every kind are read`() async throws {
        func body(_ type: String, _ text: String) -> HTTPResponse {
            HTTPResponse(
                status: 200, headers: [("content-type", type)], body: Array(text.utf8), url: "https://a.example/")
        }
        let auto = Sample(["request": ["path": "/"]])
        #expect(try await auto.call([:], body("text/plain", "hello")).0 == "hello")
        #expect(try await auto.call([:], body("application/json", "")).0 == nil)
        #expect(try await auto.call([:], body("application/vnd.acme+json", "[1]")).0 == [1])
        #expect(await auto.failure([:], body("application/json", "<html>"))?.code == .upstream)
        let base64 = Sample(["request": ["path": "/"], "response": ["body": "base64"]])
        #expect(try await base64.call([:], body("image/png", "abc")).0 == "YWJj")
        let missing = Sample(["request": ["path": "/"], "response": ["select": "/data"]])
        #expect(await missing.failure([:], body("application/json", "{}"))?.message.contains("/data") == true)
    }

    @Test func `what the output requires is there, or the call fails for the vendor's answer`() async throws {
        let action: JSON = [
            "request": ["method": "POST", "path": "/"],
            "response": ["output": ["id": "{{ body.id }}", "note": "{{ body.note }}"]],
            "output": ["id": "string", "note": "string?"],
        ]
        let sample = Sample(action)
        #expect(try await sample.call([:], .json(200, ["id": "7"])).0 == ["id": "7"])
        for body in [[:], [], ["note": "n"]] as [JSON] {
            let failure = await sample.failure([:], .json(200, body))
            #expect(failure?.code == .upstream && failure?.message.contains("`id`") == true)
            // It was carried out: another attempt would do it twice.
            #expect(failure?.effect == .applied && failure?.retry == .no)
        }
        let whole = Sample(["request": ["path": "/"], "output": ["id": "string"]])
        #expect(await whole.failure([:], .json(200, []))?.message.contains("array") == true)
        #expect(try await whole.call([:], .json(200, ["id": "7", "more": 1])).0 == ["id": "7", "more": 1])
    }

    @Test func `errors mean what the rules say, else what the status says`() async throws {
        let sample = Sample(
            [
                "input": ["id": "string"], "request": ["method": "POST", "path": "/"],
                "errors": [
                    [
                        "when": ["body": ["/ok": false, "/error": "ratelimited"]], "code": "rate_limited",
                        "retry_after": ["header": "X-Wait"],
                    ],
                    [
                        "when": ["status": [404, 410]], "code": "not_found", "pointer": "/id",
                        "message": "There is no order {{ input.id }}: {{ body.why }}{{ body.nothing }}",
                        "vendor_code": "{{ body.code }}",
                    ],
                    ["when": ["status": "5xx", "body": ["/busy": ["exists": true]]], "retryable": false],
                ],
            ], ["errors": [["when": ["body": ["/ok": false]], "code": "conflict"]]])
        let limited = await sample.failure(
            ["id": "7"], .json(200, ["ok": false, "error": "ratelimited"], [("x-wait", "2.5")]))
        #expect(limited?.code == .rateLimited && limited?.retryAfter == .milliseconds(2_500))
        let lost = await sample.failure(["id": "7"], .json(404, ["why": "gone", "code": "E7"]))
        #expect(lost?.message == "There is no order 7: gone" && lost?.vendorCode == "E7" && lost?.pointer == "/id")
        #expect(lost?.effect == ConnectorError.Effect.none && lost?.httpStatus == 404)
        #expect(await sample.failure(["id": "7"], .json(503, ["busy": 1]))?.retry == .no)
        let own = await sample.failure(
            ["id": "7"], .json(503, ["error": ["message": "Down for lunch", "code": "lunch"]]))
        #expect(
            own?.code == .unavailable && own?.message.contains("Down for lunch") == true && own?.vendorCode == "lunch")
        #expect(await sample.failure(["id": "7"], .json(200, ["ok": false, "error": "x"]))?.code == .conflict)
        #expect(await sample.failure(["id": "7"], .json(302, [:]))?.code == .upstream)
        #expect(try await sample.call(["id": "7"], .json(200, ["ok": true])).0 == ["ok": true])
    }
}
