import Glibc
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayPostgres

/// What ten thousand runs that wait cost the process that has begun them.
enum WaitingMeasurement {
    private static let runs = 10_000
    /// So that everything that stays whatever happens is there before.
    private static let runsBefore = 2_000

    @concurrent static func run(in workshop: Workshop) async throws {
        let workflow = try await workshop.save([
            "name": "waiting",
            "nodes": [
                ["id": "start", "type": "manual"],
                ["id": "later", "type": "wait", "config": ["duration": "12h"]],
            ],
            "edges": [["source": "start", "target": "later"]],
        ])
        try await workshop.working {
            try await park(runsBefore, until: runsBefore, workflow, in: workshop)
            try await useAllConnections(of: workshop)
            let before = Usage.now
            let began = ContinuousClock.now
            try await park(runs, until: runsBefore + runs, workflow, in: workshop)
            let took = (ContinuousClock.now - began).milliseconds / 1e3
            let after = await settled(below: before)
            EngineBench.report(
                "memory of 10,000 waiting runs (parked in \(took.text(1)) s)",
                "\((Double(after.resident - before.resident) / 1e6).text(1)) MB resident",
                budget: "10 MB")
            EngineBench.report(
                "  threads", "\(after.threads - before.threads) more than the \(before.threads) before",
                budget: "none more")
        }
    }

    /// Threads that nobody needs any longer end by themselves, after some seconds.
    private static func settled(below before: Usage) async -> Usage {
        var usage = Usage.now
        for _ in 0..<100 where usage.threads > before.threads {
            try? await Task.sleep(for: .milliseconds(200))
            usage = Usage.now
        }
        return usage
    }

    /// Each connection has a thread, and comes when it is needed first.
    private static func useAllConnections(of workshop: Workshop) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask { _ = try await workshop.pool.query("select from pg_sleep(0.05)") }
            }
            try await group.waitForAll()
        }
    }

    /// Starts runs, and returns when so many wait without a worker.
    private static func park(
        _ count: Int, until total: Int, _ workflow: WorkflowRecord, in workshop: Workshop
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<64 {
                group.addTask {
                    for _ in stride(from: client, to: count, by: 64) {
                        _ = try await workshop.starter.start(workflow, input: ["n": 1])
                    }
                }
            }
            try await group.waitForAll()
        }
        while true {
            let parked = try await workshop.pool.query(
                "select count(*) as runs from run_queue where state = 'waiting' and worker is null"
            ).one().int("runs")
            if parked >= total { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// What this process has, in bytes.
    private struct Usage {
        var resident: Int
        var threads: Int

        static var now: Usage {
            // What is free goes back to the system, so that what is left is in use. No header of the module declares it.
            if let symbol = dlsym(nil, "malloc_trim") {
                _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)(0)
            }
            let pages = number(at: 1, of: text("/proc/self/statm"))
            let threads = text("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("Threads:") }
            return Usage(
                resident: pages * Int(sysconf(Int32(_SC_PAGESIZE))),
                threads: threads.map { number(at: 1, of: String($0)) } ?? 0)
        }

        private static func number(at place: Int, of text: String) -> Int {
            let words = text.split(whereSeparator: \.isWhitespace)
            return words.indices.contains(place) ? Int(words[place]) ?? 0 : 0
        }

        private static func text(_ path: String) -> String {
            let file = open(path, O_RDONLY)
            guard file >= 0 else { return "" }
            defer { close(file) }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let length = read(file, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(length, 0)), as: UTF8.self)
        }
    }
}
