package import PatchbayCore

/// Checks who sent a webhook delivery. Pure.
package enum WebhookVerification {
    /// Milliseconds between the sender's clock and ours past which a delivery counts as replayed, where its time is signed.
    package static let tolerance: Int64 = 5 * 60 * 1000

    /// Why a delivery is not accepted; nil when it is. While a secret is being replaced there are several: any of them
    /// will do, and the refusal is that by the first.
    package static func refusal(
        scheme: WebhookScheme, secrets: [Secret], of delivery: SignedDelivery, now: Timestamp
    ) -> WebhookRefusal? {
        guard let signature = scheme.signature else { return nil }
        var first: WebhookRefusal?
        for secret in secrets where !secret.reveal().isEmpty {
            do throws(WebhookRefusal) {
                try signature.verify(delivery, secret: secret, now: now)
                return nil
            } catch {
                // That a signature was right once says more than that another secret is wrong.
                if case .notNow = error { return error }
                first = first ?? error
            }
        }
        return first ?? .noSecret
    }

    /// The headers that a sender adds to a delivery, beside those that name it; nil when nobody could sign with this
    /// secret, because it is a public key.
    package static func headers(
        scheme: WebhookScheme, of delivery: SignedDelivery, id: String, secret: Secret, at moment: Timestamp
    ) -> [(name: String, value: String)]? {
        guard let signature = scheme.signature else { return [] }
        return signature.headers(of: delivery, id: id, secret: secret, at: moment)
    }

    /// A new secret as the scheme's senders take it, of 32 random bytes.
    package static func newSecret(for scheme: WebhookScheme) -> Secret {
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255) }
        switch scheme {
        case .standardWebhooks, .gitlab: return Secret(StandardWebhooksSignature.secretPrefix + Base64.text(bytes))
        case .basic: return Secret("patchbay:" + Hexadecimal.text(bytes))
        default: return Secret(Hexadecimal.text(bytes))
        }
    }
}
