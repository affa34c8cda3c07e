import PatchbayModules
import PatchbaySecurity

extension HostConfiguration {
    /// Whose connectors are used. Throws for a key that is none.
    var trustPolicy: TrustPolicy {
        get throws {
            trustedKeys.isEmpty ? .any : .signed(by: try trustedKeys.map { try SignatureKey(base64: $0) })
        }
    }
}
