import PatchbayCore

/// `X-Slack-Signature: v0=…`, HMAC-SHA256 of `v0:`, `X-Slack-Request-Timestamp`, a colon and the body
/// (https://docs.slack.dev/authentication/verifying-requests-from-slack).
enum SlackSignature: WebhookSignature {
    private static let signature = "x-slack-signature"
    private static let timestamp = "x-slack-request-timestamp"

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        let claimed = try hexadecimal(signature, try delivery.header(signature), prefix: "v0=")
        let text = try delivery.header(timestamp)
        let moment = try moment(timestamp, text)
        try expect(claimed, code(delivery.body, at: text, secret))
        try expectRecent(moment, now: now)
    }

    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        let seconds = String(moment.milliseconds / 1000)
        return [
            ("X-Slack-Request-Timestamp", seconds),
            ("X-Slack-Signature", "v0=" + Hexadecimal.text(code(delivery.body, at: seconds, secret))),
        ]
    }

    private static func code(_ body: [UInt8], at moment: String, _ secret: Secret) -> [UInt8] {
        Digest.hmacSHA256(Array("v0:\(moment):".utf8) + body, key: secret.bytes)
    }
}
