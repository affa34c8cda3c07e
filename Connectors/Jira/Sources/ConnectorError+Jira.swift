import ConnectorSDK
import PatchbayJSON

extension ConnectorError {
    /// What a refusal of Jira means: its status, and `errorMessages` and `errors` in the body
    /// (https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes).
    init(jira response: HTTPResponse, pointers: [String: String]) {
        let body = try? response.json()
        let messages = (body?["errorMessages"]?.array ?? []).compactMap(\.string)
        let fields = (body?["errors"]?.object ?? [:]).map { (name: $0.name, message: $0.value.string ?? "is refused") }
        // Gateways in front of Jira answer {"message": …}.
        let said = messages + fields.map { "\($0.name): \($0.message)" } + [body?["message"]?.string].compactMap(\.self)
        let sentences = said.prefix(5).map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
        let reason = sentences.isEmpty ? "" : ": " + sentences.joined(separator: "; ")
        self.init(
            response, "Jira answered with status \(response.status)\(reason).", vendorCode: fields.first?.name,
            detail: body)
        if code == .invalidInput, let field = fields.first?.name {
            pointer = pointers[field] ?? JSONPointer(tokens: ["fields", field]).description
        }
        // Jira answers what anonymous visitors get, often 404, when it does not know who asks.
        let login = response.header("x-seraph-loginreason") ?? ""
        if login.contains("AUTHENTICATED_FAILED") || login.contains("AUTHENTICATION_DENIED") {
            code = .authDenied
            pointer = nil
        }
        switch (code, response.status) {
        case (.authDenied, 403) where login.isEmpty: message += " The account lacks a permission for this."
        case (.authDenied, _): message += " Check the credential: user name and API token, or personal access token."
        case (.notFound, _):
            message += " Check the key and the base URL; Jira says this, too, of what the account may not see."
        default: break
        }
    }
}
