import CLinux
import Glibc

/// Reads what a child writes until it ends, or ends it when its time is over.
///
/// It waits for the process, not for the end of its pipes: something that the child left behind may hold these open.
struct ChildWatch {
    private let pid: pid_t
    private let outputLimit: Int
    private var output: Stream
    private var complaints: Stream

    init(_ pid: pid_t, output: Int32, complaints: Int32, outputLimit: Int) {
        self.pid = pid
        self.outputLimit = outputLimit
        self.output = Stream(output)
        self.complaints = Stream(complaints)
    }

    mutating func untilEnd(by deadline: ContinuousClock.Instant) -> ChildProcess.Outcome {
        let process = clinux_pidfd(pid)
        defer { if process >= 0 { close(process) } }
        var end: ChildProcess.End?
        while end == nil {
            let left = (deadline - .now).milliseconds
            if left <= 0 {
                end = .timedOut
            } else if wait(process, milliseconds: left), hasEnded {
                break
            } else if output.bytes.count > outputLimit {
                end = .outputTooLarge
            }
        }
        // Before the child is reaped, so that its number cannot mean another group yet. It may have children of its own.
        kill(-pid, SIGKILL)
        let status = reap()
        output.read(upTo: outputLimit + 1)
        complaints.read(upTo: 64 << 10)
        if end == nil, output.bytes.count > outputLimit { end = .outputTooLarge }
        complaints.keepLast(Self.complaintLimit)
        return ChildProcess.Outcome(
            end: end ?? status, output: output.bytes, complaint: String(decoding: complaints.bytes, as: UTF8.self))
    }

    private static let complaintLimit = 4 << 10

    /// Waits for something to happen and reads what there is; true when the process may have ended.
    private mutating func wait(_ process: Int32, milliseconds: Int64) -> Bool {
        let watched = [output.isOpen ? output.descriptor : -1, complaints.isOpen ? complaints.descriptor : -1, process]
        var descriptors = watched.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // Without a descriptor for the process, look again and again.
        poll(
            &descriptors, nfds_t(descriptors.count),
            Int32(clamping: process >= 0 ? milliseconds : min(milliseconds, 10)))
        if descriptors[0].revents != 0 { output.read(upTo: outputLimit + 1) }
        if descriptors[1].revents != 0 {
            complaints.read(upTo: 64 << 10)
            complaints.keepLast(Self.complaintLimit)
        }
        return process < 0 || descriptors[2].revents != 0
    }

    /// Whether it has ended and waits to be reaped.
    private var hasEnded: Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo != 0
    }

    private func reap() -> ChildProcess.End {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = clinux_end_signal(status)
        return signal != 0 ? .signalled(signal) : .exited(clinux_exit_code(status))
    }
}

/// The reading end of a pipe and what came out of it.
private struct Stream {
    let descriptor: Int32
    private(set) var bytes: [UInt8] = []
    /// False once all writers have gone.
    private(set) var isOpen = true

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Reads what is there now, without waiting.
    mutating func read(upTo limit: Int) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { isOpen = false }
            guard count > 0 else { return }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    mutating func keepLast(_ limit: Int) {
        bytes.removeFirst(max(0, bytes.count - limit))
    }
}
