import ConnectorSDK
import PatchbayJSON

extension ConnectorError {
    /// What a refusal of the API means (https://docs.anthropic.com/en/api/errors).
    init(anthropic response: HTTPResponse) {
        let said = try? response.json()
        let word = said?["error"]?["type"]?.string
        let reason = said?["error"]?["message"]?.string
        let id = response.header("request-id") ?? said?["request_id"]?.string
        self.init(
            response,
            "Anthropic answered with status \(response.status)\(id.map { " (request \($0))" } ?? "")"
                + (reason.map { ": \($0)" } ?? "."), vendorCode: word, detail: said?["error"])
        // What a model answers changes nothing.
        effect = .none
        switch (response.status, word) {
        case (529, _), (_, "overloaded_error"):
            // Too many calls of everybody, which passes.
            code = .unavailable
        case (402, _), (_, "billing_error"):
            // Time alone does not help: somebody has to pay.
            code = .authDenied
            retry = .no
        case (404, _):
            pointer = "/model"
        case (400, _), (413, _):
            pointer = reason.flatMap(inputPointer)
        default:
            break
        }
    }
}

/// `messages.0.content: …` → `/messages/0/content`, when the sentence begins with a member of the request.
func inputPointer(of reason: String) -> String? {
    let path = reason.prefix { $0 != ":" }
    guard path.endIndex < reason.endIndex, path.utf8.count <= 200,
        path.unicodeScalars.allSatisfy({
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789._".unicodeScalars.contains($0))
        })
    else { return nil }
    let tokens = path.split(separator: ".").map(String.init)
    guard let root = tokens.first, CreateMessage.members.contains(root) else { return nil }
    return JSONPointer(tokens: tokens).description
}
