import Glibc

/// What a process holds.
struct Holdings {
    var descriptors: Int
    var threads: Int

    /// As it is now.
    init() {
        descriptors = Self.count("/proc/self/fd")
        threads = Self.count("/proc/self/task")
    }

    /// Whether there is a child, running or waiting to be reaped.
    static var hasChildren: Bool {
        var status: Int32 = 0
        return waitpid(-1, &status, WNOHANG) >= 0
    }

    private static func count(_ folder: String) -> Int {
        guard let folder = opendir(folder) else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
