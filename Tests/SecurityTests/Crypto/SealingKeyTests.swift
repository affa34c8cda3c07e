import Glibc
import Testing

@testable import PatchbaySecurity

@Suite struct SealingKeyTests {
    let key = SealingKey()
    let row = Array("ten_1:cred_1".utf8)

    @Test(arguments: [0, 1, 100, 20_000]) func `a sealed value opens again`(size: Int) throws {
        let value = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = try key.seal(value, boundTo: row)
        #expect(sealed.count == size + 37)
        #expect(try key.open(sealed, boundTo: row) == value)
    }

    @Test func `the same value is sealed differently each time`() throws {
        #expect(try key.seal([1, 2, 3], boundTo: row) != key.seal([1, 2, 3], boundTo: row))
    }

    @Test func `a value does not open in another row`() throws {
        let sealed = try key.seal([1, 2, 3], boundTo: row)
        let error = #expect(throws: SecurityError.self) { try key.open(sealed, boundTo: Array("ten_1:cred_2".utf8)) }
        #expect(error?.code == .damaged)
    }

    @Test func `every changed byte is noticed`() throws {
        let sealed = try key.seal([1, 2, 3], boundTo: row)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            let error = #expect(throws: SecurityError.self) { try key.open(changed, boundTo: row) }
            #expect(error?.code == ((1...8).contains(index) ? .wrongKey : .damaged))
        }
    }

    @Test func `every cut is noticed`() throws {
        let sealed = try key.seal([1, 2, 3], boundTo: row)
        for count in 0..<sealed.count {
            #expect(throws: SecurityError.self) { try key.open(Array(sealed.prefix(count)), boundTo: row) }
        }
    }

    @Test func `another key says which one is needed`() throws {
        let other = SealingKey()
        let error = #expect(throws: SecurityError.self) { try other.open(key.seal([1], boundTo: row), boundTo: row) }
        #expect(error?.code == .wrongKey)
        #expect(error?.message.contains(Hexadecimal.text(key.id)) == true)
        #expect(error?.message.contains(Hexadecimal.text(other.id)) == true)
    }

    @Test(arguments: [0, 16, 31, 33]) func `a key of another size is refused`(size: Int) {
        #expect(throws: SecurityError.self) { try SealingKey(bytes: [UInt8](repeating: 1, count: size)) }
    }

    @Test func `a key file is created once, for its owner only`() throws {
        let folder = TemporaryFolder()
        let first = try SealingKey.load(orCreateAt: folder.file("key"))
        #expect(folder.mode("key") == 0o600)
        #expect(folder.names == ["key"])
        #expect(folder.read("key").count == 65)
        #expect(try SealingKey.load(orCreateAt: folder.file("key")).id == first.id)
    }

    @Test func `a key file may hold raw bytes or digits`() throws {
        let folder = TemporaryFolder()
        let bytes = (0..<32).map { UInt8($0 + 200) }
        folder.write(bytes, to: "raw")
        folder.write(" " + Hexadecimal.text(bytes).uppercased() + "\r\n\n", to: "hex")
        #expect(try SealingKey.load(orCreateAt: folder.file("raw")).id == SealingKey(bytes: bytes).id)
        #expect(try SealingKey.load(orCreateAt: folder.file("hex")).id == SealingKey(bytes: bytes).id)
    }

    @Test(arguments: [0o640, 0o604, 0o644, 0o660, 0o610, 0o777] as [mode_t])
    func `a key file that others can use is refused with what to do`(mode: mode_t) throws {
        let folder = TemporaryFolder()
        folder.write(String(repeating: "ab", count: 32), to: "key", mode: mode)
        let error = #expect(throws: SecurityError.self) { try SealingKey.load(orCreateAt: folder.file("key")) }
        #expect(error?.code == .exposed)
        #expect(error?.message.contains("chmod 600 \(folder.file("key"))") == true)
        #expect(error?.message.contains("mode \(String(mode, radix: 8))") == true)
    }

    @Test(arguments: [
        "", "abcd", String(repeating: "g", count: 64), String(repeating: "a", count: 66),
        String(repeating: "a", count: 5000),
    ])
    func `a file that holds no key stays as it is and is refused`(content: String) throws {
        let folder = TemporaryFolder()
        folder.write(content, to: "key")
        let error = #expect(throws: SecurityError.self) { try SealingKey.load(orCreateAt: folder.file("key")) }
        #expect(error?.code == .malformed)
        #expect(folder.read("key") == content)
    }

    @Test func `a folder that is not there, or a pipe, is refused`() throws {
        let folder = TemporaryFolder()
        mkfifo(folder.file("pipe"), 0o600)
        for path in [folder.file("none/key"), folder.file("pipe"), folder.path] {
            let error = #expect(throws: SecurityError.self) { try SealingKey.load(orCreateAt: path) }
            #expect(error?.code == .unreadable)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test func `many that start at once get the same key`() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("key")
        let ids = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<16 { group.addTask { @concurrent in try SealingKey.load(orCreateAt: path).id } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(folder.names == ["key"])
    }
}
