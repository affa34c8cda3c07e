import Glibc

/// A server process of a cluster, whoever started it.
struct Postmaster {
    let pid: pid_t

    /// The process that `postmaster.pid` names, when it runs and really is this cluster's: after a hard stop the file
    /// stays behind, and its number may by now belong to anybody.
    init?(of data: String) {
        guard let line = File.text(data + "/postmaster.pid")?.split(separator: "\n").first, let pid = pid_t(line),
            pid > 1
        else { return nil }
        self.pid = pid
        // A postmaster's working folder is its cluster.
        guard isRunning, File.resolved("/proc/\(pid)/cwd") == File.resolved(data) else { return nil }
    }

    init(pid: pid_t) { self.pid = pid }

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
