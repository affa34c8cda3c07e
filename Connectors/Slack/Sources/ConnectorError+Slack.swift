import ConnectorSDK
import PatchbayJSON

extension ConnectorError {
    /// An answer that says `"ok": false`.
    init(_ refusal: SlackRefusal, of method: String, response: HTTPResponse, answer: JSON, pointer: String?) {
        var detail = JSONObject()
        for name in ["response_metadata", "needed", "provided"] { detail[name] = answer[name] }
        var message = "Slack refused \(method): \(refusal.word)"
        if let needed = answer["needed"]?.string { message += " (needed: \(needed))" }
        message += refusal.advice.map { ". \($0)" } ?? "."
        self.init(
            refusal.code, message, retryAfter: response.retryAfter, effect: refusal.mayHaveHadEffect ? .unknown : .none,
            httpStatus: response.status, vendorCode: refusal.word, detail: detail.isEmpty ? nil : .object(detail),
            pointer: pointer)
    }

    /// An answer with a status that is no success; then the body is mostly not Slack's usual one.
    init(slack response: HTTPResponse, method: String) {
        let word = (try? response.json())?["error"]?.string ?? (response.status == 429 ? "ratelimited" : nil)
        self.init(
            response, "Slack answered \(method) with status \(response.status)\(word.map { ": \($0)" } ?? "").",
            vendorCode: word)
    }
}
