import PatchbayCore
import PatchbayJSON

/// `"slack": {"credential": "team-slack", "secret": "SLACK_SIGNING_SECRET", "channel": "#approvals"}`
extension HumanNode {
    static let slackMember = MemberSchema(
        "slack", "Slack", "Where in Slack people are asked, with a button for each option.",
        .members(slackMembers),
        examples: [["credential": "team-slack", "secret": "SLACK_SIGNING_SECRET", "channel": "#approvals"]])

    private static let slackMembers = [
        MemberSchema(
            "credential", "Credential", "The name of a credential for the connector `slack`, which posts.",
            .text(limit: 100), required: true, examples: ["team-slack"]),
        MemberSchema(
            "secret", "Signing secret",
            "The name of a credential of the kind secret with the Slack app's signing secret, by which presses are "
                + "verified.", .text(limit: 100), required: true, examples: ["SLACK_SIGNING_SECRET"]),
        MemberSchema(
            "channel", "Channel", "A channel's name or id; direct messages when absent.",
            .text(limit: SlackPlace.longestChannel), examples: ["#approvals"]),
    ]

    static func readSlack(_ outer: inout MemberReader, _ credentials: CredentialCheck?) -> SlackPlace? {
        guard let object = outer.object("slack") else { return nil }
        var reader = MemberReader(
            object, at: outer.pointer(to: "slack"), of: outer.node, subject: "\"slack\" of \(outer.subject)")
        defer { outer.adopt(reader.problems) }
        reader.refuseUnknown(known: slackMembers.map(\.name))
        let credential = reader.text("credential", required: true, limit: 100)
        let secret = reader.text("secret", required: true, limit: 100)
        let channel = reader.text("channel", limit: SlackPlace.longestChannel)
        if let channel, channel.contains("{{") {
            reader.report(
                "bad-value", at: "channel", "\"channel\" of \(reader.subject) takes no expression",
                hint: "write a channel's name or id, such as \"#approvals\"")
        }
        if let credentials {
            check("credential", credential, &reader, credentials.checkSlack)
            check("secret", secret, &reader, credentials.checkSecret)
        }
        guard let credential, let secret else { return nil }
        return SlackPlace(credential: credential, secret: secret, channel: channel)
    }

    private static func check(
        _ member: String, _ name: String?, _ reader: inout MemberReader,
        _ body: (String) throws(CredentialCheck.Refusal) -> Void
    ) {
        guard let name else { return }
        do throws(CredentialCheck.Refusal) {
            try body(name)
        } catch {
            reader.report(error.code, at: member, error.message, hint: error.hint)
        }
    }
}
