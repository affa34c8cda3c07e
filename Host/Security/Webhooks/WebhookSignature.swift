import PatchbayCore

/// One scheme's rules. Pure.
protocol WebhookSignature {
    /// Throws why a delivery does not prove that its sender knows the secret. `secret` is not empty.
    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal)
    /// The headers that a sender adds; nil when the secret is one that only verifies, such as a public key.
    static func headers(of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp)
        -> [(name: String, value: String)]?
}

extension WebhookSignature {
    /// The bytes that a header holds as hexadecimal text behind a prefix.
    static func hexadecimal(
        _ name: String, _ value: some StringProtocol, prefix: String
    ) throws(WebhookRefusal) -> [UInt8] {
        guard value.hasPrefix(prefix), let claimed = Hexadecimal.bytes(value.dropFirst(prefix.count)),
            claimed.count == 32
        else { throw .malformedHeader(name, wanted: "\(prefix) and 64 hexadecimal digits") }
        return claimed
    }

    /// When it was signed, by a header with seconds since 1970.
    static func moment(_ name: String, _ text: String) throws(WebhookRefusal) -> Timestamp {
        guard (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let seconds = Int64(text)
        else { throw .malformedHeader(name, wanted: "seconds since 1970") }
        return Timestamp(milliseconds: seconds * 1000)
    }

    static func expect(_ claimed: [UInt8], _ right: [UInt8]) throws(WebhookRefusal) {
        guard Digest.areEqual(claimed, right) else { throw .wrongSignature }
    }

    /// Asked once the signature was found right, so that a forger learns nothing about the clock.
    static func expectRecent(_ signed: Timestamp, now: Timestamp) throws(WebhookRefusal) {
        let distance = now - signed
        guard abs(distance) <= WebhookVerification.tolerance else { throw .notNow(seconds: distance / 1000) }
    }
}

extension Secret {
    var bytes: [UInt8] { Array(reveal().utf8) }
}
