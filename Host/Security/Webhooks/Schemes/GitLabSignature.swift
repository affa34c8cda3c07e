import PatchbayCore

/// With a secret token, `X-Gitlab-Token` is that token (https://docs.gitlab.com/user/project/integrations/webhooks/). With a
/// signing token, which begins with `whsec_`, the delivery is signed as Standard Webhooks say
/// (https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944); then the token alone is not enough.
enum GitLabSignature: WebhookSignature {
    private static let header = "x-gitlab-token"

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        guard !isSigning(secret) else {
            return try StandardWebhooksSignature.verify(delivery, secret: secret, now: now)
        }
        try expect(Array(try delivery.header(header).utf8), secret.bytes)
    }

    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        guard !isSigning(secret) else {
            return StandardWebhooksSignature.headers(of: delivery, id: id, secret: secret, at: moment)
        }
        return [("Idempotency-Key", id), ("X-Gitlab-Token", secret.reveal())]
    }

    private static func isSigning(_ secret: Secret) -> Bool {
        secret.reveal().hasPrefix(StandardWebhooksSignature.secretPrefix)
    }
}
