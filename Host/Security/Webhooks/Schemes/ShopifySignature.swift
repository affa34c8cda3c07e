import PatchbayCore

/// `X-Shopify-Hmac-Sha256`, HMAC-SHA256 of the body in Base64
/// (https://shopify.dev/docs/apps/build/webhooks/subscribe/https#step-2-validate-the-origin-of-your-webhook-to-ensure-its-coming-from-shopify).
enum ShopifySignature: WebhookSignature {
    private static let header = "x-shopify-hmac-sha256"

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        guard let claimed = Base64.bytes(try delivery.header(header)), claimed.count == 32 else {
            throw .malformedHeader(header, wanted: "32 bytes in Base64")
        }
        try expect(claimed, Digest.hmacSHA256(delivery.body, key: secret.bytes))
    }

    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        [
            ("X-Shopify-Webhook-Id", id),
            ("X-Shopify-Hmac-Sha256", Base64.text(Digest.hmacSHA256(delivery.body, key: secret.bytes))),
        ]
    }
}
