import ConnectorSDK
import PatchbayJSON

/// Calls of Web API methods. Slack answers 200 with `"ok": false` for most failures
/// (https://docs.slack.dev/apis/web-api#responses).
struct SlackAPI {
    let context: Context
    private let baseURL: String

    init(_ context: Context) throws {
        self.context = context
        self.baseURL = try context.settings(SlackSettings.self).baseURL
    }

    /// Calls a method with a JSON body; answers what it said when it went well.
    func call(_ method: String, _ arguments: JSONObject) async throws -> JSON {
        let response = try await context.http.send(
            HTTPRequest(
                .post, "\(baseURL)/\(method)", headers: [("Content-Type", "application/json; charset=utf-8")],
                body: .json(.object(arguments))))
        guard response.isSuccess else { throw ConnectorError(response) }
        let answer = try response.json()
        if let warnings = answer["response_metadata"]?["warnings"] {
            context.log(.warning, "Slack warns about \(method).", ["warnings": warnings])
        }
        guard answer["ok"]?.bool == true else { throw failure(answer, of: method) }
        return answer
    }

    private func failure(_ answer: JSON, of method: String) -> ConnectorError {
        let word = answer["error"]?.string ?? "unknown_error"
        let code: ConnectorError.Code =
            switch word {
            case "channel_not_found", "message_not_found", "user_not_found", "users_not_found": .notFound
            case "not_authed", "invalid_auth", "account_inactive", "token_revoked", "missing_scope", "no_permission",
                "not_in_channel", "is_archived", "restricted_action", "ekm_access_denied", "not_allowed_token_type":
                .authDenied
            case "token_expired": .authExpired
            case "already_reacted", "cant_update_message", "edit_window_closed": .conflict
            case "ratelimited", "rate_limited", "message_limit_exceeded": .rateLimited
            case "internal_error", "fatal_error", "service_unavailable", "request_timeout": .unavailable
            case "no_text", "msg_too_long", "invalid_blocks", "invalid_blocks_format", "too_many_attachments",
                "invalid_arguments", "invalid_name", "bad_timestamp", "invalid_arg_name", "cannot_dm_bot",
                "too_many_emoji", "too_many_reactions":
                .invalidInput
            default: .upstream
            }
        let isServerFailure = code == .unavailable || word == "unknown_error"
        return ConnectorError(
            code, "Slack refused \(method): \(word)\(Self.advice[word].map { ". \($0)" } ?? ".")",
            effect: isServerFailure ? .unknown : .none, vendorCode: word, detail: answer["response_metadata"])
    }

    /// What to do about the refusals that people meet most.
    private static let advice = [
        "not_in_channel": "Invite the app to the channel: /invite @app.",
        "channel_not_found": "Use the channel's id, and invite the app when the channel is private.",
        "missing_scope": "Add the scope to the Slack app and install it again.",
        "invalid_auth": "Replace the credential's token: it is wrong or was revoked.",
        "is_archived": "The channel is archived.",
    ]
}
