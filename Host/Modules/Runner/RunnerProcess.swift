import CLinux
import Dispatch
import Glibc
import PatchbayFrames
import Synchronization

/// One runner: a process, and the thread in this one that listens to it.
///
/// Frames are sent by whoever has something to say, without waiting: what finds no room is kept, and sent by another thread.
/// Frames that come are dealt with by the listening thread, to the point of resuming whoever waits. Where calls end within
/// microseconds, the caller listens for them in its place: see `RunnerTurn`.
final class RunnerProcess: Sendable {
    let number: Int
    private let path: String
    private let terms: RunnerTerms
    private let pool: RunnerPool

    private struct State {
        var child: RunnerChild?
        /// Why it is being ended, when it is.
        var sentence: RunnerEnd?
        /// Frames that found no room.
        var outbox: [Frame] = []
        var isFlushing = false
        /// `/proc/…/statm`
        var memory: Int32 = -1
        /// What it last wrote to standard output and error.
        var words: [UInt8] = []
        /// Lines that it logged, less those that it may log from look to look.
        var lines = 0
    }

    private let state = Mutex(State())
    private let turn = RunnerTurn()
    /// Unsafe in name only: used by whoever's turn it is to listen.
    nonisolated(unsafe) private var receiver: FrameReceiver?

    init(_ number: Int, path: String, terms: RunnerTerms, pool: RunnerPool) {
        self.number = number
        self.path = path
        self.terms = terms
        self.pool = pool
    }

    func start() {
        let status = RunnerThread.start { self.run() }
        if status != 0 { pool.gone(self, .failedToStart(status), words: "") }
    }

    // MARK: The thread

    private func run() {
        let child: RunnerChild
        do throws(RunnerChild.Failure) {
            child = try RunnerChild.start(path)
        } catch {
            return pool.gone(self, .failedToStart(error.number), words: "")
        }
        let isDoomed = state.withLock { state in
            state.child = child
            state.memory = open("/proc/\(child.pid)/statm", O_RDONLY | O_CLOEXEC)
            return state.sentence != nil
        }
        if isDoomed { child.kill() }
        receiver = FrameReceiver(child.port)
        if !child.port.receiveBriefly() { turn.end() }
        _ = child.port.send(terms.frame, mayWait: true)
        let problem = listen(child)
        let end = bury(child, problem)
        pool.gone(self, end, words: lastWords)
    }

    private func listen(_ child: RunnerChild) -> FrameProblem? {
        do throws(FrameProblem) {
            while try receiveOne() { turn.afterFrame() }
            turn.end()
            return nil
        } catch {
            turn.end()
            return error
        }
    }

    /// Waits for a frame and deals with it; false when the runner is gone.
    private func receiveOne(mayWait: Bool = true) throws(FrameProblem) -> Bool {
        let isOpen: Void? = try receiver?.next(mayWait: mayWait) { head, reader throws(FrameProblem) in
            try pool.received(head, &reader, from: self)
        }
        return isOpen != nil
    }

    /// Listens for the end of a call that was sent, for a moment, when that is likely to be enough and nobody else does. On
    /// return the call may have ended.
    func listen(for call: UInt64) {
        guard turn.take(for: call) else { return }
        do throws(FrameProblem) {
            while turn.isPatient, try receiveOne(mayWait: false) {
                if turn.hasEnded(call) { return turn.leave() }
            }
        } catch {
            if error != .nothingCame { kill(.violation(error)) }
        }
        turn.pass()
    }

    /// Sends a call. False when too many frames wait already.
    func send(call frame: Frame) -> Bool {
        turn.begin()
        if send(frame) { return true }
        turn.withdraw()
        return false
    }

    /// A call of this runner is over.
    func noteEnded(_ call: UInt64) { turn.noteEnded(call) }

    private func bury(_ child: RunnerChild, _ problem: FrameProblem?) -> RunnerEnd {
        // A moment for one that ends by itself: what it died of is worth knowing. One that only closed its socket gets no
        // longer.
        let isLeft = problem == nil && !child.hasEnded(within: 100)
        if problem != nil || isLeft { child.kill() }
        child.untilEnd()
        readWords(child)
        let sentence = state.withLock { state in
            // From here on nobody kills it or writes to it.
            state.child = nil
            state.outbox = []
            if state.memory >= 0 { close(state.memory) }
            return state.sentence
        }
        let end = child.reap()
        child.port.close()
        close(child.output)
        return sentence ?? problem.map { .violation($0) } ?? (isLeft ? .hungUp : end)
    }

    // MARK: From any thread

    /// True when the frame was taken; it then arrives, or the runner ends. False when too many wait already.
    @discardableResult
    func send(_ frame: Frame) -> Bool {
        let (isTaken, mustFlush) = state.withLock { state in
            guard let child = state.child else { return (true, false) }
            if state.outbox.isEmpty {
                let status = child.port.send(frame, mayWait: false)
                if status != EAGAIN { return (true, false) }
            }
            guard state.outbox.count < Self.longestOutbox else { return (false, false) }
            state.outbox.append(frame)
            defer { state.isFlushing = true }
            return (true, !state.isFlushing)
        }
        if mustFlush { Self.flushing.async { self.flush() } }
        return isTaken
    }

    private static let longestOutbox = 4_096
    private static let flushing = DispatchQueue(label: "patchbay.runners.sending", attributes: .concurrent)

    private func flush() {
        while true {
            let socket: Int32? = state.withLock { state in
                guard let child = state.child, !state.outbox.isEmpty else {
                    state.isFlushing = false
                    return nil
                }
                var sent = 0
                while sent < state.outbox.count, child.port.send(state.outbox[sent], mayWait: false) != EAGAIN {
                    sent += 1
                }
                state.outbox.removeFirst(sent)
                // A number of its own: the child's may be closed, and be another's, before the wait is over.
                return clinux_copy_above(child.port.socket, 0)
            }
            guard let socket else { return }
            guard socket >= 0 else { continue }
            FramePort(socket: socket).waitForRoom(milliseconds: 100)
            close(socket)
        }
    }

    /// Ends it, for a reason that its calls are told.
    func kill(_ sentence: RunnerEnd) {
        state.withLock { state in
            if state.sentence == nil { state.sentence = sentence }
            state.child?.kill()
        }
    }

    /// Lets it end by itself; not a fault, however it does.
    func stop() {
        state.withLock { if $0.sentence == nil { $0.sentence = .stopped } }
        send(Frame(.stop))
    }

    /// Counts a line that it logged; true when there are too many.
    func noteLine() -> Bool {
        state.withLock { state in
            state.lines += 1
            return state.lines > Self.mostLines
        }
    }

    private static let mostLines = 50_000
    /// Lines from one look to the next that nobody minds.
    private static let linesPerLook = 2_000
    /// Milliseconds: for opening and starting the library.
    private static let processorTimeOfItsOwn: Int64 = 500

    /// Looks at what it fills, uses and wrote. Answers new output.
    func look(memory limit: Int64, cpu: Int64?) -> String {
        let (filled, child) = state.withLock { state in
            state.lines = max(0, state.lines - Self.linesPerLook)
            guard let child = state.child else { return (Int64(0), RunnerChild?.none) }
            return (state.memory >= 0 ? RunnerChild.memory(state.memory) ?? 0 : 0, child)
        }
        if filled > limit { kill(.memory(limit: limit)) }
        if let cpu, let child, child.processorTime > cpu * turn.calls + Self.processorTimeOfItsOwn {
            kill(.cpu(limit: cpu))
        }
        return child.map { readWords($0) } ?? ""
    }

    @discardableResult
    private func readWords(_ child: RunnerChild) -> String {
        state.withLock { state in
            // Closed by the listening thread after it has taken the child out; another one looks no more then.
            guard state.child != nil else { return "" }
            var buffer = [UInt8](repeating: 0, count: 4 << 10)
            var all: [UInt8] = []
            while all.count < Self.mostWords {
                let count = read(child.output, &buffer, buffer.count)
                guard count > 0 else { break }
                all += buffer[..<count]
            }
            state.words = (state.words + all).suffix(Self.keptWords)
            return String(decoding: all, as: UTF8.self)
        }
    }

    private static let mostWords = 64 << 10
    private static let keptWords = 2 << 10

    private var lastWords: String { state.withLock { String(decoding: $0.words, as: UTF8.self) } }
}
