import CPatchbay
import Dispatch
import Glibc

/// A connector that was started for a check, and the calls that the check makes.
struct CheckSession {
    let module: pb_module
    let host: CheckHost

    /// Opens the library and starts it.
    init(_ file: String, host: CheckHost) throws(CheckStop) {
        do throws(Library.Refusal) {
            module = try Library(opening: file).module
        } catch {
            throw CheckStop("It does not load: \(error.why.isEmpty ? "status \(error.status)" : error.why)")
        }
        self.host = host
        try start()
    }

    init(_ module: pb_module, host: CheckHost) throws(CheckStop) {
        self.module = module
        self.host = host
        try start()
    }

    private func start() throws(CheckStop) {
        let begin = CheckClock.milliseconds
        let status = module.start(module.context, host.table)
        guard status == PB_OK else { throw CheckStop("Its start answered \(status) instead of 0.") }
        let took = CheckClock.milliseconds - begin
        guard took < 2_000 else { throw CheckStop("Its start took \(took) ms; it has 2,000.") }
    }

    /// A call as the connector is given it.
    struct Call {
        var operation: [UInt8]
        var input: [UInt8]
        var settings: [UInt8] = Array("{}".utf8)
        var credential: [UInt8] = []
        /// Milliseconds from now.
        var deadline: Int64 = CheckSession.patience
        /// The size that is claimed; more than there is for a newer host.
        var tail = 0
    }

    /// What `invoke` answered, and the call's id.
    struct Started {
        var call: pb_call
        var status: Int32
        /// Milliseconds that `invoke` took.
        var took: Int64
    }

    /// Milliseconds a call has when every answer is there at once.
    static let patience: Int64 = 3_000
    /// Milliseconds between asking for the end of a call and giving it up.
    static let grace: Int64 = 2_000

    func invoke(_ call: Call) -> Started {
        let id = host.issue(String(decoding: call.operation, as: UTF8.self))
        var lent = LentMemory(host.style)
        var invocation = pb_invocation()
        invocation.size = UInt32(MemoryLayout<pb_invocation>.size + call.tail)
        invocation.attempt = 1
        invocation.call = id
        invocation.deadline_ms = CheckClock.unix + call.deadline
        invocation.operation = lent.lend(call.operation)
        invocation.input = lent.lend(call.input)
        invocation.settings = lent.lend(call.settings)
        invocation.credential = lent.lend(call.credential)
        invocation.idempotency_key = lent.lend(Array("check-\(id)".utf8))
        let pointer: UnsafePointer<pb_invocation>
        if call.tail > 0 {
            let bytes =
                withUnsafeBytes(of: invocation) { Array($0) } + [UInt8](repeating: 0xDB, count: call.tail)
            pointer = UnsafeRawPointer(lent.lend(bytes).data!).assumingMemoryBound(to: pb_invocation.self)
        } else {
            pointer = UnsafePointer(lent.lend(invocation))
        }
        let begin = CheckClock.milliseconds
        let status = module.invoke(module.context, pointer)
        let took = CheckClock.milliseconds - begin
        lent.end()
        if status != PB_OK { host.refused(id, status) }
        return Started(call: id, status: status, took: took)
    }

    func cancel(_ call: pb_call, because reason: Int32) {
        host.markCancelled(call)
        module.cancel(module.context, call, reason)
    }

    /// Waits for a call's end as a host does: cancels it at its deadline, and gives it up some time later.
    ///
    /// - Returns: Nil when it was given up, which the host has noted then.
    func end(_ started: Started, within milliseconds: Int64 = patience) -> CheckHost.Ending? {
        guard started.status == PB_OK else { return nil }
        if let ending = host.ending(of: started.call, within: milliseconds) { return ending }
        cancel(started.call, because: Int32(PB_CANCEL_DEADLINE))
        if let ending = host.ending(of: started.call, within: Self.grace) { return ending }
        host.giveUp(
            started.call, "did not end: neither within \(milliseconds) ms nor \(Self.grace) ms after it was cancelled.")
        return nil
    }

    /// Makes a call and waits for its end.
    func run(_ call: Call) -> (started: Started, ending: CheckHost.Ending?) {
        let started = invoke(call)
        return (started, end(started))
    }

    /// Drains and stops it as a host does.
    func finish() throws(CheckStop) {
        if let drain = module.drain {
            guard Self.drain(module, drain).settled(within: 5_000) else {
                throw CheckStop("Its drain did not end within 5 s though every call had ended.")
            }
        }
        module.stop?(module.context)
    }
}

/// Why a check cannot go on; a failure.
struct CheckStop: Error {
    var text: String
    init(_ text: String) { self.text = text }
}

enum CheckClock {
    /// Since some moment, never set back.
    static var milliseconds: Int64 { read(CLOCK_MONOTONIC) }
    /// Since 1970-01-01T00:00Z.
    static var unix: Int64 { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    static func wait(milliseconds: Int64) { usleep(useconds_t(milliseconds * 1_000)) }
}
