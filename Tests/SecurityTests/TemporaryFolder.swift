import Glibc

/// A folder for one test; it goes with its owner.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/patchbay-security-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func write(_ content: [UInt8], to name: String, mode: mode_t = 0o600) {
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(Glibc.write(descriptor, content, content.count) == content.count)
        fchmod(descriptor, mode)
        close(descriptor)
    }

    func write(_ text: String, to name: String, mode: mode_t = 0o600) {
        write(Array(text.utf8), to: name, mode: mode)
    }

    func read(_ name: String) -> String {
        guard let stream = fopen(file(name), "re") else { return "" }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = fread(&bytes, 1, bytes.count, stream)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    func mode(_ name: String) -> mode_t {
        var status = stat()
        stat(file(name), &status)
        return status.st_mode & 0o777
    }
}
