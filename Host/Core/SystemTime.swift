import Glibc

/// Time that can be waited for, too.
package protocol WaitableTime: TimeSource {
    /// Returns at the moment, or as soon as the task is cancelled.
    func wait(until moment: Timestamp) async
}

/// The machine's clock.
package struct SystemTime: WaitableTime {
    /// A clock that somebody sets while a task waits is looked at again after this many milliseconds.
    private static let longestSleep: Int64 = 60_000

    package init() {}

    package var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package func wait(until moment: Timestamp) async {
        while !Task.isCancelled {
            let rest = moment - now
            guard rest > 0 else { return }
            try? await Task.sleep(for: .milliseconds(min(rest, Self.longestSleep)))
        }
    }
}
