import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity

@testable import PatchbayModules

/// A plugins folder, a data folder, and the parts that use them.
final class Workbench: Sendable {
    let folder: TemporaryFolder
    let calls: CallTable
    let prober: Prober

    init(grace: Duration = .seconds(2), probeLimit: Duration = .seconds(5)) throws {
        folder = try TemporaryFolder()
        calls = CallTable(grace: grace)
        prober = Prober(runner: try BuildFolder.runner, timeLimit: probeLimit)
    }

    var plugins: String { folder.file("plugins") }
    var data: String { folder.file("data") }

    func registry(
        trust: TrustPolicy = .any, platform: HostPlatform = .current, prober: Prober? = nil,
        isolation: IsolationPolicy = IsolationPolicy(BothIsolations.current),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async -> ConnectorRegistry {
        let registry = ConnectorRegistry(
            plugins: plugins, data: data, prober: prober ?? self.prober, trust: trust, platform: platform,
            isolation: isolation, calls: calls, logger: logger)
        await registry.scan()
        return registry
    }

    /// Builds a connector and puts it into the plugins folder as staging would, whatever is wrong with it.
    @discardableResult
    func install(
        _ connector: CConnector = CConnector(), change: (inout JSONObject) -> Void = { _ in },
        damage: (inout [UInt8]) -> Void = { _ in }
    ) throws -> String {
        let library = try connector.build(in: folder, as: "built-\(UInt32.random(in: 0...(.max))).so")
        var bytes = try FileSystem.read(library, atMost: 1 << 30)
        damage(&bytes)
        return try install(bytes, declared: connector.manifest, change: change)
    }

    @discardableResult
    func install(
        _ bytes: [UInt8], declared: JSON, change: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        let id = declared["id"]?.string ?? "", version = declared["version"]?.string ?? ""
        var manifest = declared.object ?? [:]
        manifest["platform"] = ["os": "linux", "arch": .string(HostPlatform.current.arch), "least_glibc": "2.2.5"]
        manifest["library"] = [
            "file": .string("\(id).so"), "sha256": .string(Digest.sha256Hex(bytes)),
            "size": .int(Int64(max(1, bytes.count))),
        ]
        change(&manifest)
        let home = "\(plugins)/\(id)/\(version)"
        try FileSystem.createFolder(home)
        try FileSystem.write(bytes, to: "\(home)/\(id).so", mode: 0o644)
        try FileSystem.write(JSON.object(manifest).bytes(), to: "\(home)/manifest.json", mode: 0o644)
        return home
    }

    func invoker(
        _ registry: ConnectorRegistry, outbound: OutboundClient? = nil, credentials: Credentials = Credentials(),
        settings: JSON = [:]
    ) -> ModuleInvoker {
        ModuleInvoker(
            registry: registry, outbound: outbound, credentials: credentials, settings: Settings(settings: settings))
    }
}

struct Credentials: CredentialSource {
    var grants: [String: CredentialGrant] = [:]

    func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? { grants[name] }

    /// One credential, `mine`.
    static func one(
        _ kind: CredentialKind, _ fields: [String: String], hosts: [String] = [], connector: String? = nil,
        settings: JSON = [:]
    ) -> Credentials {
        let record = CredentialRecord(
            id: .new(at: Timestamp(milliseconds: 0)), tenant: .initial, name: "mine", kind: kind, connector: connector,
            hosts: hosts, settings: settings, createdAt: Timestamp(milliseconds: 0))
        return Credentials(grants: ["mine": CredentialGrant(record: record, fields: fields.mapValues { Secret($0) })])
    }
}

struct Settings: ConnectorSettingsStore {
    var settings: JSON

    func settings(of connector: String, in tenant: TenantID) async throws -> JSON { settings }
    func set(_ settings: JSON, of connector: String, in tenant: TenantID, at: Timestamp) async throws {}
}

extension OperationCall {
    static func fixture(
        _ operation: String, _ input: JSON = [:], of connector: String = "fixture", version: String = "1.0.0",
        credential: String? = nil, milliseconds: Int64 = 120_000
    ) -> OperationCall {
        let now = SystemTime().now
        return OperationCall(
            tenant: .initial, run: .new(at: now), node: "n", attempt: 2,
            reference: OperationReference(
                connector: connector, version: Version(version) ?? Version(major: 0, minor: 0, patch: 0),
                operation: operation),
            input: input, credential: credential, idempotencyKey: "key-1", deadline: now + milliseconds)
    }
}
