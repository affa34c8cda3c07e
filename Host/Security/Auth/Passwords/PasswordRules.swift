/// What a password must be (NIST SP 800-63B, 5.1.1.2): long enough, and none that everybody tries first. No rules about
/// kinds of characters, which make people choose worse ones.
package enum PasswordRules {
    /// Characters.
    package static let shortest = 12
    /// Bytes; more is no password but a load.
    package static let longest = 1_024

    /// What is wrong with it, as the rest of a sentence that begins with "the password"; nil when nothing is.
    ///
    /// - Parameter others: What everybody knows of the person: address, name.
    package static func problem(with password: String, knowing others: [String] = []) -> String? {
        if password.unicodeScalars.count < shortest { return "has fewer than \(shortest) characters" }
        if password.utf8.count > longest { return "has more than \(longest) bytes" }
        if password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "holds a control character"
        }
        let plain = password.lowercased()
        if Set(plain).count < 5 { return "consists of fewer than 5 different characters" }
        if isRun(Array(plain.utf8)) { return "is a sequence of neighbouring characters" }
        if common.contains(where: { reduces(plain, to: $0) }) { return "is one that everybody tries first" }
        let known = others.flatMap {
            [$0.lowercased()] + $0.lowercased().split(separator: "@").prefix(1).map(String.init)
        }
        if known.contains(where: { $0.count > 3 && reduces(plain, to: $0) }) { return "is your name or address" }
        return nil
    }

    /// Whether it is the word, but for digits, dots and the like around it or the word again.
    private static func reduces(_ password: String, to word: String) -> Bool {
        var rest = password[...]
        while let range = rest.firstRange(of: word) { rest.removeSubrange(range) }
        return rest.count < password.count && rest.allSatisfy { !$0.isLetter } && rest.count <= 6
    }

    /// `abcdefghijkl`, `123456789012`, also backwards.
    private static func isRun(_ bytes: [UInt8]) -> Bool {
        let steps = zip(bytes, bytes.dropFirst()).map { Int($1) - Int($0) }
        return steps.allSatisfy { $0 == 1 || $0 == -9 } || steps.allSatisfy { $0 == -1 || $0 == 9 }
    }

    private static let common = [
        "password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword", "qwertyuiop", "qwertzuiop", "qwerty", "qwertz",
        "asdfghjkl",
        "letmein", "welcome", "iloveyou", "administrator", "admin", "changeme", "secret", "patchbay", "monkey",
        "dragon",
        "football", "baseball", "sunshine", "princess", "superman", "trustno1", "correcthorsebatterystaple",
        "correct horse battery staple", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsx", "azertyuiop", "company", "default",
    ]
}
