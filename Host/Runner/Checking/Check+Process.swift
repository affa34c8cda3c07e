import CLinux
import CPatchbay
import Glibc

extension Check {
    /// Whether calls leave memory behind.
    mutating func memory() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        let rounds = 200
        for operation in plan.operations {
            let inputs = operation.inputs + operation.wrong
            guard !inputs.isEmpty else { continue }
            var levels: [UInt64] = []
            // The first batches fill caches, and a batch may do so later; what grows with all of them is lost.
            while levels.count < 4 || levels.count < Self.batches && growth(levels, perCall: rounds) >= Self.leastLoss {
                for round in 0..<rounds {
                    let (started, ending) = session.run(call(operation, inputs[round % inputs.count]))
                    if started.status == PB_OK, ending == nil { return report(host) }
                    host.forget(started.call)
                }
                levels.append(clinux_heap_in_use())
                if levels.count > 1, levels[levels.count - 1] > levels[0] + 256 << 20 {
                    throw CheckStop("`\(operation.name)` keeps megabytes of each call.")
                }
            }
            if levels.count == Self.batches, growth(levels, perCall: rounds) >= Self.leastLoss {
                findings.failed("`\(operation.name)` keeps \(growth(levels, perCall: rounds)) bytes of each call.")
            }
        }
        report(host)
    }

    /// Batches of an operation that seems to lose memory. Each thread of libdispatch keeps up to 1,024 blocks of some 130
    /// bytes for later (its continuations): a connector that ends calls on other threads fills these for 1,200 calls and more.
    private static let batches = 50

    /// Bytes of a call: what losing the smallest block (32 bytes) at every second call comes to. On a busy machine, with more
    /// threads that fill, 8 were seen after 6,000 calls.
    private static let leastLoss: Int64 = 16

    /// Bytes by which the memory in use grew with each call of a batch; the least of the batches but for the first two.
    private func growth(_ levels: [UInt64], perCall calls: Int) -> Int64 {
        zip(levels.dropFirst(), levels.dropFirst(2)).map { Int64(clamping: $1) - Int64(clamping: $0) }.min()
            .map { $0 / Int64(calls) } ?? 0
    }

    /// Descriptors, threads and children.
    mutating func leaks() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        callAll(session)
        CheckClock.wait(milliseconds: 50)
        let before = Holdings()
        for _ in 0..<10 { callAll(session) }
        CheckClock.wait(milliseconds: 200)
        let after = Holdings()
        // Calls under way are few, and pools of threads grow to the machine's size at most.
        if after.descriptors > before.descriptors + 4 {
            findings.failed(
                "Descriptors grew from \(before.descriptors) to \(after.descriptors): files are not closed.")
        }
        if after.threads > before.threads + 8 {
            findings.failed("Threads grew from \(before.threads) to \(after.threads): they do not end.")
        }
        try session.finish()
        if Holdings.hasChildren { findings.failed("It left a child process behind.") }
        report(host)
    }

    mutating func standardOutput() throws(CheckStop) {
        try everything()
        let (count, beginning) = streams.printed()
        if count > 0 {
            findings.failed("It wrote \(count) bytes to standard output: \"\(beginning)\"")
        }
        if streams.hasBait { findings.failed("It wrote to descriptor 3, which is not its own.") }
    }

    mutating func processState() throws(CheckStop) {
        // The C library and the runtime make up their minds on first use.
        _ = setlocale(LC_ALL, "C")
        let before = ProcessReadings()
        try everything()
        for change in before.changes(to: ProcessReadings()) { findings.failed("It changed \(change).") }
    }
}
