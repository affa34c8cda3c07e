package import Logging
package import PatchbayCore
import Synchronization

/// Keeps this host as the catalogue says: fetches packages it lacks, checks and opens them, lets go of those that were removed,
/// notices what is dropped into the plugins folder, and tells the others what it has.
///
/// It hears of changes at once and looks regularly besides, since a message may be lost.
package final class CatalogueFollower: Sendable {
    /// What it works with, besides the catalogue.
    package struct Place: Sendable {
        /// Names this process in what it tells.
        package var host: String
        /// The operator's folder.
        package var plugins: String
        /// The folder of what is installed for all hosts; this host's own.
        package var shared: String

        package init(host: String, plugins: String, shared: String) {
            self.host = host
            self.plugins = plugins
            self.shared = shared
        }
    }

    /// Milliseconds between looks at the plugins folder: two make sure that nobody is copying any more.
    private static let lookInterval: Int64 = 400
    /// Milliseconds between looks at the catalogue while nothing is heard.
    private static let catalogueInterval: Int64 = 1_600
    /// Milliseconds between reports while nothing changes.
    private static let reportInterval: Int64 = 5_000
    /// Milliseconds between tries of what could not be fetched or unpacked.
    private static let retryInterval: Int64 = 5_000
    /// Milliseconds between looks at who needs what retires, and from its retirement to the first: requests that read a
    /// workflow before it was moved have stored their runs by then.
    private static let retirementInterval: Int64 = 3_000

    private struct State {
        var watch = PluginsWatch()
        var known: [ConnectorPin: String] = [:]
        /// When those that are enabled were last changed.
        var enabled: [ConnectorPin: Timestamp] = [:]
        var repaired: [ConnectorPin: Timestamp] = [:]
        var troubles: [ConnectorPin: (refusal: ConnectorRefusal, digest: String, at: Timestamp)] = [:]
        var reported: (entries: [ConnectorReport.Entry], at: Timestamp)?
        var lookedAt: Timestamp?
        var retiredAt: Timestamp?
        var waiting: [CheckedContinuation<Void, Never>] = []
        var hasHeard = false
        var isRunning = false
    }

    private let store: any ConnectorPackageStore
    private let registry: ConnectorRegistry
    private let place: Place
    private let folder: SharedConnectors
    private let clock: any WaitableTime
    private let logger: Logger
    private let onLacking: @Sendable (Set<ConnectorPin>) -> Void
    private let lacking = Mutex<Set<ConnectorPin>>([])
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    /// - Parameter onLacking: Told which versions other hosts can serve and this one cannot, whenever that changes.
    package init(
        store: any ConnectorPackageStore, registry: ConnectorRegistry, place: Place,
        clock: any WaitableTime = SystemTime(), logger: Logger,
        onLacking: @escaping @Sendable (Set<ConnectorPin>) -> Void = { _ in }
    ) {
        self.store = store
        self.registry = registry
        self.place = place
        folder = SharedConnectors(store: store, path: place.shared)
        self.clock = clock
        self.logger = logger
        self.onLacking = onLacking
        (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Follows the catalogue until the task is cancelled. `found` is given packages that lie in the plugins folder.
    package func run(found: @escaping @Sendable (_ path: String) async -> Void = { _ in }) async {
        state.withLock { $0.isRunning = true }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.store.hear {
                    self.state.withLock { $0.hasHeard = true }
                    self.ring.yield()
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    await self.clock.wait(until: self.clock.now + Self.lookInterval)
                    self.ring.yield()
                }
            }
            let sight = await look()
            state.withLock { $0.watch = PluginsWatch(handled: sight) }
            // What was put there since the host's first scan would never be new to the watch.
            await rescan()
            for path in PluginsWatch.packages(in: sight) { await found(path) }
            for await _ in bell {
                if Task.isCancelled { break }
                await turn(found: found)
            }
            group.cancelAll()
        }
        let waiting = state.withLock { state in
            (state.isRunning, state.reported) = (false, nil)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
        try? await store.forget(host: place.host, silentBefore: clock.now + -10 * ConnectorReport.life)
    }

    /// Returns once this host has done what the catalogue says now.
    package func catchUp() async {
        guard state.withLock({ $0.isRunning }) else { return await follow() }
        await withCheckedContinuation { continuation in
            let isRunning = state.withLock { state in
                if state.isRunning { state.waiting.append(continuation) }
                return state.isRunning
            }
            if isRunning { ring.yield() } else { continuation.resume() }
        }
    }

    /// Whether a run that names these versions is to be left to another host, after a look at the catalogue.
    package func isForOthers(_ pins: [ConnectorPin]) async -> Bool {
        await catchUp()
        return lacking.withLock { !$0.isDisjoint(with: pins) }
    }

    private func turn(found: @Sendable (String) async -> Void) async {
        let sight = await look()
        let now = clock.now
        let (hasSettled, waiting, isDue) = state.withLock { state in
            defer { (state.waiting, state.hasHeard) = ([], false) }
            let isLate = state.lookedAt.map { now - $0 >= Self.catalogueInterval || now < $0 } ?? true
            return (state.watch.hasSettled(at: sight), state.waiting, isLate || state.hasHeard)
        }
        if hasSettled {
            for path in PluginsWatch.packages(in: sight) { await found(path) }
        }
        if hasSettled || isDue || !waiting.isEmpty { await follow(rescanning: hasSettled) }
        for continuation in waiting { continuation.resume() }
    }

    private func look() async -> PluginsWatch.Sight {
        let plugins = place.plugins
        return await BlockingWork.run { PluginsWatch.look(at: plugins) }
    }

    // MARK: One look

    private func follow(rescanning: Bool = false) async {
        let now = clock.now
        state.withLock { $0.lookedAt = now }
        let installations: [ConnectorInstallation]
        do {
            installations = try await store.installations()
        } catch {
            logger.info("the catalogue of connectors could not be read", metadata: ["error": "\(error)"])
            if rescanning { await rescan() }
            return
        }
        let withheld = Set(installations.filter { $0.state != .enabled }.map(\.pin))
        registry.letConnect(Set(installations.filter(\.mayConnect).map(\.pin)))
        let fetched = await materialise(installations, at: now, withholding: withheld)
        let hasLeft = await folder.removeOthers(than: installations)
        if rescanning || hasLeft || !fetched.isEmpty { await rescan(opening: fetched) }
        registry.withhold(withheld)
        letTryAgain(installations)
        await retire(installations, at: now)
        await report(at: now)
    }

    /// Fetches what is not here yet; answers what came.
    private func materialise(
        _ installations: [ConnectorInstallation], at now: Timestamp, withholding withheld: Set<ConnectorPin>
    ) async -> [ConnectorPin] {
        let known = state.withLock { state in
            let pins = Set(installations.map(\.pin))
            for pin in state.known.keys where !pins.contains(pin) { state.known[pin] = nil }
            for pin in state.troubles.keys where !pins.contains(pin) { state.troubles[pin] = nil }
            return (digests: state.known, troubles: state.troubles)
        }
        let damaged = damaged(at: now)
        let missing = installations.filter { installation in
            if damaged.contains(installation.pin) { return true }
            guard known.digests[installation.pin] != installation.digest else { return false }
            guard let trouble = known.troubles[installation.pin], trouble.digest == installation.digest else {
                return true
            }
            return now - trouble.at >= Self.retryInterval
        }
        guard !missing.isEmpty else {
            registry.withhold(withheld)
            return []
        }
        // Nobody is offered what is still on its way, and its runs are left to those who have it.
        registry.withhold(withheld.union(missing.map(\.pin)))
        setLacking(lacking.withLock { $0 }.union(missing.map(\.pin)))
        var fetched: [ConnectorPin] = []
        for installation in missing {
            do {
                let isNew = try await folder.fetch(installation, anew: damaged.contains(installation.pin))
                if isNew || !registry.has(installation) { fetched.append(installation.pin) }
                state.withLock { state in
                    state.known[installation.pin] = installation.digest
                    state.troubles[installation.pin] = nil
                }
            } catch {
                let refusal = error as? ConnectorRefusal ?? .notFetched("\(error)")
                logger.warning(
                    "A connector could not be fetched",
                    metadata: ["connector": "\(installation.pin)", "refusal": "\(refusal)"])
                state.withLock { $0.troubles[installation.pin] = (refusal, installation.digest, now) }
            }
        }
        return fetched
    }

    /// Versions whose files are not what was unpacked; each once in a while.
    private func damaged(at now: Timestamp) -> Set<ConnectorPin> {
        let found = Set(registry.entries().filter(\.isDamaged).compactMap(\.pin))
        return state.withLock { state in
            let due = found.filter { pin in state.repaired[pin].map { now - $0 >= Self.retryInterval } ?? true }
            for pin in due { state.repaired[pin] = now }
            return due
        }
    }

    /// Reads the folders again, and opens what has just come: so it has passed every check before it is offered.
    private func rescan(opening pins: [ConnectorPin] = []) async {
        let before = Set(registry.entries().filter(\.isUsable).map { "\($0.connector)@\($0.version)" })
        await registry.scan()
        let dropped = registry.entries().filter { $0.isUsable && !before.contains("\($0.connector)@\($0.version)") }
        let names = Set(pins.map(\.description)).union(dropped.map { "\($0.connector)@\($0.version)" })
        await registry.preload(names.sorted())
    }

    /// Whoever enables a version, also one that is enabled, wants every host to try it again that set it aside.
    private func letTryAgain(_ installations: [ConnectorInstallation]) {
        let enabled = Dictionary(
            installations.filter { $0.state == .enabled }.map { ($0.pin, $0.changedAt) }, uniquingKeysWith: { $1 })
        let before = state.withLock { state in
            defer { state.enabled = enabled }
            return state.enabled
        }
        for (pin, changedAt) in enabled {
            guard let known = before[pin], known != changedAt else { continue }
            if registry.liftQuarantine(of: pin.connector, pin.version) {
                logger.notice("A connector is tried again", metadata: ["connector": "\(pin)"])
            }
        }
    }

    private func retire(_ installations: [ConnectorInstallation], at now: Timestamp) async {
        let retiring = installations.filter {
            $0.state == .retiring && now - $0.changedAt >= Self.retirementInterval
        }
        let isDue = state.withLock { state in
            guard !retiring.isEmpty, state.retiredAt.map({ now - $0 >= Self.retirementInterval }) ?? true else {
                return false
            }
            state.retiredAt = now
            return true
        }
        guard isDue else { return }
        for installation in retiring {
            do {
                guard case .removed = try await store.remove(installation.pin, by: installation.changedBy, at: now)
                else {
                    continue
                }
                logger.notice("A connector has left", metadata: ["connector": "\(installation.pin)"])
            } catch {
                logger.info("a connector could not be removed yet", metadata: ["error": "\(error)"])
            }
        }
    }

    private func report(at now: Timestamp) async {
        let troubles = state.withLock { $0.troubles }
        var entries = registry.entries()
        for (pin, trouble) in troubles where !entries.contains(where: { $0.isOf(pin) && $0.isUsable }) {
            entries.removeAll { $0.isOf(pin) }
            entries.append(
                ConnectorReport.Entry(
                    connector: pin.connector, version: pin.version.description, sha256: nil, state: .refused,
                    refusal: trouble.refusal))
        }
        let last = state.withLock { $0.reported }
        do {
            if last == nil || last?.entries != entries || now - (last?.at ?? now) >= Self.reportInterval {
                try await store.report(ConnectorReport(host: place.host, reportedAt: now, connectors: entries))
                state.withLock { $0.reported = (entries, now) }
            }
            let others = try await store.reports(since: now + -ConnectorReport.life).filter { $0.host != place.host }
            let here = Set(entries.filter(\.isUsable).compactMap(\.pin))
            setLacking(Set(others.flatMap(\.connectors).filter(\.isUsable).compactMap(\.pin)).subtracting(here))
        } catch {
            logger.info("what this host has could not be told", metadata: ["error": "\(error)"])
        }
    }

    private func setLacking(_ pins: Set<ConnectorPin>) {
        let hasChanged = lacking.withLock { lacking in
            defer { lacking = pins }
            return lacking != pins
        }
        if hasChanged { onLacking(pins) }
    }
}

extension ConnectorRegistry {
    /// Whether it has read that very version from a folder.
    fileprivate func has(_ installation: ConnectorInstallation) -> Bool {
        entries().contains { $0.isOf(installation.pin) && $0.sha256 == installation.librarySHA256 }
    }
}

extension ConnectorReport.Entry {
    /// Whether something has happened to its files: an unpacked package has them all.
    fileprivate var isDamaged: Bool {
        let codes: [RefusalCode] = [
            .manifestMissing, .manifestUnreadable, .libraryMissing, .libraryUnreadable, .digestMismatch,
        ]
        return refusal.map { refusal in codes.contains { $0.rawValue == refusal.code } } ?? false
    }

    fileprivate var pin: ConnectorPin? { ConnectorPin("\(connector)@\(version)") }

    fileprivate func isOf(_ pin: ConnectorPin) -> Bool {
        connector == pin.connector && version == pin.version.description
    }
}
