import Glibc

/// A small file that holds a secret: only its owner can read it.
struct PrivateFile {
    /// No key is as large as this.
    static let largest = 4096

    let path: String

    /// The content; nil when there is no such file. A file that group or others may read or change is refused.
    func read() throws(SecurityError) -> [UInt8]? {
        // A pipe of that name must not hold us up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be opened")
        }
        defer { close(descriptor) }
        try checkAccess(descriptor)
        var content = [UInt8](repeating: 0, count: Self.largest + 1)
        let count = Glibc.read(descriptor, &content, content.count)
        guard count >= 0 else { throw failure("cannot be read") }
        guard count <= Self.largest else {
            throw SecurityError(
                code: .malformed, message: "\(path) holds more than \(Self.largest) bytes, so it is no key file")
        }
        return Array(content[..<count])
    }

    /// Creates the file with mode 0600, whole or not at all, and durably. False when there is one already, which then
    /// stays as it is.
    func create(_ content: [UInt8]) throws(SecurityError) -> Bool {
        let draft = path + ".new-" + Hexadecimal.text((0..<8).map { _ in UInt8.random(in: 0...255) })
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be created") }
        defer {
            close(descriptor)
            unlink(draft)
        }
        // The process's umask may have taken the owner's rights too.
        guard fchmod(descriptor, 0o600) == 0, write(descriptor, content, content.count) == content.count,
            fsync(descriptor) == 0
        else { throw failure("cannot be written") }
        guard link(draft, path) == 0 else {
            if errno == EEXIST { return false }
            throw failure("cannot be created")
        }
        try syncFolder()
        return true
    }

    private func checkAccess(_ descriptor: Int32) throws(SecurityError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SecurityError(code: .unreadable, message: "\(path) is no regular file")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw SecurityError(
                code: .exposed,
                message: "\(path) has mode \(mode), so others than its owner can use the key in it. "
                    + "If nobody has: chmod 600 \(path)")
        }
    }

    private func syncFolder() throws(SecurityError) {
        let folder = path.lastIndex(of: "/").map { path.startIndex == $0 ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be made durable") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot be made durable") }
    }

    private func failure(_ what: String) -> SecurityError {
        SecurityError(code: .unreadable, message: "\(path) \(what): \(String(cString: strerror(errno)))")
    }
}
