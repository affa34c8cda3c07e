import PatchbayCore

/// `Authorization: Bearer …` (RFC 6750). The secret is the token.
enum BearerSignature: WebhookSignature {
    static let header = "authorization"

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        try expect(Array(try token(of: delivery).utf8), secret.bytes)
    }

    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        [("X-Patchbay-Delivery-ID", id), ("Authorization", "Bearer " + secret.reveal())]
    }

    static func token(of delivery: SignedDelivery) throws(WebhookRefusal) -> String {
        let value = try delivery.header(header)
        guard value.lowercased().hasPrefix("bearer ") else {
            throw .malformedHeader(header, wanted: "Bearer and a token")
        }
        return String(value.dropFirst(7))
    }
}
