import PatchbayCore
import PatchbayOutbound

/// What the connector may do in one call.
struct CallAllowance: Sendable {
    /// Who makes its requests; nil offers no HTTP.
    var outbound: (any RequestSender)?
    /// Where they may go.
    var hosts: [HostPattern] = []
    /// Of these, what the operator lets the tenant reach.
    var tenantEgress = TenantEgress.unlimited
    /// The slot that the call may name; nil when it has no credential.
    var slot: String?
    var attachment: SecretAttachment?
    /// Where the secret may go.
    var attachmentHosts: [HostPattern] = []
    var redaction: Redaction?
    /// By `MonotonicClock`.
    var deadline: Int64 = .max
}
