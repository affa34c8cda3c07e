import CLinux
import Dispatch
import FoundationEssentials
import Glibc

/// A program of the author's tools, such as the compiler, run to its end.
struct ProgramRun: Sendable {
    /// A path, or a name that is looked for in `PATH`.
    var program: String
    var arguments: [String]
    var folder: String
    /// Over the environment of this process.
    var environment: [String: String] = [:]
    /// Where its words go; nil keeps them.
    var output: Output = .kept

    enum Output: Sendable {
        /// Both streams to this process's standard error, as they come: a compiler's words are for the person who waits.
        case shown
        /// Both streams, in one text of at most 1 MiB.
        case kept
    }

    struct Ending: Sendable {
        /// The exit code, or 128 and the signal's number.
        var status: Int32
        /// Empty unless kept.
        var words: String
    }

    /// The program's file; nil when there is none of that name.
    static func find(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs it; throws when it cannot be started.
    func run() async throws(AuthoringError) -> Ending {
        let result: Result<Ending, AuthoringError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                do throws(AuthoringError) {
                    continuation.resume(returning: .success(try blockingRun()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private func blockingRun() throws(AuthoringError) -> Ending {
        guard let path = Self.find(program) else { throw AuthoringError("There is no program `\(program)`.") }
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { throw failure(errno) }
        var pid: pid_t = 0
        let status = spawn(path, &pid, writing: ends[1])
        close(ends[1])
        defer { close(ends[0]) }
        guard status == 0 else { throw failure(status) }
        let words = gather(ends[0])
        var ended: Int32 = 0
        while waitpid(pid, &ended, 0) < 0 && errno == EINTR {}
        let signal = clinux_end_signal(ended)
        return Ending(status: signal == 0 ? clinux_exit_code(ended) : 128 + signal, words: words)
    }

    private func spawn(_ path: String, _ pid: inout pid_t, writing: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let target = output == .shown ? STDERR_FILENO : writing
        posix_spawn_file_actions_adddup2(&actions, target, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, target, STDERR_FILENO)
        clinux_spawn_close_from(&actions, 3)
        // The shell goes into the folder, since glibc's own way is not imported into Swift; then it is the program.
        let shell = "/bin/sh"
        let words = [shell, "-c", #"cd "$0" && exec "$@""#, folder, path] + arguments
        var argv = words.map { strdup($0) } + [nil]
        var envp = fullEnvironment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        return posix_spawn(&pid, shell, &actions, nil, &argv, &envp)
    }

    private var fullEnvironment: [String: String] { ProcessInfo.processInfo.environment.merging(environment) { $1 } }

    private func gather(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            if bytes.count < 1 << 20 { bytes += buffer[..<count] }
        }
    }

    private func failure(_ number: Int32) -> AuthoringError {
        AuthoringError("\(program) cannot be started: \(String(cString: strerror(number))).")
    }
}
