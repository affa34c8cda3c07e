import ConnectorSDK
import PatchbayJSON
import Testing

@testable import OpenAIConnector

@Suite struct OpenAIErrorTests {
    private let pointers = ["model": "/model", "messages": "/messages", "max_completion_tokens": "/max_tokens"]

    private func error(
        _ status: Int, _ headers: [String: String] = [:], code: JSON = nil, type: JSON = "invalid_request_error",
        parameter: JSON = nil
    ) -> ConnectorError {
        let said: JSON = ["error": ["message": "No.", "type": type, "param": parameter, "code": code]]
        return ConnectorError(openAI: HTTPResponse(status, headers, json: said), pointers: pointers)
    }

    @Test func `a limit waits as long as it is told`() {
        let seconds = error(429, ["retry-after": "20"], code: "rate_limit_exceeded", type: "requests")
        #expect(seconds.code == .rateLimited)
        #expect(seconds.retry == .byCode)
        #expect(seconds.retryAfter == .seconds(20))
        #expect(seconds.vendorCode == "rate_limit_exceeded")
        #expect(error(429, ["retry-after-ms": "1500", "retry-after": "20"]).retryAfter == .milliseconds(1500))
        let reset = error(
            429,
            [
                "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s",
            ])
        #expect(reset.retryAfter == .seconds(360))
        #expect(error(429).retryAfter == nil)
    }

    @Test func `a quota that is used up is not tried again`() {
        let error = error(429, ["retry-after": "20"], code: "insufficient_quota", type: "insufficient_quota")
        #expect(error.code == .rateLimited)
        #expect(error.retry == .no)
        #expect(error.retryAfter == nil)
    }

    @Test func `a conversation that is too long is the input's fault`() {
        let error = error(400, code: "context_length_exceeded", parameter: "messages")
        #expect(error.code == .invalidInput)
        #expect(error.pointer == "/messages")
    }

    @Test func `a parameter names the input at fault`() {
        #expect(error(400, parameter: "messages[0].content").pointer == "/messages/0/content")
        #expect(error(400, parameter: "messages.[2].role").pointer == "/messages/2/role")
        #expect(error(400, parameter: "max_completion_tokens").pointer == "/max_tokens")
        #expect(error(400, parameter: "unheard_of").pointer == nil)
        #expect(error(400, parameter: "").pointer == nil)
        #expect(error(404, code: "model_not_found").pointer == "/model")
    }

    @Test(arguments: [
        (401, ConnectorError.Code.authDenied), (403, .authDenied), (404, .notFound), (500, .unavailable),
        (502, .unavailable), (503, .unavailable),
    ])
    func `a status has its meaning, and none has an effect`(status: Int, code: ConnectorError.Code) {
        #expect(error(status).code == code)
        #expect(error(status).effect == .none)
    }

    @Test func `compatible servers may say it shorter`() {
        let bare = ConnectorError(openAI: HTTPResponse(404, json: ["error": "model 'x' not found"]), pointers: pointers)
        #expect(bare.message == "The model's server answered with status 404: model 'x' not found")
        let page = ConnectorError(
            openAI: HTTPResponse(503, ["x-request-id": "req_1"], text: "<html>"), pointers: pointers)
        #expect(page.message == "The model's server answered with status 503 (request req_1).")
    }

    @Test(arguments: [
        ("1s", 1000), ("6m0s", 360_000), ("20ms", 20), ("1h2m3.5s", 3_723_500), ("0s", 0), ("999h", 86_400_000),
    ])
    func `a span is read`(text: String, milliseconds: Int) {
        #expect(goDuration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "1", "s", "1x", "-1s", "1s2", "one s"])
    func `what is no span is not read`(text: String) {
        #expect(goDuration(text) == nil)
    }
}
