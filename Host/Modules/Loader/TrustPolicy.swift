package import PatchbaySecurity

/// Whose connectors are used.
package enum TrustPolicy: Sendable, Equatable {
    case any
    /// Only those whose `manifest.json` one of these keys has signed. The signature, base64 in
    /// `manifest.sig`, is over the manifest's bytes; these hold the library's digest, so it covers the library too.
    case signed(by: [SignatureKey])
}
