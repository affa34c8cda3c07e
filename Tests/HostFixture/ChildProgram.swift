import FoundationEssentials
package import Glibc

/// A program that a test has started, with what it prints in files.
package final class ChildProgram: Sendable {
    package let pid: pid_t
    private let folder: String

    /// - Parameters:
    ///   - environment: the whole of it.
    ///   - input: what it reads from standard input.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String], folder: String, input: String = ""
    )
        throws
    {
        let own = folder + "/process-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        try Data(input.utf8).write(to: URL(fileURLWithPath: own + "/in"))
        self.folder = own
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let created = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, own + "/in", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, own + "/out", created, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, own + "/err", created, 0o600)
        var texts = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (texts + variables).forEach { free($0) } }
        var child: pid_t = 0
        let status = posix_spawn(&child, path, &actions, nil, &texts, &variables)
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO) }
        pid = child
    }

    package var output: String { text("out") }
    package var errors: String { text("err") }
    /// For a program that prints more than text.
    package var outputBytes: [UInt8] { (FileManager.default.contents(atPath: folder + "/out")).map { Array($0) } ?? [] }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) ?? ""
    }

    package func signal(_ number: Int32) { kill(pid, number) }

    /// Its exit status, or 128 and the signal that ended it. Waits on a thread of its own.
    package func ended() async -> Int32 {
        let pid = pid
        return await withCheckedContinuation { continuation in
            Thread.detach {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }
}

/// A thread for something that blocks.
private enum Thread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func detach(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        pthread_create(
            &thread, nil,
            { work in
                Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body()
                return nil
            }, work)
        pthread_detach(thread)
    }
}
