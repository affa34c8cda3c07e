import CPatchbay
import Dispatch
import Glibc
import Logging
import PatchbayCore
import PatchbayFrames
import PatchbayOutbound
import Synchronization

/// A connector version that runs in processes of its own.
final class RunnerPool: ModuleBody {
    let side: HostSide
    let manifest: Manifest
    private let runner: String
    private let terms: RunnerTerms
    private let limits: RunnerLimits

    fileprivate struct State {
        var fleet: RunnerFleet
        var processes: [Int: RunnerProcess] = [:]
        /// What is to be said of the calls that wait.
        var invocations: [UInt64: Invocation] = [:]
        /// Operations of the calls that runners have, for the words on how these ended.
        var operations: [UInt64: String] = [:]
        /// Measures that hold, as the last runner said.
        var holding: UInt32?
        /// Who waits for the first runner.
        var opening: (@Sendable (ConnectorRefusal?) -> Void)?
        var draining: Set<Int> = []
        var drained: (@Sendable () -> Void)?
        var lastEnd: RunnerEnd?
        var isTicking = false
        var isFast = false
        /// Something was asked of a runner since the last look.
        var isBusy = false
    }

    private let state: Mutex<State>
    /// Unsafe in name only: dispatch sources may be used from any thread.
    nonisolated(unsafe) private let timer: any DispatchSourceTimer
    private static let watching = DispatchQueue(label: "patchbay.runners")

    init(_ manifest: Manifest, runner: String, terms: RunnerTerms, limits: RunnerLimits, side: HostSide) {
        self.manifest = manifest
        self.runner = runner
        self.terms = terms
        self.limits = limits
        self.side = side
        state = Mutex(State(fleet: RunnerFleet(limits)))
        timer = DispatchSource.makeTimerSource(queue: Self.watching)
        timer.setEventHandler { [weak self] in self?.tick() }
        timer.activate()
    }

    deinit { timer.cancel() }

    private var now: Int64 { MonotonicClock.now }

    /// Starts the first runner; answers why the library does not run.
    func open() async -> ConnectorRefusal? {
        await withCheckedContinuation { continuation in
            let number = state.withLock { state in
                state.opening = { continuation.resume(returning: $0) }
                return state.fleet.begin(now: now)
            }
            start(number)
        }
    }

    private func start(_ number: Int) {
        let process = RunnerProcess(number, path: runner, terms: terms, pool: self)
        state.withLock { $0.processes[number] = process }
        process.start()
        watch()
    }

    // MARK: Calls

    func invoke(_ invocation: Invocation, as id: UInt64) -> Int32 {
        let (place, process) = state.withLock { state in
            let place = state.fleet.place(id, now: now)
            switch place {
            case .runner(let number):
                state.operations[id] = invocation.operation
                return (place, state.processes[number])
            case .waits: state.invocations[id] = invocation
            case .refused: break
            }
            return (place, RunnerProcess?.none)
        }
        switch place {
        case .runner(let number):
            guard let process else { break }
            guard process.send(call: invocation.frame(as: id)) else {
                unsent(id, number)
                return Int32(PB_BUSY)
            }
            watch()
            process.listen(for: id)
            return Int32(PB_OK)
        case .waits(let starting): if let starting { start(starting) }
        case .refused:
            side.calls.end(id, of: side)?.settle(.failure(setAside(invocation.operation)))
        }
        watch()
        return Int32(PB_OK)
    }

    func cancel(_ id: UInt64, _ reason: CancelReason) {
        let (wasWaiting, process) = state.withLock { state in
            if state.fleet.withdraw(id) {
                state.invocations[id] = nil
                return (true, RunnerProcess?.none)
            }
            return (false, state.fleet.runner(of: id).flatMap { state.processes[$0] })
        }
        if wasWaiting { side.calls.end(id, of: side)?.settle(.notStarted(reason)) }
        process?.send(Frame(.cancel, id: id, word: UInt32(reason.rawValue)))
    }

    func giveUp(_ id: UInt64) {
        let process = state.withLock { state in
            state.invocations[id] = nil
            state.operations[id] = nil
            return state.fleet.giveUp(id, now: now).flatMap { state.processes[$0] }
        }
        process?.noteEnded(id)
        process?.send(Frame(.forget, id: id))
    }

    /// A runner is done with a call, which makes room for another. False when it does not have it.
    @discardableResult
    func ended(_ id: UInt64, by process: RunnerProcess) -> Bool {
        let (isKnown, isOver, next) = state.withLock { state -> (Bool, Bool, (UInt64, Invocation)?) in
            guard let end = state.fleet.ended(id, by: process.number, now: now) else { return (false, false, nil) }
            state.operations[id] = nil
            guard let next = end.next, let invocation = state.invocations.removeValue(forKey: next) else {
                return (true, end.isOver, nil)
            }
            state.operations[next] = invocation.operation
            return (true, false, (next, invocation))
        }
        if isKnown { process.noteEnded(id) }
        if isOver { process.kill(.stopped) }
        if let (id, invocation) = next {
            deliver(id, invocation, to: process)
        }
        return isKnown
    }

    /// Sends a call that has waited.
    private func deliver(_ id: UInt64, _ invocation: Invocation, to process: RunnerProcess) {
        guard !process.send(call: invocation.frame(as: id)) else { return }
        unsent(id, process.number)
        if let call = side.calls.end(id, of: side) { call.settle(.failure(call.refusal(Int32(PB_BUSY)))) }
    }

    /// A call did not get to the runner that it was meant for.
    private func unsent(_ id: UInt64, _ number: Int) {
        state.withLock { state in
            _ = state.fleet.ended(id, by: number, now: now)
            state.operations[id] = nil
        }
    }

    // MARK: Runners

    func ready(_ process: RunnerProcess, holding: UInt32) {
        let (calls, opening) = state.withLock { state in
            state.holding = holding
            let calls = state.fleet.ready(process.number, now: now).compactMap { id in
                state.invocations.removeValue(forKey: id).map { (id, $0) }
            }
            for (id, invocation) in calls { state.operations[id] = invocation.operation }
            defer { state.opening = nil }
            return (calls, state.opening)
        }
        opening?(nil)
        for (id, invocation) in calls {
            deliver(id, invocation, to: process)
        }
    }

    func answered(_ process: RunnerProcess) { state.withLock { $0.fleet.answered(process.number, now: now) } }

    /// It does not want to be called again: it holds what it cannot stop or give back.
    func retiring(_ process: RunnerProcess) {
        let (starting, isOver) = state.withLock { $0.fleet.retire(process.number, now: now) }
        if isOver { process.kill(.stopped) }
        if let starting { start(starting) }
    }

    func drained(_ process: RunnerProcess) {
        let drained = state.withLock { state in
            state.draining.remove(process.number)
            return state.takeDrained()
        }
        drained?()
    }

    /// A runner has ended. Its calls fail, each with the connector's name, and what it did is not known.
    func gone(_ process: RunnerProcess, _ end: RunnerEnd, words: String) {
        let words = side.redaction.masked(words, isRest: true)
        let (loss, had, refused, opening, drained) = state.withLock { state in
            state.processes[process.number] = nil
            let loss = state.fleet.gone(process.number, isFault: end.isFault, now: now)
            if loss.isFault { state.lastEnd = end }
            let had = loss.had.map { ($0, state.operations.removeValue(forKey: $0) ?? "a call") }
            let refused = loss.refused.map { ($0, state.invocations.removeValue(forKey: $0)?.operation ?? "a call") }
            state.draining.remove(process.number)
            defer { state.opening = nil }
            return (loss, had, refused, state.opening, state.takeDrained())
        }
        if loss.isFault { complain(end, loss, words) }
        opening?(refusal(end))
        for (id, operation) in had {
            side.calls.end(id, of: side)?.settle(.failure(failure(end, operation, had.count, words)))
        }
        for (id, operation) in refused { side.calls.end(id, of: side)?.settle(.failure(setAside(operation))) }
        if let starting = loss.starting { start(starting) }
        drained?()
    }

    // MARK: The end

    func drain(atMost limit: Duration) async -> Bool {
        await BlockingWork.untilSettled(atMost: limit) { settle in
            let (ready, drained) = state.withLock { state in
                let members = state.fleet.drain()
                let ready = members.filter { $0.phase != .starting }.compactMap { state.processes[$0.number] }
                state.draining = Set(ready.map(\.number))
                state.drained = settle
                return (ready, state.takeDrained())
            }
            for process in ready { process.send(Frame(.drain)) }
            drained?()
        }
    }

    func stop() {
        let processes = state.withLock { state in
            _ = state.fleet.drain()
            return Array(state.processes.values)
        }
        for process in processes { process.stop() }
        let end = now + limits.stop
        while now < end, state.withLock({ !$0.processes.isEmpty }) { usleep(2_000) }
        for process in processes { process.kill(.stopped) }
    }

    var openPorts: [UInt16]? { terms.ports }

    func liftQuarantine() -> Bool { state.withLock { $0.fleet.lift() } }

    var isolation: ConnectorIsolation {
        state.withLock { state in
            var isolation = RunnerMeasures.isolation(holding: state.holding, hasSockets: !terms.ports.isEmpty)
            isolation.runners = state.fleet.count
            if state.fleet.isQuarantined {
                isolation.quarantine = state.lastEnd.map { "\(side.label) \($0.words)" } ?? "It kept ending."
            }
            return isolation
        }
    }

    // MARK: Time

    /// Looks often while there is something to look after, now and then while a runner only waits, and else not at all.
    private func watch() {
        let mustWake = state.withLock { state in
            state.isBusy = true
            defer { (state.isTicking, state.isFast) = (true, true) }
            return !state.isTicking || !state.isFast
        }
        if mustWake { timer.schedule(deadline: .now() + .milliseconds(Self.fast)) }
    }

    /// Milliseconds.
    private static let fast = 50
    private static let slow = 1_000

    private func tick() {
        let (commands, processes) = state.withLock { state in
            (state.fleet.tick(now: now), Array(state.processes.values))
        }
        for process in processes {
            let words = process.look(memory: terms.memory, cpu: manifest.limits.cpu)
            guard !words.isEmpty else { continue }
            side.logger.info(
                "A connector wrote to its output",
                metadata: [
                    "connector": "\(side.label)",
                    "output": "\(side.redaction.masked(words, isRest: true).prefix(4_000))",
                ]
            )
        }
        for command in commands { run(command) }
        let pause: Int? = state.withLock { state in
            let isFast = state.isBusy || state.fleet.hasWork
            state.isBusy = false
            (state.isFast, state.isTicking) = (isFast, isFast || state.fleet.count > 0)
            return state.isTicking ? (isFast ? Self.fast : Self.slow) : nil
        }
        if let pause { timer.schedule(deadline: .now() + .milliseconds(pause)) }
    }

    private func run(_ command: RunnerFleet.Command) {
        func process(_ number: Int) -> RunnerProcess? { state.withLock { $0.processes[number] } }
        switch command {
        case .start(let number): start(number)
        case .ping(let number): process(number)?.send(Frame(.ping))
        case .retire(let number): process(number)?.stop()
        case .kill(let number, .slowStart): process(number)?.kill(.slowStart)
        case .kill(let number, .hung): process(number)?.kill(.hung)
        case .kill(let number, .lostCalls): process(number)?.kill(.lostCalls)
        }
    }
}

extension RunnerPool.State {
    /// Who waits for all to be drained, once that is so.
    fileprivate mutating func takeDrained() -> (@Sendable () -> Void)? {
        guard draining.isEmpty else { return nil }
        defer { drained = nil }
        return drained
    }
}
