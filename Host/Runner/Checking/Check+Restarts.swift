import CLinux
import CPatchbay
import Glibc

extension Check {
    /// Opened, started, drained and stopped again and again, as by an operator who switches it off and on. Each time is
    /// another image, because hosts never start one twice.
    mutating func restarts() throws(CheckStop) {
        let host = CheckHost()
        var before = Holdings()
        var kept: [Int64] = []
        let rounds = try self.rounds()
        for round in 0..<rounds {
            let copy = try copied()
            defer { unlink(copy) }
            let module: pb_module
            do throws(Library.Refusal) {
                module = try Library(opening: copy).module
            } catch {
                throw CheckStop("As the \(round + 1)th image in one process it does not load: \(error.why)")
            }
            let level = Int64(clamping: clinux_heap_in_use())
            let session = try CheckSession(module, host: host)
            // Every other one makes a call, which is when pools of threads begin.
            let isIdle = round % 2 == 0
            if !isIdle, let operation = plan.operations.first { _ = session.run(call(operation)) }
            try session.finish()
            if isIdle { kept.append(Int64(clamping: clinux_heap_in_use()) - level) }
            // The first two fill what the process shares.
            if round == 1 { before = Holdings() }
        }
        let after = settled(above: before)
        if after.descriptors > before.descriptors + 4 {
            findings.failed(
                "\(rounds) starts and stops left \(after.descriptors - before.descriptors) descriptors open.")
        }
        if after.threads > before.threads + 8 {
            findings.failed("\(rounds) starts and stops left \(after.threads - before.threads) threads running.")
        }
        let least = kept.dropFirst().min() ?? 0
        if least >= Self.leastKept { findings.failed("It keeps \(least) bytes of each start when it is stopped.") }
        report(host)
    }

    /// 100, or as many as fill 256 MiB: an image stays mapped for as long as the process lives.
    private func rounds() throws(CheckStop) -> Int {
        var status = stat()
        guard stat(file, &status) == 0 else { throw CheckStop("\(file): \(String(cString: strerror(errno)))") }
        return max(6, min(100, (256 << 20) / max(1, Int(status.st_size))))
    }

    /// What is held once threads that only wait for work have ended; pools keep them for some seconds.
    private func settled(above least: Holdings) -> Holdings {
        var now = Holdings()
        for _ in 0..<70 where now.threads > least.threads + 2 {
            CheckClock.wait(milliseconds: 100)
            now = Holdings()
        }
        return now
    }

    /// Bytes of a start. Less than this is what a host's own watch over draining takes, and what a start may leave with the
    /// image, which stays too.
    private static let leastKept: Int64 = 4 << 10
}
