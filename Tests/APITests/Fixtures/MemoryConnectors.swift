import PatchbayCore
import Synchronization

/// A catalogue in memory, whose packages are texts such as `echo 1.1.0`.
final class MemoryConnectors: ConnectorPackageStore, ConnectorInstaller {
    private struct State {
        var installations: [ConnectorPin: ConnectorInstallation] = [:]
        var needs = ConnectorNeeds()
        var users: [ConnectorNeeds.Workflow] = []
        var settled = 0
    }

    private let state = Mutex(State())

    static let refusal = ConnectorRefusal(
        code: "package-malformed", have: "no package", need: "a package", hint: "Pack it.")

    var settled: Int { state.withLock { $0.settled } }

    func need(_ needs: ConnectorNeeds) { state.withLock { $0.needs = needs } }

    func use(_ users: [ConnectorNeeds.Workflow]) { state.withLock { $0.users = users } }

    func installations() async throws -> [ConnectorInstallation] {
        state.withLock { $0.installations.values.sorted { $0.pin.description < $1.pin.description } }
    }

    /// Newest first.
    func enabled(_ connector: String) -> [Version] {
        state.withLock { state in
            state.installations.values.filter { $0.connector == connector && $0.state == .enabled }.map(\.version)
                .sorted(by: >)
        }
    }

    func package(_ digest: String) async throws -> [UInt8]? { nil }

    func install(_ installation: ConnectorInstallation, package: [UInt8]) async throws -> ConnectorInstalling {
        state.withLock { state in
            if let there = state.installations[installation.pin] {
                return there.digest == installation.digest ? .unchanged(there) : .taken(there)
            }
            state.installations[installation.pin] = installation
            return .installed(installation)
        }
    }

    func install(_ package: [UInt8], mayConnect: Bool, by: String) async throws -> ConnectorInstalling {
        let words = String(decoding: package, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count >= 2, let version = Version(words[1]), !words.contains("unloadable") else {
            throw Self.refusal
        }
        return try await install(
            ConnectorInstallation(
                connector: words[0], version: version, digest: words.joined(), size: package.count, librarySHA256: "ab",
                mayConnect: mayConnect, installedAt: Timestamp(milliseconds: 0), installedBy: by), package: package)
    }

    func install(from url: String, mayConnect: Bool, by: String) async throws -> ConnectorInstalling {
        guard url.hasPrefix("https://packages.example/") else {
            throw ConnectorFetchFailure.notAllowed(["packages.example"])
        }
        guard url.hasSuffix(".pbc") else { throw ConnectorFetchFailure.failed("the server answered 404") }
        return try await install(Array("echo 1.1.0".utf8), mayConnect: mayConnect, by: by)
    }

    /// Of what lies in the plugins folder, only `echo@1.0.0` was set aside.
    func tryAgain(_ pin: ConnectorPin) async -> Bool { pin == ConnectorPin("echo@1.0.0") }

    func settle() async { state.withLock { $0.settled += 1 } }

    func set(
        _ wanted: ConnectorInstallation.State, of pin: ConnectorPin, by: String, at: Timestamp
    ) async throws -> ConnectorInstallation? {
        state.withLock { state in
            state.installations[pin]?.state = wanted
            return state.installations[pin]
        }
    }

    func remove(_ pin: ConnectorPin, by: String, at: Timestamp) async throws -> ConnectorRemoval {
        state.withLock { state in
            guard var there = state.installations[pin] else { return .notInstalled }
            guard state.needs.isEmpty else { return .needed(state.needs) }
            state.installations[pin] = nil
            there.state = .removed
            return .removed(there)
        }
    }

    func needs(of pin: ConnectorPin, limit: Int) async throws -> ConnectorNeeds { state.withLock { $0.needs } }

    func users(of connector: String, in tenant: TenantID, limit: Int) async throws -> [ConnectorNeeds.Workflow] {
        state.withLock { $0.users }
    }

    func report(_ report: ConnectorReport) async throws {}

    func reports(since: Timestamp) async throws -> [ConnectorReport] {
        [
            ConnectorReport(
                host: "h1", reportedAt: since,
                connectors: [.init(connector: "echo", version: "1.1.0", sha256: "ab", state: .loaded)]),
            ConnectorReport(
                host: "h2", reportedAt: since,
                connectors: [
                    .init(connector: "echo", version: "1.1.0", sha256: nil, state: .refused, refusal: Self.refusal)
                ]),
        ]
    }

    func forget(host: String, silentBefore: Timestamp) async throws {}

    func hear(_ changed: @escaping @Sendable () -> Void) async {}
}
