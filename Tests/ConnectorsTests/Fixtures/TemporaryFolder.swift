import Glibc
import Synchronization

/// A folder of its own below the system's temporary folder; it goes when the process ends.
enum TemporaryFolder {
    private static let made = Mutex<[String]>([])

    static func make() -> String {
        var template = Array("/tmp/patchbay-connectors-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template).map({ String(cString: $0) }) else {
            preconditionFailure("no temporary folder")
        }
        let isFirst = made.withLock { made in
            made.append(path)
            return made.count == 1
        }
        if isFirst { atexit { TemporaryFolder.removeAll() } }
        return path
    }

    private static func removeAll() {
        for path in made.withLock({ $0 }) { _ = Command.run("rm -rf \(Command.quoted(path))") }
    }

    static func write(_ text: String, to path: String) {
        guard let file = fopen(path, "w") else { preconditionFailure("\(path) cannot be written") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
