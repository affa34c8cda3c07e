import Glibc

/// What people call a signal.
enum SignalName {
    static func of(_ signal: Int32) -> String {
        let names = [
            SIGABRT: "SIGABRT (it gave itself up)", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE",
            SIGILL: "SIGILL (how Swift ends a program at a failed check)", SIGKILL: "SIGKILL",
            SIGSEGV: "SIGSEGV (it touched memory that is not there)", SIGTERM: "SIGTERM", SIGTRAP: "SIGTRAP",
            SIGALRM: "SIGALRM", SIGPIPE: "SIGPIPE", SIGSYS: "SIGSYS",
        ]
        return names[signal] ?? "signal \(signal)"
    }
}
