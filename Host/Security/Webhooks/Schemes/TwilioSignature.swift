import PatchbayCore

/// `X-Twilio-Signature`, HMAC-SHA1 in Base64 of the URL and, for a form, of its fields' names and values in the order of
/// the names. Another body is signed by its SHA-256 in the URL's parameter `bodySHA256`
/// (https://www.twilio.com/docs/usage/security#validating-requests).
///
/// Whether the URL is signed with its port depends on Twilio's product, so both are tried, as Twilio's own libraries do.
enum TwilioSignature: WebhookSignature {
    private static let header = "x-twilio-signature"
    private static let digest = "bodySHA256="
    /// More is no form of theirs.
    private static let mostFields = 1_000

    static func verify(_ delivery: SignedDelivery, secret: Secret, now: Timestamp) throws(WebhookRefusal) {
        guard let claimed = Base64.bytes(try delivery.header(header)), claimed.count == 20 else {
            throw .malformedHeader(header, wanted: "20 bytes in Base64")
        }
        guard let fields = fields(of: delivery) else {
            throw .malformedHeader("content-type", wanted: "that of a form, and the URL has no bodySHA256")
        }
        let isRight = forms(of: delivery.url).contains { url in
            Digest.areEqual(claimed, Digest.hmacSHA1(Array(url.utf8) + fields, key: secret.bytes))
        }
        guard isRight else { throw .wrongSignature }
        if let wanted = bodyDigest(in: delivery.url) {
            guard let wanted = Hexadecimal.bytes(wanted), Digest.areEqual(wanted, Digest.sha256(delivery.body)) else {
                throw .wrongSignature
            }
        }
    }

    /// For a URL that names the body's digest, or a form.
    static func headers(
        of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        guard let fields = fields(of: delivery) else { return nil }
        let code = Digest.hmacSHA1(Array(delivery.url.utf8) + fields, key: secret.bytes)
        return [("I-Twilio-Idempotency-Token", id), ("X-Twilio-Signature", Base64.text(code))]
    }

    private static func bodyDigest(in url: String) -> Substring? {
        guard let query = url.split(separator: "?", maxSplits: 1).dropFirst().first else { return nil }
        return query.split(separator: "&").first { $0.hasPrefix(digest) }?.dropFirst(digest.count)
    }

    /// What is signed behind the URL; nil for a body that nothing would protect.
    private static func fields(of delivery: SignedDelivery) -> [UInt8]? {
        guard bodyDigest(in: delivery.url) == nil, !delivery.body.isEmpty else { return [] }
        let type = delivery.headers["content-type"]?.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded"),
            let fields = FormText.decoded(delivery.body, most: mostFields)
        else { return nil }
        // A value that comes twice is signed once.
        let unique = Dictionary(grouping: fields, by: \.name).mapValues { Set($0.map(\.value)).sorted() }
        return unique.sorted { $0.key < $1.key }.flatMap { name, values in
            values.flatMap { Array(name.utf8) + Array($0.utf8) }
        }
    }

    private static func forms(of url: String) -> [String] {
        guard let scheme = ["https://": ":443", "http://": ":80"].first(where: { url.hasPrefix($0.key) }) else {
            return [url]
        }
        let rest = url.dropFirst(scheme.key.count)
        let host = rest.prefix { !"/?#".contains($0) }
        let tail = rest.dropFirst(host.count)
        let name = host.prefix { $0 != ":" }
        let other = host.contains(":") ? "\(scheme.key)\(name)\(tail)" : "\(scheme.key)\(name)\(scheme.value)\(tail)"
        return [url, other]
    }
}
