package import Crypto
package import CryptoExtras
import FoundationEssentials
package import PatchbayJSON

/// A key that a provider signs with, and what it publishes of it.
package struct TokenKey: Sendable {
    package enum Kind: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case curve(P256.Signing.PrivateKey)
    }

    package let id: String
    package let kind: Kind

    /// ES256, which is made in no time.
    package init(id: String) { (self.id, kind) = (id, .curve(P256.Signing.PrivateKey())) }

    package init(id: String, rsa: _RSA.Signing.PrivateKey) { (self.id, kind) = (id, .rsa(rsa)) }

    package var algorithm: String {
        switch kind {
        case .rsa: "RS256"
        case .curve: "ES256"
        }
    }

    package var published: JSONObject {
        switch kind {
        case .rsa(let key):
            guard let parts = try? key.publicKey.getKeyPrimitives() else { return [:] }
            return [
                "kty": "RSA", "use": "sig", "alg": "RS256", "kid": .string(id),
                "n": .string(Self.text(Array(parts.modulus))), "e": .string(Self.text(Array(parts.publicExponent))),
            ]
        case .curve(let key):
            let point = Array(key.publicKey.rawRepresentation)
            return [
                "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": .string(id),
                "x": .string(Self.text(Array(point[..<32]))), "y": .string(Self.text(Array(point[32...]))),
            ]
        }
    }

    /// A signed token; `header` is added to what tokens say of themselves, and stands in its place.
    package func token(_ claims: JSONObject, header: JSONObject = [:]) throws -> String {
        var head: JSONObject = ["alg": .string(algorithm), "kid": .string(id), "typ": "JWT"]
        for member in header { head[member.name] = member.value }
        let signed = Self.text(JSON.object(head).bytes()) + "." + Self.text(JSON.object(claims).bytes())
        return signed + "." + Self.text(try signature(of: Array(signed.utf8)))
    }

    package func signature(of message: [UInt8]) throws -> [UInt8] {
        switch kind {
        case .rsa(let key): Array(try key.signature(for: message, padding: .insecurePKCS1v1_5).rawRepresentation)
        case .curve(let key): Array(try key.signature(for: message).rawRepresentation)
        }
    }

    /// Base 64 for URLs, without padding.
    package static func text(_ bytes: [UInt8]) -> String {
        String(
            Data(bytes).base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }
}
