package import PatchbayCore

/// A text that opens something in a tenant: an API key, an invitation, the way back from an authorisation server. It is
/// `pbk_`, `pbi_` or `pbo_`, the tenant (26 characters of its id), and 32 random characters; the tenant stands in it so
/// that it is looked for in that tenant's rows only. It is given out once; stored is its digest.
package struct TenantToken: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case apiKey = "pbk_"
        case invitation = "pbi_"
        /// The state that goes to an authorisation server and comes back from it (RFC 6749, 4.1.1).
        case authorization = "pbo_"
    }

    private static let tenantLength = 26
    private static let secretLength = 32
    /// Characters of the random part that lists show.
    private static let shown = 4

    package let kind: Kind
    package let tenant: TenantID
    private let text: String

    /// A new one.
    package init(_ kind: Kind, for tenant: TenantID) {
        self.kind = kind
        self.tenant = tenant
        // 20 bytes are 32 characters.
        let random = Base32.text(RandomBytes.make(20)).lowercased()
        text = kind.rawValue + tenant.description.dropFirst(TenantTag.prefix.utf8.count + 1) + random
    }

    /// Reads what somebody presents; nil when it cannot be a token of that kind.
    package init?(_ text: String, kind: Kind) {
        let start = kind.rawValue
        guard text.hasPrefix(start), text.utf8.count == start.utf8.count + Self.tenantLength + Self.secretLength,
            text.utf8.allSatisfy({ $0 < 0x80 }),
            let tenant = TenantID(TenantTag.prefix + "_" + text.dropFirst(start.count).prefix(Self.tenantLength))
        else { return nil }
        self.kind = kind
        self.tenant = tenant
        self.text = text
    }

    package var secret: Secret { Secret(text) }

    /// What is stored.
    package var digest: [UInt8] { Digest.sha256(Array(text.utf8)) }

    /// What tells it from the tenant's others: `pbk_…abcd`.
    package var prefix: String {
        kind.rawValue + "…" + text.dropFirst(kind.rawValue.count + Self.tenantLength).prefix(Self.shown)
    }
}
