package import PatchbayCore

/// The secret of an account's one-time codes, sealed under the installation's own key.
package enum AccountSecret {
    /// What it is bound to.
    package static func binding(of account: AccountID) -> [UInt8] { Array("totp:\(account)".utf8) }

    /// The same secret under the key itself; nil when it sealed it already. Throws `SecurityError` when neither it nor one
    /// of those it also opens did.
    package static func sealedAnew(
        _ sealed: [UInt8], of account: AccountID, under key: SealingKey
    ) throws(SecurityError) -> [UInt8]? {
        guard !key.isSealer(of: sealed) else { return nil }
        let binding = binding(of: account)
        return try key.seal(try key.open(sealed, boundTo: binding), boundTo: binding)
    }
}
