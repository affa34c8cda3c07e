import ConnectorSDK

/// Slack's word for why it did not do something, and what it means
/// (https://docs.slack.dev/reference/methods/chat.postMessage#errors and the other methods' pages).
struct SlackRefusal {
    let word: String

    init(_ word: String) { self.word = word }

    var code: ConnectorError.Code {
        switch word {
        case "channel_not_found", "message_not_found", "user_not_found", "users_not_found", "thread_not_found",
            "user_not_visible":
            .notFound
        case "not_authed", "invalid_auth", "account_inactive", "token_revoked", "missing_scope", "no_permission",
            "not_in_channel", "restricted_action", "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "ekm_access_denied",
            "not_allowed_token_type", "access_denied", "accesslimited", "team_access_not_granted",
            "enterprise_is_restricted", "org_login_required", "two_factor_setup_required",
            "posting_to_general_channel_denied":
            .authDenied
        case "token_expired":
            .authExpired
        case "already_reacted", "cant_update_message", "edit_window_closed", "is_archived", "is_inactive",
            "user_disabled", "team_added_to_org", "too_many_reactions", "too_many_emoji",
            "method_not_supported_for_channel_type":
            .conflict
        case "ratelimited", "rate_limited", "message_limit_exceeded":
            .rateLimited
        case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "external_channel_migrating":
            .unavailable
        case "no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format",
            "too_many_attachments", "invalid_arguments", "invalid_name", "bad_timestamp", "invalid_arg_name",
            "invalid_array_arg", "invalid_channel", "cannot_dm_bot", "not_enough_users", "users_list_not_supplied",
            "too_many_users", "no_item_specified", "cannot_reply_to_message", "slack_connect_file_link_sharing_blocked":
            .invalidInput
        case "method_deprecated", "deprecated_endpoint", "unknown_method":
            .unsupported
        default:
            .upstream
        }
    }

    /// Whether Slack may have done something before it failed: a refusal says no, a failure of its own says nothing.
    var mayHaveHadEffect: Bool { code == .unavailable || word == "unknown_error" }

    /// The argument at fault, by the names that methods give it; no method has two of them.
    var arguments: [String] {
        switch word {
        case "channel_not_found", "invalid_channel", "is_archived", "not_in_channel": ["channel"]
        case "no_text", "msg_too_long": ["text"]
        case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long": ["blocks"]
        case "user_not_found", "users_not_found", "cannot_dm_bot", "user_disabled", "user_not_visible": ["users"]
        case "invalid_name": ["name"]
        case "bad_timestamp", "message_not_found": ["ts", "timestamp"]
        case "thread_not_found", "cannot_reply_to_message": ["thread_ts"]
        default: []
        }
    }

    /// What to do about the refusals that people meet most.
    var advice: String? { Self.advice[word] }

    private static let advice = [
        "not_in_channel": "Invite the app to the channel: /invite @app.",
        "channel_not_found": "Use the channel's id, and invite the app when the channel is private.",
        "missing_scope": "Add the scope to the Slack app and install it again.",
        "invalid_auth": "Replace the credential's token: it is wrong or was revoked.",
        "not_authed": "Give the node a credential with the app's bot token.",
        "token_revoked": "Replace the credential's token: it was revoked.",
        "is_archived": "The channel is archived.",
        "cant_update_message": "An app may change only messages that it has sent itself.",
    ]
}
