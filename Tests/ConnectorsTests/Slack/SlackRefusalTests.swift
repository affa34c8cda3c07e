import ConnectorSDK
import PatchbayJSON
import Testing

@testable import SlackConnector

@Suite struct SlackRefusalTests {
    private func error(_ answer: JSON, pointer: String? = nil, headers: [String: String] = [:]) -> ConnectorError {
        ConnectorError(
            SlackRefusal(answer["error"]?.string ?? ""), of: "chat.postMessage",
            response: HTTPResponse(200, headers, json: answer), answer: answer, pointer: pointer)
    }

    @Test(arguments: [
        ("channel_not_found", ConnectorError.Code.notFound, ConnectorError.Effect.none),
        ("not_in_channel", .authDenied, .none), ("invalid_auth", .authDenied, .none),
        ("token_expired", .authExpired, .none),
        ("is_archived", .conflict, .none), ("ratelimited", .rateLimited, .none), ("msg_too_long", .invalidInput, .none),
        ("internal_error", .unavailable, .unknown), ("fatal_error", .unavailable, .unknown),
        ("unknown_error", .upstream, .unknown), ("something_new", .upstream, .none),
        ("unknown_method", .unsupported, .none),
    ])
    func `a word has its meaning`(word: String, code: ConnectorError.Code, effect: ConnectorError.Effect) {
        let error = error(["ok": false, "error": .string(word)])
        #expect(error.code == code)
        #expect(error.effect == effect)
        #expect(error.vendorCode == word)
    }

    @Test func `a missing scope is named`() {
        let error = error(["ok": false, "error": "missing_scope", "needed": "chat:write", "provided": "im:write"])
        #expect(error.message.contains("(needed: chat:write)"))
        #expect(error.detail == ["needed": "chat:write", "provided": "im:write"])
    }

    @Test func `a limit carries its wait`() {
        #expect(error(["error": "ratelimited"], headers: ["retry-after": "30"]).retryAfter == .seconds(30))
        let status = ConnectorError(slack: HTTPResponse(429, ["retry-after": "7"], text: "slow"), method: "chat.update")
        #expect(status.code == .rateLimited)
        #expect(status.retryAfter == .seconds(7))
        #expect(status.vendorCode == "ratelimited")
    }

    @Test func `the argument at fault is the one that the method has`() {
        #expect(SlackRefusal("message_not_found").arguments == ["ts", "timestamp"])
        #expect(SlackRefusal("users_not_found").arguments == ["users"])
        #expect(SlackRefusal("internal_error").arguments.isEmpty)
    }

    @Test(arguments: [
        ("thumbsup", "thumbsup"), (":thumbsup:", "thumbsup"), (":wave::skin-tone-2:", "wave::skin-tone-2"), ("::", ""),
    ])
    func `an emoji loses the colons around it only`(given: String, name: String) {
        #expect(AddReaction.name(of: given) == name)
    }
}
