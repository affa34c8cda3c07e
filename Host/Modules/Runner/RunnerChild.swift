import CLinux
import Glibc
import PatchbayFrames

/// The process itself: started, looked at, ended.
struct RunnerChild: Sendable {
    let pid: pid_t
    let port: FramePort
    /// What it writes to standard output and standard error. Never waits.
    let output: Int32

    struct Failure: Error { var number: Int32 }

    /// By the thread that lives as long as the child: the kernel ends the child when the thread that started it ends.
    static func start(_ path: String) throws(Failure) -> RunnerChild {
        guard let (mine, its) = FramePort.pair() else { throw Failure(number: errno) }
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else {
            let number = errno
            mine.close()
            its.close()
            throw Failure(number: number)
        }
        // On both ends: neither waits for the other. What nobody has read in time is lost.
        for end in ends { _ = clinux_never_wait(end) }
        var pid: pid_t = 0
        let status = spawn(path, &pid, its.socket, ends[1])
        its.close()
        close(ends[1])
        guard status == 0 else {
            mine.close()
            close(ends[0])
            throw Failure(number: status)
        }
        return RunnerChild(pid: pid, port: mine, output: ends[0])
    }

    private static func spawn(_ path: String, _ pid: inout pid_t, _ socket: Int32, _ output: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Out of the way first: any of them may be one of the numbers that are to be given.
        let (first, second) = (clinux_copy_above(socket, 9), clinux_copy_above(output, 9))
        defer {
            close(first)
            close(second)
        }
        guard first >= 0, second >= 0 else { return errno }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, second, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, second, STDERR_FILENO)
        posix_spawn_file_actions_adddup2(&actions, first, 3)
        // Nothing of the host's: sockets, the database, files of other threads that lack close-on-exec.
        clinux_spawn_close_from(&actions, 4)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (nothing, everything) = (sigset_t(), sigset_t())
        sigemptyset(&nothing)
        sigfillset(&everything)
        posix_spawnattr_setsigmask(&attributes, &nothing)
        posix_spawnattr_setsigdefault(&attributes, &everything)
        // POSIX_SPAWN_SETSID, which only _GNU_SOURCE declares: a session, and so a process group, of its own.
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var argv = [strdup(path), strdup("serve"), nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        return posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
    }

    /// Nothing of the host's, which holds keys.
    static var environment: [String: String] {
        // With a name of a file the C library reads the time zone once, while it still can.
        var all = [
            "SWIFT_BACKTRACE": "enable=no", "LANG": "C.UTF-8", "TZ": Environment.value("TZ") ?? ":/etc/localtime",
        ]
        all["LD_LIBRARY_PATH"] = Environment.value("LD_LIBRARY_PATH")
        return all
    }

    /// Ends it and whatever it may have started. Only before it was reaped, so that the number cannot be another's.
    func kill() { _ = Glibc.kill(-pid, SIGKILL) }

    /// Whether it ends by itself in so many milliseconds; does not reap it.
    func hasEnded(within milliseconds: Int32) -> Bool {
        let process = clinux_pidfd(pid)
        // Without a descriptor for it there is no waiting for a time.
        guard process >= 0 else { return false }
        defer { close(process) }
        var waiting = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, milliseconds) > 0
    }

    /// Waits until it has ended, without reaping it.
    func untilEnd() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    }

    /// After `untilEnd`.
    func reap() -> RunnerEnd {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = clinux_end_signal(status)
        return signal == 0 ? .exited(clinux_exit_code(status)) : .signalled(signal)
    }

    /// Milliseconds that it has computed.
    var processorTime: Int64 {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Bytes that it fills.
    static func memory(_ file: Int32) -> Int64? {
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = pread(file, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        // Pages: whole size, resident, …
        let words = buffer[..<count].split(separator: UInt8(ascii: " "))
        guard words.count > 1, let pages = Int64(String(decoding: words[1], as: UTF8.self)) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
