import Crypto
import PatchbayCore

/// `webhook-signature: v1,…`, of `webhook-id`, a dot, `webhook-timestamp` (seconds since 1970), a dot and the body: `v1` is
/// HMAC-SHA256 with the secret `whsec_` and Base64; `v1a` is Ed25519, for which the secret given here is the public key
/// `whpk_` and Base64. The header may hold several, by spaces
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
enum StandardWebhooksSignature: WebhookSignature {
    static let secretPrefix = "whsec_"
    private static let publicPrefix = "whpk_"
    private static let signature = "webhook-signature"
    private static let timestamp = "webhook-timestamp"
    private static let identifier = "webhook-id"
    /// More are not looked at.
    private static let mostSignatures = 16

    private enum Key {
        case shared([UInt8])
        case published(Curve25519.Signing.PublicKey)

        var version: Substring {
            switch self {
            case .shared: "v1"
            case .published: "v1a"
            }
        }
    }

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        guard let key = key(secret) else { throw .unusableSecret(wanted: "whsec_ or whpk_ and Base64") }
        let id = try delivery.header(identifier)
        let text = try delivery.header(timestamp)
        let claims = try delivery.header(signature).split(separator: " ").prefix(mostSignatures)
        let moment = try moment(timestamp, text)
        let content = content(delivery.body, id: id, at: text)
        let claimed = claims.compactMap { claim -> [UInt8]? in
            let parts = claim.split(separator: ",", maxSplits: 1)
            return parts.count == 2 && parts[0] == key.version ? Base64.bytes(String(parts[1])) : nil
        }
        guard !claimed.isEmpty else {
            throw .malformedHeader(signature, wanted: "\(key.version), and Base64")
        }
        let isRight =
            switch key {
            case .shared(let bytes):
                claimed.contains { [right = Digest.hmacSHA256(content, key: bytes)] in Digest.areEqual($0, right) }
            case .published(let key): claimed.contains { $0.count == 64 && key.isValidSignature($0, for: content) }
            }
        guard isRight else { throw .wrongSignature }
        try expectRecent(moment, now: now)
    }

    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        guard case .shared(let key) = key(secret) else { return nil }
        let seconds = String(moment.milliseconds / 1000)
        let code = Digest.hmacSHA256(content(delivery.body, id: id, at: seconds), key: key)
        return [
            ("webhook-id", id), ("webhook-timestamp", seconds), ("webhook-signature", "v1," + Base64.text(code)),
        ]
    }

    /// Secrets are also given without their prefix.
    private static func key(_ secret: Secret) -> Key? {
        let text = secret.reveal()
        if text.hasPrefix(publicPrefix) {
            return Base64.bytes(String(text.dropFirst(publicPrefix.count)))
                .flatMap { try? Curve25519.Signing.PublicKey(rawRepresentation: $0) }.map(Key.published)
        }
        let digits = text.hasPrefix(secretPrefix) ? String(text.dropFirst(secretPrefix.count)) : text
        guard let bytes = Base64.bytes(digits), !bytes.isEmpty else { return nil }
        return .shared(bytes)
    }

    private static func content(_ body: [UInt8], id: String, at moment: String) -> [UInt8] {
        Array("\(id).\(moment).".utf8) + body
    }
}
