import CLibPQ
import Glibc

/// A program started by this process, in a session of its own, so that Ctrl-C in the terminal does not reach it.
struct ChildProcess {
    let pid: pid_t

    /// Starts a program without a shell. It gets nothing of this process's environment, signal settings and open files;
    /// its output goes to `output`, its working folder is `/`. `path` and `arguments` hold no U+0000.
    init(
        _ path: String, _ arguments: [String], environment: [String], output: Int32
    ) throws(PostgresError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        // The folder the host was started in may be closed to the server's user.
        posix_spawn_file_actions_addchdir_np(&actions, "/")

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGCHLD, SIGUSR1, SIGUSR2] {
            sigaddset(&signals, signal)
        }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(PB_SPAWN_SETSID) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

        let arguments = ([path] + arguments).map { strdup($0) } + [nil]
        let environment = environment.map { strdup($0) } + [nil]
        defer { (arguments + environment).forEach { free($0) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
        guard failure == 0 else {
            throw PostgresError(.cluster, "\(path) cannot be started: \(String(cString: strerror(failure)))")
        }
        self.pid = pid
    }

    /// Waits for the end; nil when the deadline comes first. Blocks the thread.
    func wait(until deadline: ContinuousClock.Instant) -> ExitStatus? {
        while true {
            if let status = Self.reap(pid) { return status }
            guard ContinuousClock.now < deadline else { return nil }
            pauseThread()
        }
    }

    /// The end of a child of this process, once; nil when it runs, or is nobody's child here.
    static func reap(_ pid: pid_t) -> ExitStatus? {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == pid ? ExitStatus(raw: status) : nil
    }
}

/// How a process ended.
struct ExitStatus: CustomStringConvertible {
    let raw: Int32

    /// The low seven bits are the signal, the second byte is the code (wait(2)).
    var isSuccess: Bool { raw == 0 }
    var description: String { raw & 0x7F == 0 ? "exit code \((raw >> 8) & 0xFF)" : "signal \(raw & 0x7F)" }
}
