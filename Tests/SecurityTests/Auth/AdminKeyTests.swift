import PatchbayCore
import PatchbaySecurity
import Testing

@Suite struct AdminKeyTests {
    let folder = TemporaryFolder()

    func load(_ environment: [String: String] = [:]) throws -> AdminKey {
        try AdminKey.load(environment: environment, orCreateAt: folder.file("admin-key"))
    }

    @Test func `the first start makes a key, shows it once and keeps it for its owner`() throws {
        let first = try load()
        let text = try #require(first.created?.reveal())
        #expect(text.hasPrefix("pb_"))
        #expect(text.count == 67)
        #expect(folder.read("admin-key") == text + "\n")
        #expect(folder.mode("admin-key") == 0o600)
        #expect(first.matches(text))
        let second = try load()
        #expect(second.created == nil)
        #expect(second.matches(text))
    }

    @Test func `only the key itself matches`() throws {
        let key = try load()
        let text = try #require(key.created?.reveal())
        for wrong in ["", "pb_", text + " ", text.uppercased(), String(text.dropLast()), text + "\n"] {
            #expect(!key.matches(wrong))
        }
    }

    @Test func `a key of the environment wins and is not written down`() throws {
        let key = try load(["PATCHBAY_ADMIN_KEY": "correct-horse-battery"])
        #expect(key.matches("correct-horse-battery"))
        #expect(key.created == nil)
        #expect(folder.names.isEmpty)
    }

    @Test func `an empty variable counts as none`() throws {
        #expect(try load(["PATCHBAY_ADMIN_KEY": ""]).created != nil)
    }

    @Test(arguments: [
        "brief", "fifteen-letters", "with a space in it", "schlüssel-mit-umlaut", "line\nline\nline\nline",
    ])
    func `a key that is too weak or no header's value is refused`(text: String) {
        let error = #expect(throws: SecurityError.self) { try load(["PATCHBAY_ADMIN_KEY": text]) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains("PATCHBAY_ADMIN_KEY") == true)
        #expect(error?.message.contains(text) == false)
    }

    @Test func `a key that the operator wrote to the file is taken`() throws {
        folder.write("  my-own-admin-key-1 \n", to: "admin-key")
        let key = try load()
        #expect(key.matches("my-own-admin-key-1"))
        #expect(key.created == nil)
    }

    @Test func `a file that is empty or open to others is refused`() throws {
        folder.write("", to: "admin-key")
        #expect(throws: SecurityError.self) { try load() }
        folder.write("my-own-admin-key-1", to: "admin-key", mode: 0o644)
        let error = #expect(throws: SecurityError.self) { try load() }
        #expect(error?.code == .exposed)
    }
}
