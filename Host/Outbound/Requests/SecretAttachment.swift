package import PatchbayCore

/// A secret that the host adds to a request at the moment of sending, so that whoever asked for the request never holds
/// it.
package enum SecretAttachment: Sendable {
    /// Sets a header to exactly `value` (`Bearer …`, `Basic …`), in place of one of that name in the request.
    case header(name: String, value: Secret)
    /// Adds a query parameter, in place of one of that name in the URL.
    case query(name: String, value: Secret)
    /// Signs the request with a secret that does not go along.
    case signature(any RequestSigner)
}

extension SecretAttachment {
    /// Masks the secret, and what stands behind a header's scheme word (`Bearer`).
    package var redaction: Redaction {
        switch self {
        case .query(_, let value): Redaction([value])
        case .signature(let signer): Redaction(signer.secrets)
        case .header(_, let value):
            Redaction([value] + value.reveal().split(separator: " ").dropFirst().map { Secret(String($0)) })
        }
    }
}
