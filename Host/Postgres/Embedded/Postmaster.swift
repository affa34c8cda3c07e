import Glibc

/// A server process of a cluster, whoever started it.
struct Postmaster {
    let pid: pid_t

    /// The process that `postmaster.pid` names, when it runs and really is this cluster's: after a hard stop the file
    /// stays behind, and its number may by now belong to anybody.
    init?(of data: String) {
        guard let pid = Self.pid(in: data + "/postmaster.pid") else { return nil }
        self.pid = pid
        guard isRunning, Self.workingFolder(of: pid) == File.resolved(data) else { return nil }
    }

    private static func pid(in file: String) -> pid_t? {
        guard let line = File.text(file)?.split(separator: "\n").first, let pid = pid_t(line), pid > 1 else {
            return nil
        }
        return pid
    }

    /// A postmaster's working folder is its cluster. Nil for a process that is ending, or of another user.
    private static func workingFolder(of pid: pid_t) -> String? { File.resolved("/proc/\(pid)/cwd") }

    /// PostgreSQL refuses to start when its lock files name a process that lives, whosever it is; after a restart of
    /// the machine that is often so. Such files get the number of this process instead: the server ignores its
    /// parent's, and still finds in them what tells it of orphans of the old server.
    static func disownStrangers(in files: [String], data: String) {
        for file in files {
            guard let pid = pid(in: file), kill(pid, 0) == 0, let folder = workingFolder(of: pid),
                folder != File.resolved(data), let content = File.text(file)
            else { continue }
            let rest = content.drop { $0 != "\n" }
            File.overwrite(file, with: "\(getpid())" + rest)
        }
    }

    /// Also reaps it, when it is a child of this process that ended.
    var isRunning: Bool {
        if ChildProcess.reap(pid) != nil { return false }
        return kill(pid, 0) == 0 || errno == EPERM
    }

    /// Fast shutdown: open transactions are rolled back, the rest is written (PostgreSQL manual, "Shutting Down the
    /// Server").
    func stopFast() { kill(pid, SIGINT) }

    /// Immediate shutdown: the next start recovers from the write-ahead log.
    func stopAtOnce() { kill(pid, SIGQUIT) }

    /// Waits for the end; false when the deadline comes first. Blocks the thread.
    func waitForEnd(until deadline: ContinuousClock.Instant) -> Bool {
        while isRunning {
            guard ContinuousClock.now < deadline else { return false }
            pauseThread()
        }
        return true
    }
}
