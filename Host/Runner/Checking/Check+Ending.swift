import CPatchbay
import Glibc

extension Check {
    /// Before, during and after a call, and twice.
    mutating func cancel() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        host.answer = .silence
        for operation in plan.operations {
            let started = session.invoke(call(operation))
            guard started.status == PB_OK else { continue }
            CheckClock.wait(milliseconds: 5)
            for _ in 0..<2 { session.cancel(started.call, because: Int32(PB_CANCEL_REQUESTED)) }
            guard host.ending(of: started.call, within: CheckSession.grace) != nil else {
                host.giveUp(started.call, "did not end within \(CheckSession.grace) ms of being cancelled.")
                break
            }
            session.cancel(started.call, because: Int32(PB_CANCEL_SHUTDOWN))
        }
        host.releaseRequests()
        report(host, settling: 500)
        try session.finish()
    }

    /// At whatever moment, from another thread.
    mutating func cancelRace() throws(CheckStop) {
        let host = CheckHost()
        let session = Shared(try CheckSession(file, host: host))
        var numbers = SplitMix(seed)
        for round in 0..<200 {
            let operation = plan.operations[round % plan.operations.count]
            host.answer = round % 3 == 0 ? .silence : .unreachable
            let delay = UInt32(numbers.next() % 300)
            let started = session.value.invoke(call(operation))
            guard started.status == PB_OK else { continue }
            let thread = Threads.start {
                usleep(delay)
                session.value.cancel(started.call, because: Int32(PB_CANCEL_REQUESTED))
            }
            let ending = host.ending(of: started.call, within: CheckSession.grace)
            pthread_join(thread, nil)
            guard ending != nil else {
                host.giveUp(started.call, "did not end after it was cancelled \(delay) µs after `invoke` had returned.")
                break
            }
            host.forget(started.call)
        }
        host.releaseRequests()
        report(host)
        try session.value.finish()
    }

    /// One that passes, and one that has passed.
    mutating func deadline() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        for operation in plan.operations {
            for deadline: Int64 in [100, -60_000, -1 << 60] {
                host.answer = deadline > 0 ? .silence : .unreachable
                var call = call(operation)
                call.deadline = deadline
                let started = session.invoke(call)
                if started.status == PB_OK, session.end(started, within: max(0, min(100, deadline))) == nil {
                    return report(host)
                }
            }
        }
        host.releaseRequests()
        report(host)
        try session.finish()
    }

    /// With calls under way: done once, after the last has ended.
    mutating func drain() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        guard let drain = session.module.drain else {
            findings.skipped = "It has no drain."
            return
        }
        host.answer = .silence
        var started = plan.operations.prefix(16).map { session.invoke(call($0)) }
        started.removeAll { $0.status != PB_OK }
        let watch = CheckSession.drain(session.module, drain)
        CheckClock.wait(milliseconds: 50)
        if watch.count > 0, started.contains(where: { !host.hasEnded($0.call) }) {
            findings.failed("Its drain says that it is done while calls run.")
        }
        // A call that comes too late may be refused or served, but not lost.
        for operation in plan.operations.prefix(1) {
            let late = session.invoke(call(operation))
            if late.status == PB_OK { started.append(late) }
        }
        for call in started { session.cancel(call.call, because: Int32(PB_CANCEL_SHUTDOWN)) }
        for call in started where host.ending(of: call.call, within: CheckSession.grace) == nil {
            host.giveUp(call.call, "did not end when the connector was drained and the call cancelled.")
            return report(host)
        }
        guard watch.settled(within: 2_000) else {
            throw CheckStop("Its drain did not end within 2 s after its last call had.")
        }
        session.module.stop?(session.module.context)
        report(host)
        if watch.count > 1 { findings.failed("Its drain said \(watch.count) times that it was done.") }
    }

    /// A host in a hurry does not wait.
    mutating func stopWithCalls() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        host.answer = .silence
        for operation in plan.operations.prefix(16) { _ = session.invoke(call(operation)) }
        session.module.stop?(session.module.context)
        host.releaseRequests()
        report(host, settling: 300)
    }

    /// As many calls at a time as it says it can take, from several threads.
    mutating func concurrency() throws(CheckStop) {
        let host = CheckHost()
        let session = Shared(try CheckSession(file, host: host))
        let threads = min(8, plan.concurrency), each = 500 / threads + 1
        let inHand = max(1, plan.concurrency / threads)
        let calls = plan.operations.map { call($0) }
        let shared = Shared(calls)
        Threads.together(threads) { thread in
            var running: [CheckSession.Started] = []
            for round in 0..<each {
                running.append(session.value.invoke(shared.value[(thread + round) % shared.value.count]))
                guard running.count >= min(inHand, 64) else { continue }
                for started in running {
                    if started.status == PB_OK, session.value.end(started) == nil { return }
                    host.forget(started.call)
                }
                running = []
            }
            for started in running { _ = session.value.end(started) }
        }
        report(host)
        try session.value.finish()
    }
}

/// A value that several threads read and none changes.
struct Shared<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// Numbers that look random and are the same for the same seed (Steele, Lea and Flood, 2014).
struct SplitMix {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
