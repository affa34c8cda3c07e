import Glibc

/// A folder of its own below the system's temporary folder.
enum TemporaryFolder {
    static func make() -> String {
        var template = Array("/tmp/patchbay-connectors-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { preconditionFailure("no temporary folder") }
        return String(cString: path)
    }

    static func write(_ text: String, to path: String) {
        guard let file = fopen(path, "w") else { preconditionFailure("\(path) cannot be written") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
