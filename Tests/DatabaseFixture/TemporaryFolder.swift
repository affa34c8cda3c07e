import Glibc

/// A temporary folder that anybody may pass through, so that a server which gave up root's rights reaches what is in
/// it.
package struct TemporaryFolder: Sendable {
    package let path: String

    /// Below `/tmp`, or, with `inMemory`, where writing to disk costs nothing, if this machine has room for that.
    package init(inMemory: Bool = false) {
        let root = inMemory && Self.hasRoom("/dev/shm") ? "/dev/shm" : "/tmp"
        var template = Array("\(root)/patchbay-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no folder can be made in \(root)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
    }

    private static func hasRoom(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path, &status) == 0 && UInt(status.f_bavail) * UInt(status.f_frsize) > 4 << 30
    }

    /// Writes a file, replacing what it held.
    package func write(_ content: String, to name: String) {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        let bytes = Array(content.utf8)
        guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            fatalError("\(name) cannot be written in \(path)")
        }
        close(descriptor)
    }

    /// Removes it with all that is in it.
    package func remove() { Self.remove(path) }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
