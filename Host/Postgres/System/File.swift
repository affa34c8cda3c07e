import Glibc

/// The reason of the C library call that failed last on this thread.
func lastError() -> String { String(cString: strerror(errno)) }

/// Files and folders, as far as this module needs them.
enum File {
    /// The content of a regular file; nil when it cannot be read or has more bytes than `limit`.
    static func read(_ path: String, limit: Int = 1 << 20) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, content.count + count <= limit else { return nil }
            if count == 0 { return content }
            content.append(contentsOf: chunk[..<count])
        }
    }

    static func text(_ path: String) -> String? { read(path).map { String(decoding: $0, as: UTF8.self) } }

    /// What comes after `offset`, at most the last `limit` bytes of it.
    static func tail(_ path: String, from offset: Int, limit: Int) -> String {
        guard let content = read(path, limit: 64 << 20), content.count > offset else { return "" }
        return String(decoding: content[offset...].suffix(limit), as: UTF8.self)
    }

    /// Replaces the content of a file that is there. False when that failed.
    @discardableResult
    static func overwrite(_ path: String, with text: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The status of what a path names, without following a link at its end; nil when there is nothing.
    static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    /// The path without links and dots; nil when it does not exist.
    static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// The names in a folder, without `.` and `..`; empty when it cannot be read.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a file, or a folder with all that is in it; links are removed, not followed.
    static func remove(_ path: String) {
        guard let status = status(path) else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in names(in: path) { remove(path + "/" + name) }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
