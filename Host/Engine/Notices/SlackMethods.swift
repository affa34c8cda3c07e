import PatchbayCore
import PatchbayJSON

/// Calls of Slack's Web API (https://docs.slack.dev/apis/web-api) by a credential for the connector `slack`.
struct SlackMethods: Sendable {
    private static let standardURL = "https://slack.com/api"
    /// Words of refusals that come again however often it is tried
    /// (https://docs.slack.dev/reference/methods/chat.postMessage#errors).
    private static let passing: Set<String> = [
        "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
        "external_channel_migrating", "message_limit_exceeded", "token_expired",
    ]

    let web: any TenantWebExchange
    let tenant: TenantID
    /// Renewed when Slack says that its token has expired.
    let grant: CredentialGrant
    let credentials: any CredentialSource
    /// Milliseconds that a call may take.
    let patience: Int64

    /// Throws `NoticeFailure` for a credential whose token is for somebody else.
    init(
        web: any TenantWebExchange, credentials: any CredentialSource, grant: CredentialGrant, in tenant: TenantID,
        patience: Int64 = 10_000
    ) throws {
        if let hint = AlertTarget.slack(channel: "", credential: "").misfit(of: grant.record) {
            throw NoticeFailure("the credential is not one for this: \(hint)", isFinal: true)
        }
        self.web = web
        self.credentials = credentials
        self.grant = grant
        self.tenant = tenant
        self.patience = patience
    }

    /// The answer of a method that did what it should. Throws `NoticeFailure`.
    func call(_ method: String, _ arguments: JSONObject) async throws -> JSON {
        let answer = try await call(method, arguments, grant)
        guard answer["error"] == "token_expired", let renewed = try await credentials.renewed(grant) else {
            return try checked(answer, method)
        }
        return try checked(try await call(method, arguments, renewed), method)
    }

    private func checked(_ answer: JSON, _ method: String) throws -> JSON {
        if answer["ok"] == true { return answer }
        let word = answer["error"]?.string?.shortened(to: 80) ?? "no answer that can be read"
        throw NoticeFailure("Slack refused \(method): \(word)", isFinal: !Self.passing.contains(word))
    }

    private func call(_ method: String, _ arguments: JSONObject, _ grant: CredentialGrant) async throws -> JSON {
        guard let token = grant.fields["token"] else {
            throw NoticeFailure("the credential has no token", isFinal: true)
        }
        var base = grant.record.settings["base_url"]?.string ?? Self.standardURL
        while base.hasSuffix("/") { base.removeLast() }
        // Methods that read take no JSON.
        let isForm = method.hasPrefix("users.") || method == "auth.test"
        let fields = arguments.map { (name: $0.name, value: $0.value.string ?? $0.value.text) }
        let request = WebRequest(
            method: "POST", url: "\(base)/\(method)",
            headers: [
                ("Authorization", "Bearer \(token.reveal())"),
                (
                    "Content-Type",
                    isForm ? "application/x-www-form-urlencoded" : "application/json; charset=utf-8"
                ),
            ], body: isForm ? Array(FormText.encoded(fields).utf8) : JSON.object(arguments).bytes(),
            timeout: patience)
        let answer = try await NoticeRequest(web: web, tenant: tenant).send(request, to: "Slack")
        return (try? JSON(parsing: answer.body)) ?? .null
    }
}
