import CryptoExtras
import FoundationEssentials

/// A password as it is stored: scrypt (RFC 7914) with a salt of its own, in the form of the password hashing
/// competition, `$scrypt$ln=15,r=8,p=3$<salt>$<hash>` in base 64 without padding.
package struct PasswordHash: Sendable, Equatable {
    /// What guessing one password costs.
    package struct Cost: Sendable, Equatable {
        /// The binary logarithm of N.
        package var logN: Int
        package var blockSize: Int
        package var parallelism: Int

        package init(logN: Int, blockSize: Int, parallelism: Int) {
            self.logN = logN
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 32 MiB and a few tenths of a second: one of the equivalent choices of OWASP's password storage cheat sheet.
        package static let standard = Cost(logN: 15, blockSize: 8, parallelism: 3)

        /// What a stored text may ask for: up to 256 MiB.
        var isSane: Bool {
            (1...18).contains(logN) && (1...16).contains(blockSize) && (1...8).contains(parallelism)
                && blockSize << (logN + 7) <= 256 << 20
        }
    }

    private static let size = 32
    private static let saltSize = 16

    package let cost: Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Takes tenths of a second; belongs on a thread that nobody waits for. The password must not be empty.
    package init(of password: String, cost: Cost = .standard) throws(SecurityError) {
        let salt = RandomBytes.make(Self.saltSize)
        self.cost = cost
        self.salt = salt
        hash = try Self.derive(password, salt: salt, cost: cost, size: Self.size)
    }

    /// Reads the stored form; nil when it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        var numbers: [Int] = []
        for (part, name) in zip(parts[2].split(separator: ",", omittingEmptySubsequences: false), ["ln=", "r=", "p="]) {
            guard part.hasPrefix(name), let number = Int(part.dropFirst(name.count)) else { return nil }
            numbers.append(number)
        }
        guard numbers.count == 3, parts[2].split(separator: ",").count == 3,
            let salt = Self.bytes(parts[3]), let hash = Self.bytes(parts[4]),
            (8...64).contains(salt.count), hash.count == Self.size
        else { return nil }
        cost = Cost(logN: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
        guard cost.isSane else { return nil }
        self.salt = salt
        self.hash = hash
    }

    package var text: String {
        "$scrypt$ln=\(cost.logN),r=\(cost.blockSize),p=\(cost.parallelism)$\(Self.text(salt))$\(Self.text(hash))"
    }

    /// Whether it is this password's. As slow as making one.
    package func matches(_ password: String) -> Bool {
        guard let derived = try? Self.derive(password, salt: salt, cost: cost, size: hash.count) else { return false }
        return Digest.areEqual(derived, hash)
    }

    static func derive(_ password: String, salt: [UInt8], cost: Cost, size: Int) throws(SecurityError) -> [UInt8] {
        // The library below takes the address of the first byte.
        guard !password.utf8.isEmpty, !salt.isEmpty else {
            throw SecurityError(code: .malformed, message: "an empty password cannot be hashed")
        }
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: Array(password.utf8), salt: salt, outputByteCount: size, rounds: 1 << cost.logN,
                blockSize: cost.blockSize, parallelism: cost.parallelism)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw SecurityError(code: .malformed, message: "the password cannot be hashed: \(error)")
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { Base64.text(bytes).filter { $0 != "=" } }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        Base64.bytes(text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }
}
