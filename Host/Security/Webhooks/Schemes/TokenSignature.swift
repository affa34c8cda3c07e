import Crypto
import CryptoExtras
import PatchbayCore
import PatchbayJSON

/// `Authorization: Bearer …` with a signed token (RFC 7519). What the secret is decides how tokens are verified, and never
/// what a token says of itself (RFC 8725, 3.1): a public key in PEM or as a JWK or JWK set is for RS256 or ES256, whichever
/// it is made for; anything else is the shared secret of HS256.
enum TokenSignature: WebhookSignature {
    /// Milliseconds that clocks may differ.
    private static let leeway: Int64 = 60_000
    /// Bytes of the longest token that is read.
    private static let longest = 16 << 10

    private enum Key {
        case shared([UInt8])
        case published([ProviderKey])
        case rsa(_RSA.Signing.PublicKey)
        case curve(P256.Signing.PublicKey)
    }

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        guard let key = key(secret) else { throw .unusableSecret(wanted: "a public key that is known here") }
        let text = try BearerSignature.token(of: delivery)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= longest, parts.count == 3, let head = object(parts[0]), let claims = object(parts[1]),
            let signature = Base64.urlBytes(parts[2]), let algorithm = head["alg"]?.string, head["crit"] == nil
        else { throw malformed }
        let signed = Array((parts[0] + "." + parts[1]).utf8)
        guard isRight(signature, of: signed, by: algorithm, named: head["kid"]?.string, key) else {
            throw .wrongSignature
        }
        try check(claims, now)
    }

    private static let malformed = WebhookRefusal.malformedHeader(
        BearerSignature.header, wanted: "Bearer and a signed token (RFC 7519)")

    private static func isRight(
        _ signature: [UInt8], of signed: [UInt8], by algorithm: String, named id: String?, _ key: Key
    ) -> Bool {
        switch (algorithm, key) {
        case ("HS256", .shared(let key)): Digest.areEqual(signature, Digest.hmacSHA256(signed, key: key))
        case ("RS256", .rsa(let key)):
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: signed, padding: .insecurePKCS1v1_5)
        case ("ES256", .curve(let key)):
            signature.count == 64
                && ((try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { key.isValidSignature($0, for: signed) } ?? false)
        case (_, .published(let keys)):
            keys.contains {
                $0.algorithm.rawValue == algorithm && (id == nil || $0.id == nil || $0.id == id)
                    && $0.hasSigned(signed, signature: signature)
            }
        default: false
        }
    }

    /// A token without an end would be good for ever, for whoever sees it once.
    private static func check(_ claims: JSON, _ now: Timestamp) throws(WebhookRefusal) {
        guard let end = moment(claims["exp"]) else {
            throw .malformedHeader(BearerSignature.header, wanted: "a token that says when it ends (exp)")
        }
        guard end + leeway > now else { throw .notNow(seconds: (now - end) / 1000) }
        for name in ["nbf", "iat"] where claims[name] != nil {
            guard let start = moment(claims[name]) else { throw malformed }
            guard start <= now + leeway else { throw .notNow(seconds: (now - start) / 1000) }
        }
    }

    private static func moment(_ claim: JSON?) -> Timestamp? {
        guard let seconds = claim?.double, (0...1e11).contains(seconds) else { return nil }
        return Timestamp(milliseconds: Int64(seconds * 1_000))
    }

    private static func object(_ part: Substring) -> JSON? {
        guard let bytes = Base64.urlBytes(part), let json = try? JSON(parsing: bytes), json.object != nil else {
            return nil
        }
        return json
    }

    private static func key(_ secret: Secret) -> Key? {
        let text = secret.reveal().drop { $0.isWhitespace }
        if text.hasPrefix("-----BEGIN") {
            if let rsa = try? _RSA.Signing.PublicKey(pemRepresentation: String(text)) { return .rsa(rsa) }
            return (try? P256.Signing.PublicKey(pemRepresentation: String(text))).map(Key.curve)
        }
        if text.first == "{" {
            guard let json = try? JSON(parsing: Array(text.utf8)) else { return nil }
            let keys = (json["keys"]?.array ?? [json]).prefix(ProviderKey.most).compactMap(ProviderKey.init)
            return keys.isEmpty ? nil : .published(keys)
        }
        return .shared(secret.bytes)
    }

    /// A token that is good for a minute; nil for a public key.
    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        guard case .shared(let key) = key(secret) else { return nil }
        let seconds = moment.milliseconds / 1000
        let head: JSON = ["alg": "HS256", "typ": "JWT"]
        let claims: JSON = ["iat": .int(seconds), "exp": .int(seconds + 60), "jti": .string(id)]
        let signed = Base64.urlText(head.bytes()) + "." + Base64.urlText(claims.bytes())
        let signature = Base64.urlText(Digest.hmacSHA256(Array(signed.utf8), key: key))
        return [("X-Patchbay-Delivery-ID", id), ("Authorization", "Bearer \(signed).\(signature)")]
    }
}
