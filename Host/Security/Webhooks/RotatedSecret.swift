package import PatchbayCore

/// A secret that was replaced, and is good for a while yet: it stands beside the new one in the credential, sealed like
/// that. Pure.
package enum RotatedSecret {
    /// Beside the kind's own field.
    private static let previous = "previous"
    /// Milliseconds since 1970, in decimal.
    private static let until = "previous_until"

    /// Milliseconds for which the former one stays good, unless somebody says otherwise.
    package static let overlap: Int64 = 24 * 3_600_000
    package static let longestOverlap: Int64 = 30 * 24 * 3_600_000

    /// All that are good at a moment, the present one first.
    package static func secrets(in grant: CredentialGrant, at now: Timestamp) -> [Secret] {
        var secrets: [Secret] = []
        if let present = grant.fields[CredentialKind.secret.fields[0]] { secrets.append(present) }
        if let former = grant.fields[previous], let end = end(of: grant), now < end { secrets.append(former) }
        return secrets
    }

    /// The credential with a new secret; the present one stays good until then.
    package static func replacing(
        _ grant: CredentialGrant, by secret: Secret, keepingUntil end: Timestamp, at now: Timestamp
    ) -> CredentialGrant {
        var next = grant
        let field = CredentialKind.secret.fields[0]
        next.fields[previous] = grant.fields[field]
        next.fields[until] = Secret(String(end.milliseconds))
        next.fields[field] = secret
        next.record.updatedAt = now
        return next
    }

    private static func end(of grant: CredentialGrant) -> Timestamp? {
        grant.fields[until].flatMap { Int64($0.reveal()) }.map { Timestamp(milliseconds: $0) }
    }
}
