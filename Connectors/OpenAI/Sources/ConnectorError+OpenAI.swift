import ConnectorSDK
import PatchbayJSON

extension ConnectorError {
    /// What a refusal of the API means (https://platform.openai.com/docs/guides/error-codes).
    init(openAI response: HTTPResponse, pointers: [String: String]) {
        let said = (try? response.json())?["error"]
        // Compatible servers give a sentence where OpenAI gives an object, and codes as numbers.
        let word = said?["code"]?.string ?? said?["type"]?.string
        let reason = said?["message"]?.string ?? said?.string
        let request = response.header("x-request-id").map { " (request \($0))" } ?? ""
        self.init(
            response,
            "The model's server answered with status \(response.status)\(request)" + (reason.map { ": \($0)" } ?? "."),
            vendorCode: word, detail: said)
        effect = .none
        switch (response.status, word) {
        case (429, "insufficient_quota"), (429, "billing_hard_limit_reached"), (429, "billing_not_active"):
            // Time alone does not help: somebody has to pay or to raise the limit.
            retry = .no
            retryAfter = nil
        case (429, _):
            retryAfter = response.rateLimitWait
        case (_, "context_length_exceeded"):
            code = .invalidInput
            pointer = pointers["messages"] ?? pointers["input"]
        case (_, "model_not_found"):
            code = .notFound
            pointer = "/model"
        case (400, _), (422, _):
            pointer = said?["param"]?.string.flatMap { inputPointer(of: $0, pointers) }
        default:
            break
        }
    }
}

/// `messages[0].content` → `/messages/0/content`, if it comes from the input at all.
func inputPointer(of parameter: String, _ pointers: [String: String]) -> String? {
    var tokens = parameter.split { ".[]".contains($0) }.map(String.init)
    guard !tokens.isEmpty, let root = pointers[tokens.removeFirst()] else { return nil }
    return root + JSONPointer(tokens: tokens).description
}

extension HTTPResponse {
    /// How long until the limit that was hit lets requests through again: as `Retry-After` says, else the
    /// `x-ratelimit-reset-…` of what has nothing left (https://platform.openai.com/docs/guides/rate-limits).
    fileprivate var rateLimitWait: Duration? {
        if let text = header("retry-after-ms"), let milliseconds = Int64(text), (0...86_400_000).contains(milliseconds)
        {
            return .milliseconds(milliseconds)
        }
        if let retryAfter { return retryAfter }
        let waits = ["requests", "tokens"].compactMap { kind -> Duration? in
            guard header("x-ratelimit-remaining-\(kind)") == "0" else { return nil }
            return header("x-ratelimit-reset-\(kind)").flatMap(goDuration)
        }
        return waits.max()
    }
}

/// Reads `1s`, `6m0s`, `1h2m3.5s` or `20ms`, the form that the limits' headers have; at most a day, nil for anything else.
func goDuration(_ text: String) -> Duration? {
    let units: [Substring: Double] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
    var rest = text[...]
    var milliseconds = 0.0
    while !rest.isEmpty {
        let number = rest.prefix { $0.isNumber || $0 == "." }
        rest = rest[number.endIndex...]
        let unit = rest.prefix { $0.isLetter }
        rest = rest[unit.endIndex...]
        guard let value = Double(number), let factor = units[unit] else { return nil }
        milliseconds += value * factor
    }
    return text.isEmpty ? nil : .milliseconds(Int64(min(milliseconds.rounded(.up), 86_400_000)))
}
