package import PatchbayCore
import PatchbayJSON

/// Tells people in Slack.
package struct NoticeSlack: NoticeSender {
    /// Characters of a text in a block (https://docs.slack.dev/reference/block-kit/blocks/section-block), with room to spare.
    private static let longest = 2_900

    private let web: any TenantWebExchange
    private let credentials: any CredentialSource
    private let tasks: SlackTasks

    package init(web: any TenantWebExchange, credentials: any CredentialSource, tasks: SlackTasks) {
        self.web = web
        self.credentials = credentials
        self.tasks = tasks
    }

    package func send(_ pending: PendingNotice) async throws -> NoticeEnd {
        let subject = pending.notice.data["subject"]?.string
        if subject == "answer" { return try await SlackAnswers(web: web, parts: tasks).send(pending) }
        let slack = try SlackMethods(
            web: web, credentials: credentials, grant: try await credentials.grant(of: pending), in: pending.tenant)
        if subject == "task" { return try await SlackTaskNotices(slack: slack, parts: tasks).send(pending) }
        let (title, text) = (pending.notice.data["title"]?.string ?? "", pending.notice.data["text"]?.string ?? "")
        _ = try await slack.call(
            "chat.postMessage",
            [
                "channel": .string(pending.notice.recipient), "text": .string(SlackText.escaped(title)),
                "blocks": [SlackText.header(title), SlackText.section(text.shortened(to: Self.longest))],
                "unfurl_links": false,
            ])
        return .sent
    }
}

/// Texts as Slack takes them: as they are, so that nothing in them becomes a link or calls somebody.
enum SlackText {
    /// Outside of blocks (https://docs.slack.dev/messaging/formatting-message-text#escaping).
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// At most 150 characters.
    static func header(_ text: String) -> JSON {
        ["type": "header", "text": plain(text.isEmpty ? "Patchbay" : text.shortened(to: 149))]
    }

    static func section(_ text: String) -> JSON { ["type": "section", "text": plain(text.isEmpty ? "–" : text)] }

    static func plain(_ text: String) -> JSON { ["type": "plain_text", "text": .string(text), "emoji": false] }
}
