import Testing

@testable import PatchbaySecurity

struct PasswordHashTests {
    private let cheap = PasswordHash.Cost(logN: 4, blockSize: 8, parallelism: 1)

    /// RFC 7914, section 12.
    @Test(arguments: [
        (
            "password", "NaCl", 10, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", 14, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func `derivation is the one of the standard`(
        password: String, salt: String, logN: Int, blockSize: Int, parallelism: Int, expected: String
    ) throws {
        let derived = try PasswordHash.derive(
            password, salt: Array(salt.utf8),
            cost: PasswordHash.Cost(logN: logN, blockSize: blockSize, parallelism: parallelism), size: 64)
        #expect(Hexadecimal.text(derived) == expected)
    }

    @Test func `a stored hash knows its password and no other`() throws {
        let hash = try PasswordHash(of: "correct horse", cost: cheap)
        let stored = try #require(PasswordHash(hash.text))
        #expect(stored == hash)
        #expect(stored.matches("correct horse"))
        for wrong in ["", "correct horse ", "Correct horse", "correct hors\u{65}\u{301}", "\0"] {
            #expect(!stored.matches(wrong))
        }
    }

    @Test func `one password has many hashes, none of which shows it`() throws {
        let (a, b) = (
            try PasswordHash(of: "swordfish-1", cost: cheap), try PasswordHash(of: "swordfish-1", cost: cheap)
        )
        #expect(a.text != b.text)
        #expect(!a.text.contains("swordfish"))
    }

    @Test func `nothing is no password`() {
        #expect(throws: SecurityError.self) { try PasswordHash(of: "", cost: cheap) }
    }

    @Test(arguments: [
        "", "$", "$$$$", "scrypt", "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHQ$", "$argon2id$ln=4,r=8,p=1$c2FsdHNhbHQ$aGFzaA",
        "$scrypt$ln=40,r=8,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=18,r=16,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=1,x=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=0$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=1$$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=1$*$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `what is no hash is not read, nor one that would cost too much`(text: String) {
        #expect(PasswordHash(text) == nil)
    }
}

struct PasswordHashingTests {
    private let cheap = PasswordHash.Cost(logN: 4, blockSize: 8, parallelism: 1)

    @Test func `many at a time are all answered`() async throws {
        let hashing = PasswordHashing(cost: cheap, width: 2, mostWaiting: 100)
        let stored = try await hashing.hash("a good password").text
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try await hashing.matches(number.isMultiple(of: 2) ? "a good password" : "another", stored)
                }
            }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(answers.filter(\.self).count == 20)
    }

    @Test func `too many are refused rather than kept`() async throws {
        let hashing = PasswordHashing(
            cost: PasswordHash.Cost(logN: 12, blockSize: 8, parallelism: 1), width: 1, mostWaiting: 1)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await hashing.hash("a good password")
                        return false
                    } catch {
                        return error is PasswordHashing.Busy
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused > 0 && refused < 20)
        // It works again afterwards.
        #expect(try await hashing.hash("a good password").matches("a good password"))
    }

    @Test func `nobody's password matches, and an old cost is noticed`() async throws {
        let hashing = PasswordHashing(cost: cheap)
        for _ in 0..<2 {
            #expect(try await !hashing.matches("nobody's", nil))
            #expect(try await !hashing.matches("nobody's", "no hash"))
        }
        let old = try PasswordHash(of: "x", cost: PasswordHash.Cost(logN: 3, blockSize: 8, parallelism: 1))
        #expect(hashing.isOutdated(old.text))
        #expect(!hashing.isOutdated(try PasswordHash(of: "x", cost: cheap).text))
    }
}

struct PasswordRulesTests {
    @Test(arguments: [
        "", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababab", "123456789012", "abcdefghijklmnop",
        "210987654321", "password1234", "Password2024!", "passwordpassword", "12qwertyuiop", "Administrator1!",
        "ann.smith1984!", "tabs\tare\tcontrol", "null\0inside-it",
    ])
    func `what everybody tries first is refused`(password: String) {
        #expect(PasswordRules.problem(with: password, knowing: ["Ann.Smith@example.com", "Ann"]) != nil)
    }

    @Test(arguments: [
        "correct horse battery", "Tr0ub4dor&3xyz", "пароль и ещё слово", "four words in lower", "🐎🔋🧷📎✂️🗝️🔑🔒🔓🔏🔐🖋️",
        "passwords are a bad idea",
    ])
    func `what is long and not common is taken, whatever its characters`(password: String) {
        #expect(PasswordRules.problem(with: password, knowing: ["ann@example.com"]) == nil)
    }

    @Test func `what is no password but a load is refused`() {
        #expect(PasswordRules.problem(with: String(repeating: "abcdefg ", count: 200)) != nil)
    }
}
