import PatchbayCore

/// `Authorization: Basic …` (RFC 7617). The secret is the user's name, a colon and the password.
enum BasicSignature: WebhookSignature {
    private static let header = "authorization"

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        let value = try delivery.header(header)
        guard value.lowercased().hasPrefix("basic "), let claimed = Base64.bytes(String(value.dropFirst(6))) else {
            throw .malformedHeader(header, wanted: "Basic and Base64")
        }
        try expect(claimed, secret.bytes)
    }

    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        [("X-Patchbay-Delivery-ID", id), ("Authorization", "Basic " + Base64.text(secret.bytes))]
    }
}
