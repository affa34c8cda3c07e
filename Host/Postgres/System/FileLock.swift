import Glibc

/// An advisory lock on a file (`flock`), which the kernel releases when its holder dies, however it dies. It belongs to
/// the open file, so that two holders within one process exclude each other too.
final class FileLock: Sendable {
    enum Mode { case shared, exclusive }

    private let descriptor: Int32

    /// Opens the file, creating it when there is none (mode 0600). Throws `cluster`.
    init(_ path: String) throws(PostgresError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw PostgresError(
                .cluster,
                "the lock file \(path) cannot be opened: \(lastError()); "
                    + "run Patchbay as the user who owns the data folder")
        }
    }

    deinit { close(descriptor) }

    /// Takes the lock, or changes its mode. False when another holder is in the way.
    func take(_ mode: Mode) -> Bool {
        while true {
            if flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
            guard errno == EINTR else { return false }
        }
    }

    /// Takes the lock, waiting until the deadline; blocks the thread.
    func take(_ mode: Mode, until deadline: ContinuousClock.Instant) -> Bool {
        while !take(mode) {
            guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
            pauseThread()
        }
        return true
    }

    func release() { _ = flock(descriptor, LOCK_UN) }
}

/// Waits a moment before the next look at something that cannot be waited for; only on a `BlockingExecutor`.
func pauseThread(milliseconds: Int32 = 20) { _ = poll(nil, 0, milliseconds) }
