import Glibc

/// The few things that are done with files here, in whole and without surprises.
enum FileSystem {
    struct Failure: Error {
        /// `errno`
        var number: Int32
        var description: String { String(cString: strerror(number)) }
        var isMissing: Bool { number == ENOENT || number == ENOTDIR }
    }

    /// The whole of a regular file that is not larger than `limit`.
    static func read(_ path: String, atMost limit: Int) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw Failure(number: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Failure(number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(number: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
        }
        guard status.st_size <= limit else { throw Failure(number: EFBIG) }
        let size = Int(status.st_size)
        var failure: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let step = Glibc.read(file, buffer.baseAddress! + count, size - count)
                if step > 0 {
                    count += step
                } else if step == 0 {
                    break
                } else if errno != EINTR {
                    failure = Failure(number: errno)
                    break
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes a file that is there as a whole or not at all: beside the place first, then renamed over it.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(Failure) {
        let temporary = "\(path).\(getpid()).\(UInt64.random(in: 0...(.max)))"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw Failure(number: errno) }
        let failure = put(bytes, file) ?? (fchmod(file, mode) == 0 ? nil : errno) ?? (fsync(file) == 0 ? nil : errno)
        close(file)
        if failure == nil, rename(temporary, path) == 0 { return }
        let number = failure ?? errno
        unlink(temporary)
        throw Failure(number: number)
    }

    private static func put(_ bytes: [UInt8], _ file: Int32) -> Int32? {
        var written = 0
        while written < bytes.count {
            let step = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if step >= 0 {
                written += step
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }

    /// Creates a folder and those above it; one that is there is left as it is.
    static func createFolder(_ path: String, mode: mode_t = 0o755) throws(Failure) {
        if isFolder(path) { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try createFolder(String(path[..<slash]), mode: mode)
        }
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw Failure(number: errno) }
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Bytes of a regular file; nil when there is none.
    static func size(of path: String) -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Names in a folder, sorted, those with a leading dot left out; empty when it cannot be read.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// From the root on. The dynamic linker looks for a bare name in its own folders instead of the current one.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    /// Removes a folder that holds nothing; any other stays.
    static func removeEmptyFolder(_ path: String) { rmdir(path) }

    /// Removes a folder of files; deeper ones are left, and with them the folder.
    static func removeFolder(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
                }
                if name != ".", name != ".." { unlink("\(path)/\(name)") }
            }
            closedir(folder)
        }
        rmdir(path)
    }

    /// Removes a folder with all that is below it; links are not followed.
    static func removeTree(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
                }
                guard name != ".", name != ".." else { continue }
                // A folder cannot be unlinked.
                if unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
