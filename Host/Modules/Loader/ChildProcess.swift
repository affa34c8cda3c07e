import CLinux
import Glibc

/// A program that is run once, with an empty standard input, in a process group of its own and for a limited time.
struct ChildProcess {
    var path: String
    var arguments: [String]
    var environment: [String: String]
    var timeLimit: Duration
    /// Bytes of standard output past which the child is ended.
    var outputLimit: Int

    /// How it ended.
    enum End: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        case timedOut
        case outputTooLarge
        /// It did not start; the reason of the system.
        case failedToStart(String)
    }

    struct Outcome: Sendable {
        var end: End
        var output: [UInt8]
        /// The last 4 KiB of standard error.
        var complaint: String
    }

    /// Blocks until the child and its process group are gone.
    func run() -> Outcome {
        guard let output = Pipe() else { return failure(errno) }
        guard let complaints = Pipe() else {
            output.close()
            return failure(errno)
        }
        var pid: pid_t = 0
        let status = spawn(&pid, output, complaints)
        close(output.writing)
        close(complaints.writing)
        defer {
            close(output.reading)
            close(complaints.reading)
        }
        guard status == 0 else { return failure(status) }
        var watch = ChildWatch(
            pid, output: output.reading, complaints: complaints.reading, outputLimit: outputLimit)
        return watch.untilEnd(by: .now + timeLimit)
    }

    private func failure(_ number: Int32) -> Outcome {
        Outcome(end: .failedToStart(String(cString: strerror(number))), output: [], complaint: "")
    }

    private func spawn(_ pid: inout pid_t, _ output: Pipe, _ complaints: Pipe) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, complaints.writing, STDERR_FILENO)
        // Nothing of the host's: sockets, the database, files of other threads that lack close-on-exec.
        clinux_spawn_close_from(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (nothing, everything) = (sigset_t(), sigset_t())
        sigemptyset(&nothing)
        sigfillset(&everything)
        posix_spawnattr_setsigmask(&attributes, &nothing)
        posix_spawnattr_setsigdefault(&attributes, &everything)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let argv = CStrings([path] + arguments)
        let envp = CStrings(environment.map { "\($0.key)=\($0.value)" })
        defer {
            argv.free()
            envp.free()
        }
        return posix_spawn(&pid, path, &actions, &attributes, argv.pointers, envp.pointers)
    }
}

private struct Pipe {
    let reading: Int32
    let writing: Int32

    /// Nil when there are no descriptors left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { return nil }
        (reading, writing) = (ends[0], ends[1])
    }

    func close() {
        Glibc.close(reading)
        Glibc.close(writing)
    }
}

/// A NULL-terminated array of C strings.
private struct CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

    func free() {
        for pointer in pointers { Glibc.free(pointer) }
    }
}
