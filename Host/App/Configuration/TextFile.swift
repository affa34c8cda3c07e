import Glibc

/// Files that a person names on the command line.
enum TextFile {
    /// Larger files are refused.
    static let largest = 10 << 20

    /// The bytes of a file; `-` is standard input. Throws `CommandFailure` that says what is wrong with it.
    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure("\(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure("\(path) cannot be read: \(String(cString: strerror(errno))).")
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= largest else {
                throw CommandFailure("\(path) has more than \(largest >> 20) MiB, which is too much for a document.")
            }
        }
    }
}
