import PatchbayCore
import PatchbayExpressions
import PatchbaySecurity
import PatchbayTimeZones

extension Surroundings {
    /// This moment, the system's time zones and true randomness.
    static func present() -> Surroundings {
        Surroundings(
            now: Instant(SystemTime().now), seed: (0..<32).map { _ in UInt8.random(in: 0...255) },
            zones: SystemTimeZones(), digest: digest)
    }

    private static let digest: @Sendable (Digest, [UInt8]) -> [UInt8] = { algorithm, bytes in
        switch algorithm {
        case .sha256: PatchbaySecurity.Digest.sha256(bytes)
        case .sha384: PatchbaySecurity.Digest.sha384(bytes)
        case .sha512: PatchbaySecurity.Digest.sha512(bytes)
        case .sha1: PatchbaySecurity.Digest.sha1(bytes)
        case .md5: PatchbaySecurity.Digest.md5(bytes)
        }
    }
}
