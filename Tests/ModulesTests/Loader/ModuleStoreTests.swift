import Glibc
import PatchbaySecurity
import Testing

@testable import PatchbayModules

@Suite(.timeLimit(.minutes(2))) struct ModuleStoreTests {
    private func inode(of path: String) -> UInt {
        var status = stat()
        return stat(path, &status) == 0 ? UInt(status.st_ino) : 0
    }

    @Test func `a copy that is there stays that very file, however many keep the same bytes at a time`() async throws {
        let folder = try TemporaryFolder()
        for round in 0..<20 {
            let bytes = Array("library \(round)".utf8) + [UInt8](repeating: 7, count: 200_000)
            let sha256 = Digest.sha256Hex(bytes)
            let store = ModuleStore(folder: folder.file("modules"))
            let inodes = try await withThrowingTaskGroup(of: UInt.self) { group in
                for _ in 0..<8 {
                    group.addTask { inode(of: try store.keep(bytes, sha256: sha256, as: "fixture")) }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(inodes.count == 1 && !inodes.contains(0))
            #expect(FileSystem.names(in: "\(folder.file("modules"))/\(sha256)") == ["fixture.so"])
        }
    }

    @Test func `a copy that somebody changed is made anew`() throws {
        let folder = try TemporaryFolder()
        let store = ModuleStore(folder: folder.file("modules"))
        let bytes = Array("library".utf8)
        let sha256 = Digest.sha256Hex(bytes)
        let path = try store.keep(bytes, sha256: sha256, as: "fixture")
        unlink(path)
        try FileSystem.write(Array("another".utf8), to: path, mode: 0o444)
        #expect(try store.keep(bytes, sha256: sha256, as: "fixture") == path)
        #expect(try FileSystem.read(path, atMost: 100) == bytes)
    }
}
