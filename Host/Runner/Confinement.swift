import CLinux
import Glibc

/// What the runner gives up before it touches a connector.
enum Confinement {
    static func enter() {
        _ = clinux_no_new_privileges()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        // A backtracer that the Swift runtime put in place outlives the crash and holds the parent's pipes open.
        for signal in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
            _ = Glibc.signal(signal, SIG_DFL)
        }
        // Should the parent be gone when a connector hangs, this still ends it.
        alarm(longestLife)
    }

    /// Seconds; well above any deadline the parent sets.
    private static let longestLife: UInt32 = 300
}
