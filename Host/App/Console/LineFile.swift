import Glibc

/// A new file that only its owner can read, written line by line; what cannot be written is an error.
actor LineFile {
    private static let portion = 1 << 20

    private let path: String
    private let descriptor: Int32
    private var waiting: [UInt8] = []

    /// Throws `CommandFailure` when the file is there already, or cannot be made.
    init(creating path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure("\(path) cannot be made: \(String(cString: strerror(errno))).")
        }
    }

    deinit { close(descriptor) }

    func add(_ line: String) throws {
        waiting += line.utf8
        waiting.append(UInt8(ascii: "\n"))
        if waiting.count >= Self.portion { try flush() }
    }

    /// Returns when everything is on disk.
    func finish() throws {
        try flush()
        guard fsync(descriptor) == 0 else { throw failure }
    }

    private func flush() throws {
        var rest = waiting[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written >= 0 || errno == EINTR else { throw failure }
            rest = rest.dropFirst(max(written, 0))
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private var failure: CommandFailure {
        CommandFailure("\(path) cannot be written: \(String(cString: strerror(errno))). What is in it is not whole.")
    }
}
