import Glibc
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayOutbound

/// The built libraries of all connectors, staged and loaded as the host does it. Opened once for all tests: images stay in
/// the process anyway.
final class ConnectorBench: Sendable {
    static let ids = ManifestTests.ids
    static let shared = Task { try await ConnectorBench() }

    let registry: ConnectorRegistry
    private let folder: String
    private let prober: Prober
    let outbound: OutboundClient

    static var grants: SocketGrants {
        let ports = Set(TestPorts.range.map { UInt16($0) })
        return SocketGrants(["redis": ports, "postgresql": ports, "email": ports])
    }

    /// As an operator would set it up: the connectors are trusted, so those that ask for it run in the host's process, and
    /// all others in runners. With `PATCHBAY_ISOLATION=runner` the same tests call all of them in runners.
    private static var isolation: IsolationPolicy {
        let mode = getenv("PATCHBAY_ISOLATION").flatMap { IsolationPolicy.Mode(rawValue: String(cString: $0)) }
        return IsolationPolicy(mode ?? .trusted, sockets: grants)
    }

    private init() async throws {
        folder = TemporaryFolder.make()
        prober = Prober(runner: BuildFolder.runner)
        let staging = Staging(prober: prober)
        for id in Self.ids {
            _ = try await staging.stage(
                library: BuildFolder.library(id), into: folder + "/plugins", isTrusted: true)
        }
        registry = ConnectorRegistry(
            plugins: folder + "/plugins", data: folder + "/data", prober: prober, isolation: Self.isolation,
            logger: Logger(label: "connectors"))
        await registry.scan()
        for (name, refusal) in await registry.preload(Self.ids) { print("\(name) cannot be used: \(refusal)") }
        outbound = try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))
    }

    /// The same connectors, run in another way.
    func registry(
        _ isolation: IsolationPolicy, _ logger: Logger = Logger(label: "connectors")
    ) async throws -> ConnectorRegistry {
        let registry = ConnectorRegistry(
            plugins: folder + "/plugins", data: TemporaryFolder.make() + "/data", prober: prober, isolation: isolation,
            logger: logger)
        await registry.scan()
        return registry
    }

    /// Calls actions of one connector with the same settings and credential.
    func caller(
        _ connector: String, settings: JSON = [:], credential: Given.Credential? = nil,
        in registry: ConnectorRegistry? = nil
    ) throws -> Caller {
        let version = Version(major: 1, minor: 0, patch: 0)
        let given = Given(settings: settings, credential: credential)
        let invoker = ModuleInvoker(
            registry: registry ?? self.registry, outbound: outbound, credentials: given, settings: given)
        return Caller(connector: connector, version: version, given: given, invoker: invoker)
    }
}

/// What a tenant has: settings of the connector, and one credential by the name `given`.
struct Given: CredentialSource, ConnectorSettingsStore {
    struct Credential: Sendable {
        var kind: CredentialKind
        var fields: [String: Secret]
        var hosts: [String] = []
        var settings: JSON = [:]

        static func bearer(_ token: String, hosts: [String] = []) -> Credential {
            Credential(kind: .bearer, fields: ["token": Secret(token)], hosts: hosts)
        }

        static func basic(_ name: String, _ password: String, hosts: [String] = []) -> Credential {
            Credential(kind: .basic, fields: ["username": Secret(name), "password": Secret(password)], hosts: hosts)
        }

        static func key(_ key: String, hosts: [String] = [], settings: JSON = [:]) -> Credential {
            Credential(kind: .apiKey, fields: ["key": Secret(key)], hosts: hosts, settings: settings)
        }
    }

    var settings: JSON
    var credential: Credential?

    func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? {
        guard let credential, name == "given" else { return nil }
        let record = CredentialRecord(
            id: CredentialID(high: 1, low: 1), tenant: tenant, name: name, kind: credential.kind, connector: nil,
            hosts: credential.hosts, settings: credential.settings, createdAt: Timestamp(milliseconds: 0))
        return CredentialGrant(record: record, fields: credential.fields)
    }

    func settings(of connector: String, in tenant: TenantID) async throws -> JSON { settings }

    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {}
}
