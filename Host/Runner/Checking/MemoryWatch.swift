import Glibc

/// Ends the process when it has filled more memory than it may, before the machine is short of it.
enum MemoryWatch {
    /// - Parameter exceeded: Called once, before the end.
    static func start(limit: Int, exceeded: @escaping @Sendable () -> Void) {
        let statistics = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard statistics >= 0 else { return }
        Threads.start {
            let page = Int(sysconf(Int32(_SC_PAGESIZE)))
            while true {
                if resident(statistics) > limit / page {
                    exceeded()
                    _exit(0)
                }
                usleep(5_000)
            }
        }
    }

    /// Pages. The second number of the file (proc_pid_statm(5)); what is not read counts as none.
    private static func resident(_ file: Int32) -> Int {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { buffer in
            let count = pread(file, buffer.baseAddress, buffer.count, 0)
            var (pages, field) = (0, 0)
            for index in 0..<max(0, count) {
                if buffer[index] == 0x20 { field += 1 }
                guard field < 2 else { break }
                if field == 1, buffer[index] != 0x20 { pages = pages * 10 + Int(buffer[index]) - 0x30 }
            }
            return pages
        }
    }
}
