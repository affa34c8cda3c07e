package import PatchbayCore
import Synchronization

/// What the parts of one process tell each other about runs, and through a relay those of other processes, so that nobody
/// waits for the next look into the database. A signal that is lost costs time and nothing else: everyone looks for
/// themselves too.
package final class RunSignals: Sendable {
    /// Asked after a run's end at least this often, in milliseconds: it may end in another process.
    private static let askingInterval: Int64 = 1_000

    private struct State {
        var nextID = 0
        var watches: [RunID: [Int: Watch]] = [:]
        var listeners: [Topic: [Int: @Sendable (RunID) -> Void]] = [:]
        var workers: [Int: WorkerAccess] = [:]
        var leavesSome = false
    }

    /// What workers listen to, since the run that it is about may be in their hands.
    enum Topic: Sendable {
        /// Somebody wants the run to end.
        case cancel
        /// A message for the run is stored.
        case message
    }

    private struct Watch {
        let bell: Bell
        /// Whether it rings at every change, or only at the end.
        let hearsChanges: Bool
    }

    /// What is asked of a worker of this process.
    private struct WorkerAccess {
        /// Whether it can take on more.
        let hasRoom: @Sendable () -> Bool
        let offer: @Sendable (NewRun) -> RunOffer?
    }

    /// Rings when there may be work.
    let work = Bell()
    /// Rings when a schedule was made or changed.
    let schedules = Bell()
    /// Rings when a polling trigger was made or changed, or may be polled now.
    let polls = Bell()
    /// Rings when a run was stored as new or has ended.
    let changes = Bell()
    private let state = Mutex(State())
    private let clock: any WaitableTime
    private let relay: (any RunNewsRelay)?

    /// Without a relay, other processes are told nothing.
    package init(clock: any WaitableTime = SystemTime(), relay: (any RunNewsRelay)? = nil) {
        self.clock = clock
        self.relay = relay
    }

    /// Says whether this process leaves runs to others because it lacks what they need; then others hear of each.
    package func leaveSomeToOthers(_ isSo: Bool) { state.withLock { $0.leavesSome = isSo } }

    /// There may be a run to take on. Other processes hear of it only when this one cannot do so itself.
    package func wake() {
        let (workers, leavesSome) = state.withLock { (Array($0.workers.values), $0.leavesSome) }
        work.ring()
        changes.ring()
        if leavesSome || !workers.contains(where: { $0.hasRoom() }) { relay?.tell(.work) }
    }

    /// A worker of this process that takes on a run which is about to be stored.
    func offer(_ run: NewRun) -> RunOffer? {
        let workers = state.withLock { Array($0.workers.values) }
        for worker in workers {
            if let offer = worker.offer(run) { return offer }
        }
        return nil
    }

    /// There may be a run to take on that asks for a worker's labels, which may be anywhere.
    func wakeAll() {
        work.ring()
        relay?.tell(.work)
    }

    /// A schedule may be due earlier than it was known.
    package func schedulesChanged() { schedules.ring() }

    /// A polling trigger may be due earlier than it was known.
    package func pollsChanged() { polls.ring() }

    /// There may be more runs than this process can take on.
    func askForHelp() { relay?.tell(.work) }

    /// Takes what another process told.
    package func heard(_ news: [RunNews]) {
        for item in news {
            switch item {
            case .work:
                work.ring()
                changes.ring()
            case .cancel(let id): cancelLocally(id)
            case .changed(let id): changed(id)
            case .message(let id): deliver(id)
            case .responded(let id): hearResponse(of: id)
            case .ended(let id): finishLocally(id)
            case .anything:
                work.ring()
                changes.ring()
                for watch in state.withLock({ $0.watches.values.flatMap(\.values) }) { watch.bell.ring() }
            }
        }
    }

    /// A message for the run is stored. It may be in hand here or elsewhere, or with nobody.
    package func messageStored(for id: RunID) {
        deliver(id)
        relay?.tell(.message(id))
    }

    private func deliver(_ id: RunID) {
        tell(.message, of: id)
        work.ring()
    }

    /// The run has answered whoever waits for that, and goes on.
    package func responded(_ id: RunID) {
        hearResponse(of: id)
        relay?.tell(.responded(id))
    }

    private func hearResponse(of id: RunID) {
        for watch in state.withLock({ $0.watches[id] }) ?? [:] { watch.value.bell.ring() }
    }

    /// Entries of a run that goes on were stored.
    package func changed(_ id: RunID) {
        let watches = state.withLock { $0.watches[id] }
        for watch in watches ?? [:] where watch.value.hearsChanges { watch.value.bell.ring() }
    }

    package func watch(_ id: RunID) -> RunWatch {
        let bell = Bell()
        let token = add(Watch(bell: bell, hearsChanges: true), for: id)
        return RunWatch(bell) { [weak self] in self?.remove(token, for: id) }
    }

    /// The run has ended, and that is stored.
    package func finished(_ id: RunID) {
        finishLocally(id)
        relay?.tell(.ended(id))
    }

    private func finishLocally(_ id: RunID) {
        let watches = state.withLock { $0.watches.removeValue(forKey: id) }
        for watch in watches ?? [:] { watch.value.bell.ring() }
        changes.ring()
    }

    /// Somebody wants the run to end, and that is stored.
    package func cancelRequested(_ id: RunID) {
        cancelLocally(id)
        relay?.tell(.cancel(id))
    }

    private func cancelLocally(_ id: RunID) {
        tell(.cancel, of: id)
        // It may wait without a worker, and is to be taken on to end.
        work.ring()
    }

    /// Waits for a run's end. `hasEnded` looks into the store: at first, since the run may be over already, then at every
    /// signal and once a second. False when the time is over or the task was cancelled.
    package func waitUntilFinished(
        _ id: RunID, timeout: Duration, hasEnded: () async throws -> Bool
    ) async rethrows -> Bool {
        let deadline = clock.now + timeout.milliseconds
        while true {
            let watch = Bell()
            let token = add(Watch(bell: watch, hearsChanges: false), for: id)
            defer { remove(token, for: id) }
            if try await hasEnded() { return true }
            let now = clock.now
            guard now < deadline, !Task.isCancelled else { return false }
            await watch.wait(past: 0, until: min(deadline, now + Self.askingInterval), clock)
        }
    }

    /// The listener is told of every run of this process and others; it has to return at once.
    func addListener(to topic: Topic, _ listener: @escaping @Sendable (RunID) -> Void) -> Int {
        state.withLock { state in
            state.nextID += 1
            state.listeners[topic, default: [:]][state.nextID] = listener
            return state.nextID
        }
    }

    func removeListener(_ token: Int, to topic: Topic) {
        state.withLock { _ = $0.listeners[topic]?.removeValue(forKey: token) }
    }

    private func tell(_ topic: Topic, of id: RunID) {
        for listener in state.withLock({ $0.listeners[topic] }) ?? [:] { listener.value(id) }
    }

    /// A worker of this process begins; `hasRoom` says whether it can take on more at the moment, and `offer` whether it
    /// takes on a run that is about to be stored.
    func addWorker(
        hasRoom: @escaping @Sendable () -> Bool, offer: @escaping @Sendable (NewRun) -> RunOffer? = { _ in nil }
    ) -> Int {
        state.withLock { state in
            state.nextID += 1
            state.workers[state.nextID] = WorkerAccess(hasRoom: hasRoom, offer: offer)
            return state.nextID
        }
    }

    func removeWorker(_ token: Int) { state.withLock { _ = $0.workers.removeValue(forKey: token) } }

    /// How many wait for a run's end; for tests that nothing is left behind.
    var watchCount: Int { state.withLock { $0.watches.values.reduce(0) { $0 + $1.count } } }

    private func add(_ watch: Watch, for id: RunID) -> Int {
        state.withLock { state in
            state.nextID += 1
            state.watches[id, default: [:]][state.nextID] = watch
            return state.nextID
        }
    }

    private func remove(_ token: Int, for id: RunID) {
        state.withLock { state in
            state.watches[id]?.removeValue(forKey: token)
            if state.watches[id]?.isEmpty == true { state.watches[id] = nil }
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
