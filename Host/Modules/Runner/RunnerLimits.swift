import Glibc

/// How runners of one connector version are kept. Times in milliseconds.
package struct RunnerLimits: Sendable, Equatable {
    /// Processes at a time.
    package var most: Int
    /// Calls that one process has at a time; further ones wait, and bring another process into being.
    package var calls: Int
    /// A process that has had nothing to do for so long ends.
    package var idle: Int64 = 60_000
    /// For opening and starting the library.
    package var start: Int64 = 10_000
    /// Between questions whether a process with calls still answers.
    package var ping: Int64 = 1_000
    /// Without an answer for so long it counts as hanging.
    package var hang: Int64 = 10_000
    /// For stopping.
    package var stop: Int64 = 2_000
    /// Calls that one process may leave unended after they were cancelled; then it is replaced.
    package var lost = 3
    /// A version whose processes end badly so often within `window` is set aside.
    package var faults = 5
    package var window: Int64 = 60_000
    /// Wait before the second new process in a row; doubles, up to `longestBackOff`.
    package var backOff: Int64 = 100
    package var longestBackOff: Int64 = 10_000
    /// Bytes that a process may fill.
    package var memory: Int64 = 512 << 20

    package init(most: Int = max(1, min(4, cores)), calls: Int = 32) {
        self.most = most
        self.calls = calls
    }

    package static var cores: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
