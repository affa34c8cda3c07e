import PatchbayCore

/// `X-Patchbay-Signature: sha256=…`, HMAC-SHA256 of `X-Patchbay-Timestamp` (seconds since 1970), a dot and the body.
enum PatchbaySignature: WebhookSignature {
    private static let signature = "x-patchbay-signature"
    private static let timestamp = "x-patchbay-timestamp"
    private static let prefix = "sha256="

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        let claimed = try hexadecimal(signature, try delivery.header(signature), prefix: prefix)
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
            ("X-Patchbay-Delivery-ID", id), ("X-Patchbay-Timestamp", seconds),
            ("X-Patchbay-Signature", prefix + Hexadecimal.text(code(delivery.body, at: seconds, secret))),
        ]
    }

    private static func code(_ body: [UInt8], at moment: String, _ secret: Secret) -> [UInt8] {
        Digest.hmacSHA256(Array(moment.utf8) + [UInt8(ascii: ".")] + body, key: secret.bytes)
    }
}
