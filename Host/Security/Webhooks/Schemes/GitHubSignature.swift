import PatchbayCore

/// `X-Hub-Signature-256: sha256=…`, HMAC-SHA256 of the body. The older `X-Hub-Signature` with SHA-1 alone is not taken
/// (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
enum GitHubSignature: WebhookSignature {
    private static let header = "x-hub-signature-256"
    private static let prefix = "sha256="

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        let claimed = try hexadecimal(header, try delivery.header(header), prefix: prefix)
        try expect(claimed, Digest.hmacSHA256(delivery.body, key: secret.bytes))
    }

    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        [
            ("X-GitHub-Delivery", id),
            ("X-Hub-Signature-256", prefix + Digest.hmacSHA256Hex(delivery.body, key: secret.bytes)),
        ]
    }
}
