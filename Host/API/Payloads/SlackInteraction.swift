import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// A button that somebody has pressed in Slack
/// (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload), as far as it matters here.
struct SlackInteraction: Equatable {
    /// The id of who has pressed.
    let user: String
    let action: String
    /// What the button carries.
    let token: String
    /// Where an answer may be sent.
    let responseURL: String?
    /// What this press is known by: of what is sent twice the second is nothing new.
    let press: String

    /// Nil when there is no such button in a form's field `payload`.
    init?(_ body: [UInt8]) {
        guard
            let text = FormFields(String(decoding: body, as: UTF8.self))?.fields.first(where: { $0.name == "payload" })?
                .value,
            let payload = try? JSON(parsing: Array(text.utf8)), payload["type"] == "block_actions",
            let action = payload["actions"]?.array?.first, let id = action["action_id"]?.string,
            let token = action["value"]?.string, let user = payload["user"]?["id"]?.string,
            (1...Self.longestID).contains(user.utf8.count)
        else { return nil }
        self.user = user
        self.action = id
        self.token = token
        responseURL = payload["response_url"]?.string
        press = Hexadecimal.text(Array(Digest.sha256(body).prefix(12)))
    }

    private static let longestID = 64
}
