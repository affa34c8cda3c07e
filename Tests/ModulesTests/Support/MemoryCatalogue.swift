import PatchbayCore
import Synchronization

/// What is installed for all hosts, in memory.
final class MemoryCatalogue: ConnectorPackageStore {
    private struct State {
        var installations: [ConnectorPin: ConnectorInstallation] = [:]
        var packages: [String: [UInt8]] = [:]
        var reports: [String: ConnectorReport] = [:]
        var needed: Set<ConnectorPin> = []
        var isAway = false
        var fetches = 0
        var listeners: [AsyncStream<Void>.Continuation] = []
    }

    struct Away: Error {}

    private let state = Mutex(State())

    var fetches: Int { state.withLock { $0.fetches } }

    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    /// Says that somebody needs these.
    func need(_ pins: Set<ConnectorPin>) { state.withLock { $0.needed = pins } }

    /// Puts other bytes in the place of a package.
    func replace(_ digest: String, by bytes: [UInt8]) { state.withLock { $0.packages[digest] = bytes } }

    func report(of host: String) -> [ConnectorReport.Entry] { state.withLock { $0.reports[host]?.connectors ?? [] } }

    /// Returns once something holds that this tells of: installations, reports.
    func wait(until holds: @Sendable (MemoryCatalogue) -> Bool) async {
        let changes = listen()
        if holds(self) { return }
        for await _ in changes where holds(self) { return }
    }

    private func listen() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.listeners.append(continuation) }
        return stream
    }

    private func tell() {
        for listener in state.withLock({ $0.listeners }) { listener.yield() }
    }

    func isInstalled(_ pin: ConnectorPin) -> Bool { state.withLock { $0.installations[pin] != nil } }

    func installations() async throws -> [ConnectorInstallation] {
        try state.withLock { state in
            if state.isAway { throw Away() }
            return state.installations.values.sorted { $0.pin.description < $1.pin.description }
        }
    }

    func package(_ digest: String) async throws -> [UInt8]? {
        state.withLock { state in
            state.fetches += 1
            return state.packages[digest]
        }
    }

    func install(_ installation: ConnectorInstallation, package: [UInt8]) async throws -> ConnectorInstalling {
        defer { tell() }
        return state.withLock { state in
            if let there = state.installations[installation.pin] {
                return there.digest == installation.digest ? .unchanged(there) : .taken(there)
            }
            state.installations[installation.pin] = installation
            state.packages[installation.digest] = package
            return .installed(installation)
        }
    }

    func set(
        _ wanted: ConnectorInstallation.State, of pin: ConnectorPin, by: String, at: Timestamp
    ) async throws -> ConnectorInstallation? {
        defer { tell() }
        return state.withLock { state in
            state.installations[pin]?.state = wanted
            state.installations[pin]?.changedAt = at
            return state.installations[pin]
        }
    }

    func remove(_ pin: ConnectorPin, by: String, at: Timestamp) async throws -> ConnectorRemoval {
        defer { tell() }
        return state.withLock { state in
            guard let there = state.installations[pin] else { return .notInstalled }
            if state.needed.contains(pin) { return .needed(ConnectorNeeds(workflowCount: 1)) }
            state.installations[pin] = nil
            state.packages[there.digest] = nil
            return .removed(there)
        }
    }

    func needs(of pin: ConnectorPin, limit: Int) async throws -> ConnectorNeeds { ConnectorNeeds() }

    func users(of connector: String, in tenant: TenantID, limit: Int) async throws -> [ConnectorNeeds.Workflow] { [] }

    func report(_ report: ConnectorReport) async throws {
        defer { tell() }
        try state.withLock { state in
            if state.isAway { throw Away() }
            state.reports[report.host] = report
        }
    }

    func reports(since: Timestamp) async throws -> [ConnectorReport] {
        state.withLock { $0.reports.values.filter { $0.reportedAt >= since } }
    }

    func forget(host: String, silentBefore: Timestamp) async throws {
        state.withLock { $0.reports[host] = nil }
    }

    func hear(_ changed: @escaping @Sendable () -> Void) async {
        for await _ in listen() { changed() }
    }
}
