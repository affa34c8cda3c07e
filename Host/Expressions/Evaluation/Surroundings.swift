package import PatchbayCore

/// What functions need of the world around an expression. Whoever evaluates gives it, so that an evaluation that is done
/// again, with the same surroundings, gives the same. A class, because it is handed on with every call and never changes.
package final class Surroundings: Sendable {
    /// The ways to reduce bytes to a few that stand for them.
    package enum Digest: String, Sendable, CaseIterable {
        case sha256, sha384, sha512, sha1, md5
    }

    /// What `now()` gives, the same for a whole evaluation; nil where there is no present, and then `now()` is an error.
    package let now: Instant?
    /// What the values of `uuid()` are made from: 16 bytes or more that nobody can guess. Nil makes `uuid()` an error.
    package let seed: [UInt8]?
    /// Where named zones come from; without any there are UTC and fixed offsets.
    package let zones: any TimeZones
    /// The digest of some bytes. Nil makes `hash` and `uuid` errors: this module has no cryptography of its own.
    package let digest: (@Sendable (Digest, [UInt8]) -> [UInt8])?

    package init(
        now: Instant? = nil, seed: [UInt8]? = nil, zones: any TimeZones = FixedTimeZones(),
        digest: (@Sendable (Digest, [UInt8]) -> [UInt8])? = nil
    ) {
        self.now = now
        self.seed = seed
        self.zones = zones
        self.digest = digest
    }

    /// No present, no randomness, no zones but fixed ones.
    package static let none = Surroundings()
}
