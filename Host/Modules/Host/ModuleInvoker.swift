package import PatchbayCore
import PatchbayJSON
package import PatchbayOutbound

/// Calls operations of connectors that run in this process.
package final class ModuleInvoker: OperationInvoker {
    private let registry: ConnectorRegistry
    private let outbound: (any RequestSender)?
    private let credentials: any CredentialSource
    private let settings: any ConnectorSettingsStore
    private let egress: RecentEgress?

    /// - Parameters:
    ///   - outbound: Makes the connectors' requests; with nil they are offered no HTTP.
    ///   - egress: What the operator lets tenants reach; with nil there are no such limits.
    package init(
        registry: ConnectorRegistry, outbound: (any RequestSender)?, credentials: any CredentialSource,
        settings: any ConnectorSettingsStore, egress: RecentEgress? = nil
    ) {
        self.egress = egress
        self.registry = registry
        self.outbound = outbound
        self.credentials = credentials
        self.settings = settings
    }

    /// The input is taken to fit the operation's schema; whoever planned the call has checked it.
    package func invoke(_ call: OperationCall) async throws -> OperationResult {
        let reference = call.reference
        let module: LoadedModule
        if let opened = registry.opened(reference.connector, reference.version) {
            module = opened
        } else {
            module = try await self.module(reference.connector, reference.version)
        }
        guard let operation = module.operation(reference.operation) else {
            let known = Suggestion.nearest(to: reference.operation, among: module.manifest.operations.map(\.id))
            throw OperationFailure(
                code: .unsupported,
                message: "\(module.side.label) has no operation `\(reference.operation)`."
                    + (known.map { " Is `\($0)` meant?" } ?? ""), effect: OperationFailure.Effect.none)
        }
        var grant: CredentialGrant?
        if let name = call.credential {
            grant = try await credentials.grant(named: name, in: call.tenant, for: CredentialPurpose(call))
        }
        do {
            return try await invoke(call, module, operation, grant)
        } catch let failure as OperationFailure where grant?.record.kind == .oauth2 && failure.isRefusedSecret {
            // The vendor may have taken the token back before its time. Nothing was done yet, and another token is all
            // that was missing; it is asked for once.
            guard let refused = grant, let renewed = try await credentials.renewed(refused) else { throw failure }
            return try await invoke(call, module, operation, renewed)
        }
    }

    private func invoke(
        _ call: OperationCall, _ module: LoadedModule, _ operation: BoundOperation, _ grant: CredentialGrant?
    ) async throws -> OperationResult {
        let reference = call.reference
        let operatorSettings = try await settings.settings(of: reference.connector, in: call.tenant)
        var settings = module.settings.merged(operatorSettings, grant?.record.settings)
        let use = try CredentialUse.of(
            grant, named: call.credential, for: operation, settings: settings.settings)
        var tenantEgress = TenantEgress.unlimited
        if let egress, module.manifest.sockets != nil || !module.hosts.isEmpty {
            tenantEgress = try await egress.rules(for: call.tenant)
        }
        if use?.isRead == true || module.manifest.sockets != nil {
            let added = try await PrivateSettings(module, use, settings.settings, outbound, tenantEgress)
            var members = settings.settings
            for member in added.members { members[member.name] = member.value }
            settings.bytes = JSON.object(members).bytes()
        }
        return try await PreparedCall(call, module, use, settings, outbound, tenantEgress).run()
    }

    private func module(_ connector: String, _ version: Version) async throws -> LoadedModule {
        do throws(ConnectorRefusal) {
            return try await registry.module(connector, version)
        } catch {
            throw OperationFailure(
                code: .config, message: "\(connector) \(version) cannot be used. \(error)",
                effect: OperationFailure.Effect.none)
        }
    }
}

extension OperationFailure {
    /// Whether the vendor did nothing, because it did not know the secret (RFC 9110, 15.5.2).
    fileprivate var isRefusedSecret: Bool {
        effect == OperationFailure.Effect.none && (httpStatus == 401 || code == .authExpired)
    }
}
