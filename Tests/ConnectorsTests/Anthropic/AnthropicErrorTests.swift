import ConnectorSDK
import PatchbayJSON
import Testing

@testable import AnthropicConnector

@Suite struct AnthropicErrorTests {
    private func error(
        _ status: Int, _ word: JSON, _ reason: String = "No.", _ headers: [String: String] = [:]
    ) -> ConnectorError {
        let said: JSON = ["type": "error", "error": ["type": word, "message": .string(reason)], "request_id": "req_1"]
        return ConnectorError(anthropic: HTTPResponse(status, headers, json: said))
    }

    @Test func `who is overloaded is asked again`() {
        let overloaded = error(529, "overloaded_error")
        #expect(overloaded.code == .unavailable)
        #expect(overloaded.retry == .byCode)
        #expect(overloaded.effect == .none)
        #expect(overloaded.vendorCode == "overloaded_error")
        #expect(overloaded.message.contains("req_1"))
    }

    @Test func `a limit waits as long as it is told`() {
        let limited = error(429, "rate_limit_error", "Slow down.", ["retry-after": "17"])
        #expect(limited.code == .rateLimited)
        #expect(limited.retryAfter == .seconds(17))
    }

    @Test func `what is not paid for is not tried again`() {
        #expect(error(402, "billing_error").retry == .no)
    }

    @Test(arguments: [
        ("messages.0.content.1: Input should be …", "/messages/0/content/1"), ("max_tokens: must be …", "/max_tokens"),
        ("tools.0.custom.input_schema: …", "/tools/0/custom/input_schema"),
    ])
    func `the sentence names the input at fault`(reason: String, pointer: String) {
        #expect(error(400, "invalid_request_error", reason).pointer == pointer)
    }

    @Test(arguments: ["Your prompt is too long", "something: else", "a b: c", "", ": x"])
    func `another sentence names none`(reason: String) {
        #expect(error(400, "invalid_request_error", reason).pointer == nil)
    }

    @Test(arguments: [
        (401, ConnectorError.Code.authDenied), (403, .authDenied), (404, .notFound), (413, .invalidInput),
        (500, .unavailable), (502, .unavailable),
    ])
    func `a status has its meaning`(status: Int, code: ConnectorError.Code) {
        #expect(ConnectorError(anthropic: HTTPResponse(status, text: "<html>")).code == code)
    }
}
