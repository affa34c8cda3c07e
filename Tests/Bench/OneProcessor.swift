import Glibc

/// Keeps every thread of this program, and every process that one of them starts, on one processor for a time.
///
/// For two processes that wait for each other in turn: on processors of their own each message wakes one that sleeps, which
/// costs several times what is measured, and whether the kernel puts them on one or on two changes from moment to moment.
enum OneProcessor {
    /// `sched_getaffinity` and `sched_setaffinity`, which the C library's headers declare only to GNU sources: a thread, the
    /// size of a set of processors, and the set, a bit for each.
    private typealias Affinity = @convention(c) (pid_t, Int, UnsafeMutablePointer<UInt64>) -> Int32

    static func within<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        var all = [UInt64](repeating: 0, count: 16)
        guard function("sched_getaffinity")(0, all.count * 8, &all) >= 0,
            let first = all.firstIndex(where: { $0 != 0 })
        else { Bench.fail("the processors are not known") }
        var one = [UInt64](repeating: 0, count: all.count)
        one[first] = all[first] & (0 &- all[first])
        place(on: one)
        defer { place(on: all) }
        return try await body()
    }

    private static func place(on processors: [UInt64]) {
        var processors = processors
        let set = function("sched_setaffinity")
        guard let folder = opendir("/proc/self/task") else { Bench.fail("/proc is not there") }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            // One that has ended meanwhile needs none.
            if let thread = pid_t(name) { _ = set(thread, processors.count * 8, &processors) }
        }
    }

    private static func function(_ name: String) -> Affinity {
        guard let symbol = dlsym(nil, name) else { Bench.fail("the C library has no \(name)") }
        return unsafeBitCast(symbol, to: Affinity.self)
    }
}
