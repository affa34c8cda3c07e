package import PatchbayCore

/// How a sender proves that a webhook delivery is its own.
package enum WebhookScheme: String, Sendable, CaseIterable {
    /// `X-Hub-Signature-256: sha256=…`, HMAC-SHA256 of the body
    /// (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
    case github
    /// `X-Patchbay-Signature: sha256=…`, HMAC-SHA256 of `X-Patchbay-Timestamp` (seconds since 1970), a dot and the
    /// body.
    case patchbay
    /// Nothing: whoever knows the URL may deliver.
    case none
}

extension WebhookScheme {
    /// In lower case; nil where nothing is signed.
    fileprivate var signatureHeader: String? {
        switch self {
        case .github: "x-hub-signature-256"
        case .patchbay: "x-patchbay-signature"
        case .none: nil
        }
    }
}

/// Checks the signature of a webhook delivery. Pure.
package enum WebhookVerification {
    /// Milliseconds between the sender's clock and ours past which a delivery counts as replayed.
    package static let tolerance: Int64 = 5 * 60 * 1000

    private static let timestampHeader = "x-patchbay-timestamp"
    private static let algorithm = "sha256="

    /// Why a delivery is not accepted; nil when it is. The names of the headers may be of any case.
    package static func refusal(
        scheme: WebhookScheme, secret: Secret?, headers: [String: String], body: [UInt8], now: Timestamp
    ) -> WebhookRefusal? {
        guard let signatureHeader = scheme.signatureHeader else { return nil }
        guard let key = secret.map({ Array($0.reveal().utf8) }), !key.isEmpty else { return .noSecret }
        guard let signature = value(signatureHeader, in: headers) else { return .missingHeader(signatureHeader) }
        guard signature.hasPrefix(algorithm), let claimed = Hexadecimal.bytes(signature.dropFirst(algorithm.count)),
            claimed.count == 32
        else { return .malformedHeader(signatureHeader, wanted: "sha256= and 64 hexadecimal digits") }
        guard scheme == .patchbay else {
            return Digest.areEqual(claimed, Digest.hmacSHA256(body, key: key)) ? nil : .wrongSignature
        }
        guard let moment = value(timestampHeader, in: headers) else { return .missingHeader(timestampHeader) }
        guard (1...12).contains(moment.utf8.count), moment.utf8.allSatisfy({ (48...57).contains($0) }),
            let seconds = Int64(moment)
        else { return .malformedHeader(timestampHeader, wanted: "seconds since 1970") }
        let signed = Array(moment.utf8) + [UInt8(ascii: ".")] + body
        guard Digest.areEqual(claimed, Digest.hmacSHA256(signed, key: key)) else { return .wrongSignature }
        let distance = now - Timestamp(milliseconds: seconds * 1000)
        return abs(distance) > tolerance ? .notNow(seconds: distance / 1000) : nil
    }

    /// The headers that a sender adds to a delivery.
    package static func headers(
        scheme: WebhookScheme, secret: Secret, body: [UInt8], at moment: Timestamp
    ) -> [(name: String, value: String)] {
        let key = Array(secret.reveal().utf8)
        switch scheme {
        case .none: return []
        case .github: return [("X-Hub-Signature-256", algorithm + Digest.hmacSHA256Hex(body, key: key))]
        case .patchbay:
            let seconds = String(moment.milliseconds / 1000)
            let signature = Digest.hmacSHA256Hex(Array((seconds + ".").utf8) + body, key: key)
            return [("X-Patchbay-Timestamp", seconds), ("X-Patchbay-Signature", algorithm + signature)]
        }
    }

    private static func value(_ name: String, in headers: [String: String]) -> String? {
        headers[name] ?? headers.first { $0.key.lowercased() == name }?.value
    }
}
