package import PatchbayModules
package import PatchbaySecurity

extension ConnectorPackage {
    /// Which of these keys has signed its manifest; nil: none.
    package func signer(among keys: [SignatureKey]) -> SignatureKey? {
        guard let manifest = file(Self.manifestName), let text = file(Self.signatureName) else { return nil }
        let signature = String(decoding: text.prefix(1_024), as: UTF8.self).filter { !$0.isWhitespace }
        return keys.first { $0.hasSigned(manifest, signature: signature) }
    }
}
