/// The runners of one connector version: which one gets a call, when another is started, replaced or ended, and when the
/// version is set aside. Rules only: no process, no clock, no lock.
struct RunnerFleet: Sendable {
    /// Milliseconds on a clock that never goes back.
    typealias Moment = Int64
    typealias Call = UInt64

    enum Phase: Equatable, Sendable {
        /// Opens and starts the library.
        case starting
        case ready
        /// Takes no more calls.
        case leaving
    }

    struct Member: Sendable {
        let number: Int
        var phase = Phase.starting
        var calls: Set<Call> = []
        /// Calls that the host has given up.
        var lost = 0
        /// When it last began to start, came to have no calls, or answered.
        var since: Moment
        /// When it was asked whether it is there, and has not answered.
        var asked: Moment?
        /// It has asked to be ended after its calls.
        var isSpent = false
    }

    /// Where a call goes. `starting` is the number of a runner to be started.
    enum Place: Equatable {
        case runner(Int)
        case waits(starting: Int?)
        case refused
    }

    enum Command: Equatable {
        case start(Int)
        /// Ask whether it is there.
        case ping(Int)
        /// It has nothing to do: let it stop.
        case retire(Int)
        case kill(Int, Reason)
    }

    enum Reason: Equatable, Sendable {
        /// It did not become ready in time.
        case slowStart
        /// It does not answer.
        case hung
        /// It left calls unended.
        case lostCalls
    }

    private let limits: RunnerLimits
    private(set) var members: [Member] = []
    private(set) var waiting: [Call] = []
    private(set) var isQuarantined = false
    private(set) var isDraining = false
    private var faults: [Moment] = []
    /// No runner is started before.
    private var pause: Moment = .min
    private var counter = 0

    init(_ limits: RunnerLimits) { self.limits = limits }

    private func index(of number: Int) -> Int? { members.firstIndex { $0.number == number } }

    /// Runners that exist.
    var count: Int { members.count }

    var hasWork: Bool { !waiting.isEmpty || members.contains { !$0.calls.isEmpty || $0.phase == .starting } }

    // MARK: Calls

    /// A new call.
    mutating func place(_ call: Call, now: Moment) -> Place {
        guard !isQuarantined, !isDraining else { return .refused }
        if waiting.isEmpty, let free = freest {
            members[free].calls.insert(call)
            return .runner(members[free].number)
        }
        waiting.append(call)
        return .waits(starting: start(now: now))
    }

    /// The ready runner with the fewest calls that can take one more.
    private var freest: Int? {
        var best: Int?
        for index in members.indices where members[index].phase == .ready && members[index].calls.count < limits.calls {
            if best.map({ members[index].calls.count < members[$0].calls.count }) ?? true { best = index }
        }
        return best
    }

    /// A runner to be started for those that wait, one at a time; nil when there is none to be, or not yet.
    private mutating func start(now: Moment) -> Int? {
        guard !waiting.isEmpty, now >= pause, !isQuarantined, !isDraining else { return nil }
        let (starting, ready) = members.reduce((0, 0)) { count, member in
            (count.0 + (member.phase == .starting ? 1 : 0), count.1 + (member.phase == .ready ? 1 : 0))
        }
        guard starting == 0, ready < limits.most else { return nil }
        return begin(now: now)
    }

    /// Starts a runner whether or not a call waits for it.
    mutating func begin(now: Moment) -> Int {
        counter += 1
        members.append(Member(number: counter, since: now))
        return counter
    }

    /// A runner has ended a call, or refused it. Answers the call that it gets next, if one waits; nil when the call was not
    /// this runner's. `isOver`: it wanted to be ended, and can be now.
    mutating func ended(_ call: Call, by number: Int, now: Moment) -> (next: Call?, isOver: Bool)? {
        guard let index = index(of: number), members[index].calls.remove(call) != nil else { return nil }
        if members[index].calls.isEmpty { (members[index].since, members[index].asked) = (now, nil) }
        guard members[index].phase == .ready, !waiting.isEmpty else {
            return (nil, members[index].isSpent && members[index].calls.isEmpty)
        }
        let next = waiting.removeFirst()
        members[index].calls.insert(next)
        return (next, false)
    }

    /// A runner wants no more calls, and to be ended after those that it has. Answers the number of one to be started in its
    /// place, if calls wait, and whether it can be ended now.
    mutating func retire(_ number: Int, now: Moment) -> (starting: Int?, isOver: Bool) {
        guard let index = index(of: number), members[index].phase == .ready else { return (nil, false) }
        (members[index].phase, members[index].isSpent, members[index].since) = (.leaving, true, now)
        let isOver = members[index].calls.isEmpty
        return (start(now: now), isOver)
    }

    /// A call that is not waited for any longer. Answers the runner that has it.
    mutating func giveUp(_ call: Call, now: Moment) -> Int? {
        if withdraw(call) { return nil }
        guard let index = members.firstIndex(where: { $0.calls.contains(call) }) else { return nil }
        members[index].calls.remove(call)
        members[index].lost += 1
        if members[index].calls.isEmpty { members[index].since = now }
        if members[index].lost >= limits.lost { members[index].phase = .leaving }
        return members[index].number
    }

    /// Takes a call back that no runner has yet; false when one has.
    mutating func withdraw(_ call: Call) -> Bool {
        guard let index = waiting.firstIndex(of: call) else { return false }
        waiting.remove(at: index)
        return true
    }

    func runner(of call: Call) -> Int? { members.first { $0.calls.contains(call) }?.number }

    // MARK: Runners

    /// It can be called. Answers the calls that it gets.
    mutating func ready(_ number: Int, now: Moment) -> [Call] {
        guard let index = index(of: number), members[index].phase == .starting else { return [] }
        members[index].phase = .ready
        (members[index].since, members[index].asked) = (now, nil)
        let calls = Array(waiting.prefix(limits.calls))
        waiting.removeFirst(calls.count)
        members[index].calls = Set(calls)
        return calls
    }

    mutating func answered(_ number: Int, now: Moment) {
        guard let index = index(of: number) else { return }
        (members[index].since, members[index].asked) = (now, nil)
    }

    struct Loss: Equatable {
        /// Calls that it had.
        var had: [Call] = []
        /// Calls that nobody had, and nobody will.
        var refused: [Call] = []
        /// It counts against the version.
        var isFault = false
        /// It was the one too many.
        var isQuarantined = false
        var starting: Int?
    }

    /// A runner is gone.
    mutating func gone(_ number: Int, isFault: Bool, now: Moment) -> Loss {
        guard let index = index(of: number) else { return Loss() }
        var loss = Loss(had: members[index].calls.sorted())
        // What ends by its own wish, with nothing to do, may end as it likes.
        let isFault = isFault && !(members[index].isSpent && loss.had.isEmpty)
        members.remove(at: index)
        loss.isFault = isFault
        if isFault { noteFault(now) }
        if isQuarantined {
            (loss.refused, waiting) = (waiting, [])
            loss.isQuarantined = isFault
        } else {
            loss.starting = start(now: now)
        }
        return loss
    }

    private mutating func noteFault(_ now: Moment) {
        faults = faults.filter { $0 > now - limits.window } + [now]
        if faults.count >= limits.faults { isQuarantined = true }
        // The first one is made good at once.
        let doublings = min(faults.count - 2, 20)
        if doublings >= 0 { pause = now + min(limits.backOff << Int64(doublings), limits.longestBackOff) }
    }

    /// The operator wants it tried again; false when it is not set aside.
    mutating func lift() -> Bool {
        guard isQuarantined else { return false }
        (isQuarantined, faults, pause) = (false, [], .min)
        return true
    }

    /// No more calls; answers the runners there are.
    mutating func drain() -> [(number: Int, phase: Phase)] {
        isDraining = true
        return members.map { ($0.number, $0.phase) }
    }

    // MARK: Time

    /// What the passing of time does.
    mutating func tick(now: Moment) -> [Command] {
        var commands: [Command] = []
        var readyCount = members.count { $0.phase == .ready }
        for index in members.indices {
            let member = members[index]
            switch member.phase {
            case .starting:
                if now - member.since > limits.start { commands.append(.kill(member.number, .slowStart)) }
            case .leaving:
                let isLeft = member.isSpent || member.lost >= limits.lost || now - member.since > limits.stop
                if member.calls.isEmpty, isLeft { commands.append(.kill(member.number, .lostCalls)) }
            case .ready:
                if let asked = member.asked {
                    if now - asked > limits.hang { commands.append(.kill(member.number, .hung)) }
                } else if !member.calls.isEmpty || member.lost > 0, now - member.since > limits.ping {
                    members[index].asked = now
                    commands.append(.ping(member.number))
                }
                // One more than the last is kept for a tenth of the time.
                let idle = readyCount > 1 ? limits.idle / 10 : limits.idle
                if member.calls.isEmpty, member.asked == nil, waiting.isEmpty, now - member.since > idle {
                    members[index].phase = .leaving
                    members[index].since = now
                    readyCount -= 1
                    commands.append(.retire(member.number))
                }
            }
        }
        if let number = start(now: now) { commands.append(.start(number)) }
        return commands
    }
}
