import FoundationEssentials
import Glibc

/// An author's files: small, and few at a time.
enum AuthoringFiles {
    /// Larger ones are refused: nobody writes such a source or recording by hand.
    static let largest = 64 << 20

    static func read(_ path: String) throws(AuthoringError) -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path, "cannot be read") }
        guard status.st_size <= largest else {
            throw AuthoringError("\(path) has more than \(largest >> 20) MiB.")
        }
        guard let file = fopen(path, "rb") else { throw failure(path, "cannot be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 {
                if ferror(file) != 0 { throw failure(path, "cannot be read") }
                return bytes
            }
            bytes += buffer[..<count]
        }
    }

    /// Writes a file as a whole, and the folders above it.
    static func write(_ bytes: [UInt8], to path: String) throws(AuthoringError) {
        try createFolder(parent(of: path))
        let temporary = path + ".\(getpid()).new"
        guard let file = fopen(temporary, "wb") else { throw failure(path, "cannot be written") }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count, rename(temporary, path) == 0 else {
            let failure = failure(path, "cannot be written")
            unlink(temporary)
            throw failure
        }
    }

    static func createFolder(_ path: String) throws(AuthoringError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw AuthoringError("The folder \(path) cannot be made: \(error)")
        }
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Names in a folder, sorted, those with a leading dot left out.
    static func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path from the root, without `.` and `..`.
    static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else {
            return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func failure(_ path: String, _ what: String) -> AuthoringError {
        AuthoringError("\(path) \(what): \(String(cString: strerror(errno))).")
    }
}
