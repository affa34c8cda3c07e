/// The rules of the pool, without connections, time or locks: every method takes what happened and answers what is to
/// be done. Connections and waiting callers are numbers here.
struct PoolState: Equatable {
    /// What a caller gets: a connection that stands, or the right to open one under a number.
    enum Grant: Equatable, Sendable {
        case use(Int)
        case open(Int)
    }

    enum Answer: Equatable {
        case granted(Grant)
        case queued
        /// The pool is closed, or closing.
        case refused
    }

    enum Command: Equatable {
        case grant(waiter: Int, Grant)
        /// Close a connection that nobody uses.
        case discard(Int)
        case refuse(waiter: Int)
        /// The pool is closed and empty now.
        case finish
    }

    private enum Phase { case open, closing, closed }

    /// The most connections at a time.
    let size: Int
    private var phase = Phase.open
    /// The one used last is used next, so that those that are not needed stay idle.
    private var idle: [Int] = []
    private var busy: Set<Int> = []
    private var waiters: [Int] = []
    private var nextConnection = 0

    init(size: Int) { self.size = max(size, 1) }

    var busyCount: Int { busy.count }
    var idleCount: Int { idle.count }
    var waiterCount: Int { waiters.count }
    /// Whether a caller who came now would be served at once.
    var hasRoom: Bool { phase == .open && waiters.isEmpty && (!idle.isEmpty || busy.count < size) }

    /// A caller wants a connection. When it is queued, a later command names it, first come, first served.
    mutating func lease(by waiter: Int) -> Answer {
        guard phase == .open else { return .refused }
        // Nobody may overtake those who wait.
        guard waiters.isEmpty, let grant = take() else {
            waiters.append(waiter)
            return .queued
        }
        return .granted(grant)
    }

    /// A leased connection comes back, or opening one failed (then it is not reusable either).
    mutating func returned(_ connection: Int, isReusable: Bool) -> [Command] {
        guard busy.remove(connection) != nil else { return [] }
        var commands: [Command] = []
        if isReusable, phase == .open { idle.append(connection) } else { commands.append(.discard(connection)) }
        if !waiters.isEmpty, let grant = take() {
            commands.append(.grant(waiter: waiters.removeFirst(), grant))
        }
        return commands + finishIfEmpty()
    }

    /// A caller waits no longer. False when it had been served before.
    mutating func abandoned(by waiter: Int) -> Bool {
        guard let index = waiters.firstIndex(of: waiter) else { return false }
        waiters.remove(at: index)
        return true
    }

    /// No more leases; those that are out may come back. The last command is `finish`, now or with the last return.
    mutating func close() -> [Command] {
        guard phase == .open else { return [] }
        phase = .closing
        let commands = waiters.map { Command.refuse(waiter: $0) } + idle.map { Command.discard($0) }
        waiters = []
        idle = []
        return commands + finishIfEmpty()
    }

    private mutating func take() -> Grant? {
        if let connection = idle.popLast() {
            busy.insert(connection)
            return .use(connection)
        }
        guard busy.count < size else { return nil }
        nextConnection += 1
        busy.insert(nextConnection)
        return .open(nextConnection)
    }

    private mutating func finishIfEmpty() -> [Command] {
        guard phase == .closing, busy.isEmpty else { return [] }
        phase = .closed
        return [.finish]
    }
}
