import PatchbayCore

/// `Stripe-Signature: t=…,v1=…`, HMAC-SHA256 of the time (seconds since 1970), a dot and the body. There are several `v1`
/// while a secret is being rolled; other versions are passed over (https://docs.stripe.com/webhooks/signatures).
enum StripeSignature: WebhookSignature {
    private static let header = "stripe-signature"
    private static let wanted = "t=, a time, and v1= with 64 hexadecimal digits, by commas"
    /// More are not looked at.
    private static let mostParts = 16

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        let parts = try delivery.header(header).split(separator: ",").prefix(mostParts).map { part in
            part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        }
        guard let time = parts.first(where: { $0.first == "t" && $0.count == 2 }).map({ String($0[1]) }) else {
            throw .malformedHeader(header, wanted: wanted)
        }
        let claims = parts.filter { $0.first == "v1" && $0.count == 2 }.compactMap { Hexadecimal.bytes($0[1]) }
            .filter { $0.count == 32 }
        guard !claims.isEmpty else { throw .malformedHeader(header, wanted: wanted) }
        let moment = try moment(header, time)
        let right = code(delivery.body, at: time, secret)
        guard claims.contains(where: { Digest.areEqual($0, right) }) else { throw .wrongSignature }
        try expectRecent(moment, now: now)
    }

    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        let seconds = String(moment.milliseconds / 1000)
        return [
            ("Stripe-Signature", "t=\(seconds),v1=" + Hexadecimal.text(code(delivery.body, at: seconds, secret)))
        ]
    }

    private static func code(_ body: [UInt8], at moment: String, _ secret: Secret) -> [UInt8] {
        Digest.hmacSHA256(Array("\(moment).".utf8) + body, key: secret.bytes)
    }
}
