import PatchbayCore
import PatchbayJSON

/// What a provider vouches for (OpenID Connect Core 1.0, 2), in the compact form of RFC 7515.
struct IDToken: Sendable {
    /// The only ones that are taken. `none` and those with shared secrets (HS256, …) are not among them, so that nobody
    /// can sign with a key that everybody knows.
    enum Algorithm: String, Sendable, CaseIterable {
        case rs256 = "RS256"
        case es256 = "ES256"
    }

    /// What a token must say to be the answer to one question.
    struct Expectation: Sendable {
        var issuer: String
        var clientID: String
        var nonce: String
        /// When the question was asked.
        var askedAt: Timestamp
    }

    /// Bytes of the longest that is read.
    static let longest = 64 << 10
    /// Milliseconds that clocks may differ.
    static let leeway: Int64 = 60_000

    let algorithm: Algorithm
    let keyID: String?
    private let claims: JSON
    private let signed: [UInt8]
    private let signature: [UInt8]

    /// Reads the form; nothing is believed yet.
    init(_ text: String) throws(OpenIDFailure) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count == 3, let head = Self.object(parts[0]),
            let claims = Self.object(parts[1]), let signature = Base64.urlBytes(parts[2])
        else { throw OpenIDFailure(.token, "the ID token is no signed token (RFC 7515)") }
        guard let algorithm = head["alg"]?.string.flatMap(Algorithm.init) else {
            let taken = Algorithm.allCases.map(\.rawValue).joined(separator: " or ")
            throw OpenIDFailure(.token, "the ID token is not signed by \(taken)")
        }
        // Extensions that must be understood (RFC 7515, 4.1.11); none is.
        guard head["crit"] == nil else {
            throw OpenIDFailure(.token, "the ID token needs an extension that is not known here")
        }
        self.algorithm = algorithm
        keyID = head["kid"]?.string
        self.claims = claims
        self.signature = signature
        signed = Array((parts[0] + "." + parts[1]).utf8)
    }

    private static func object(_ part: Substring) -> JSON? {
        guard let bytes = Base64.urlBytes(part), let json = try? JSON(parsing: bytes), json.object != nil else {
            return nil
        }
        return json
    }

    /// Those that may have signed it.
    func candidates(among keys: [ProviderKey]) -> [ProviderKey] {
        keys.filter { $0.algorithm == algorithm && (keyID == nil || $0.id == keyID) }
    }

    func isSigned(by key: ProviderKey) -> Bool { key.hasSigned(signed, signature: signature) }

    /// The claims, when the token is the answer to that question (OpenID Connect Core 1.0, 3.1.3.7). Asked once its
    /// signature was found right.
    func claims(expecting wanted: Expectation, at now: Timestamp) throws(OpenIDFailure) -> JSON {
        func refuse(_ why: String) -> OpenIDFailure { OpenIDFailure(.token, "the ID token \(why)") }
        guard claims["iss"]?.string == wanted.issuer else { throw refuse("is another issuer's (iss)") }
        let audience = claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.array?.compactMap(\.string) ?? []
        guard audience.contains(wanted.clientID) else { throw refuse("is meant for others (aud)") }
        let party = claims["azp"]
        guard party == nil ? audience.count == 1 : party?.string == wanted.clientID else {
            throw refuse("was given to another party (azp)")
        }
        guard let expiry = moment("exp") else { throw refuse("does not say when it ends (exp)") }
        guard expiry + Self.leeway > now else { throw refuse("has expired (exp)") }
        guard let issued = moment("iat") else { throw refuse("does not say when it was made (iat)") }
        guard issued <= now + Self.leeway else { throw refuse("was made in the future (iat)") }
        guard issued + Self.leeway >= wanted.askedAt else { throw refuse("is older than the question (iat)") }
        if claims["nbf"] != nil {
            guard let start = moment("nbf"), start <= now + Self.leeway else {
                throw refuse("does not count yet (nbf)")
            }
        }
        guard let nonce = claims["nonce"]?.string, Digest.areEqual(Array(nonce.utf8), Array(wanted.nonce.utf8)) else {
            throw refuse("answers another question (nonce)")
        }
        return claims
    }

    /// Seconds since 1970, with a fraction perhaps.
    private func moment(_ name: String) -> Timestamp? {
        guard let seconds = claims[name]?.double, (0...1e11).contains(seconds) else { return nil }
        return Timestamp(milliseconds: Int64(seconds * 1_000))
    }
}
