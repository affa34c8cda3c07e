import Crypto
import CryptoExtras
import PatchbayJSON

/// A provider's public key (RFC 7517, 7518), for one algorithm: a key that came for one is never used for another, and
/// no secret is ever taken for a key.
struct ProviderKey: Sendable {
    private enum Material {
        case rsa(_RSA.Signing.PublicKey)
        case curve(P256.Signing.PublicKey)
    }

    /// Keys of one provider that are looked at.
    static let most = 32
    /// Bits of the largest modulus: larger ones only cost time.
    private static let largestModulus = 8_192

    let id: String?
    let algorithm: IDToken.Algorithm
    private let material: Material

    /// Nil for what is no key of ours: other kinds, other purposes, or broken.
    init?(_ key: JSON) {
        guard key["use"] == nil || key["use"]?.string == "sig" else { return nil }
        if let uses = key["key_ops"]?.array, !uses.contains("verify") { return nil }
        switch key["kty"]?.string {
        case "RSA":
            guard let modulus = key["n"]?.string.flatMap(Base64.urlBytes)?.drop(while: { $0 == 0 }),
                let exponent = key["e"]?.string.flatMap(Base64.urlBytes),
                modulus.count * 8 <= Self.largestModulus, (1...4).contains(exponent.count),
                // Refuses fewer than 2,048 bits.
                let rsa = try? _RSA.Signing.PublicKey(n: Array(modulus), e: exponent)
            else { return nil }
            (algorithm, material) = (.rs256, .rsa(rsa))
        case "EC":
            guard key["crv"]?.string == "P-256", let x = key["x"]?.string.flatMap(Base64.urlBytes), x.count == 32,
                let y = key["y"]?.string.flatMap(Base64.urlBytes), y.count == 32,
                let point = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else { return nil }
            (algorithm, material) = (.es256, .curve(point))
        default: return nil
        }
        if let stated = key["alg"]?.string, stated != algorithm.rawValue { return nil }
        id = key["kid"]?.string
    }

    func hasSigned(_ message: [UInt8], signature: [UInt8]) -> Bool {
        switch material {
        case .rsa(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: message, padding: .insecurePKCS1v1_5)
        case .curve(let key):
            guard signature.count == 64, let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: message)
        }
    }

    /// Those of a document that can be used.
    static func keys(in document: JSON) throws(OpenIDFailure) -> [ProviderKey] {
        guard let keys = document["keys"]?.array else {
            throw OpenIDFailure(.provider, "the provider's keys are no key set")
        }
        return keys.prefix(most).compactMap(ProviderKey.init)
    }
}
