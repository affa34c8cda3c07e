import PatchbaySecurity
import Testing

@Suite struct DigestTests {
    /// From FIPS 180-4's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `a digest is the standard's`(text: String, hex: String) {
        #expect(Digest.sha256Hex(Array(text.utf8)) == hex)
    }

    @Test func `a file is digested like its bytes, in pieces`() throws {
        let folder = TemporaryFolder()
        let content = (0..<600_001).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        folder.write(content, to: "file")
        folder.write([], to: "empty")
        let digest = try Digest.sha256Hex(ofFile: folder.file("file"))
        #expect(digest.hex == Digest.sha256Hex(content))
        #expect(digest.size == content.count)
        #expect(try Digest.sha256Hex(ofFile: folder.file("empty")).hex == Digest.sha256Hex([]))
    }

    @Test(arguments: ["missing", ""]) func `a file that cannot be read is named`(name: String) {
        let folder = TemporaryFolder()
        let error = #expect(throws: SecurityError.self) { try Digest.sha256Hex(ofFile: folder.file(name)) }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains(folder.path) == true)
    }

    @Test func `bytes are equal only when all are`() {
        #expect(Digest.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(Digest.areEqual([], []))
        #expect(!Digest.areEqual([1, 2, 3], [1, 2, 4]))
        #expect(!Digest.areEqual([1, 2, 3], [1, 2]))
    }

    @Test(arguments: [("00ff10", [0, 255, 16]), ("", []), ("AbCd", [0xAB, 0xCD])] as [(String, [UInt8])])
    func `hexadecimal text is read`(text: String, bytes: [UInt8]) {
        #expect(Hexadecimal.bytes(text) == bytes)
        #expect(Hexadecimal.text(bytes) == text.lowercased())
    }

    @Test(arguments: ["0", "0g", "0x00", " 00", "é"]) func `other text is no hexadecimal`(text: String) {
        #expect(Hexadecimal.bytes(text) == nil)
    }
}
