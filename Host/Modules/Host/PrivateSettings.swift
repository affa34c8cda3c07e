import PatchbayCore
import PatchbayJSON
import PatchbayOutbound

/// What the host adds to the settings of one call, under names that no setting can have: the secret, for a slot that is
/// declared to be read, and the addresses of the host that the call may connect to.
///
/// It travels with the settings because these reach every connector in the same way, in the host and in a runner, and are
/// stored nowhere.
struct PrivateSettings {
    /// `{"kind": "basic", "username": …, "password": …}`
    static let credential = "$credential"
    /// Addresses as texts, the first to be tried first.
    static let addresses = "$addresses"

    var members: JSONObject = [:]

    /// Throws a failure when the host has no address, or none that the operator allows, or the connector may not connect.
    init(
        _ module: LoadedModule, _ use: CredentialUse?, _ settings: JSONObject, _ outbound: (any RequestSender)?,
        _ tenantEgress: TenantEgress
    ) async throws(OperationFailure) {
        if let use, use.isRead {
            // Where a token comes from is nothing to a connector.
            let kind = use.grant.record.kind == .oauth2 ? .bearer : use.grant.record.kind
            var secret: JSONObject = ["kind": .string(kind.rawValue)]
            for (name, value) in use.grant.fields.sorted(by: { $0.key < $1.key }) {
                secret[name] = .string(value.reveal())
            }
            members[Self.credential] = .object(secret)
        }
        let manifest = module.manifest
        if let sockets = manifest.sockets, let host = settings[sockets.hostSetting]?.string {
            guard module.mayConnect else { throw Self.ungranted(manifest.id) }
            let port = settings[Self.port]?.int.map { Int($0) }
            if let port, let ports = module.openPorts, !ports.contains(where: { $0 == port }) {
                throw Self.ungranted(manifest.id, port: port, ports)
            }
            let addresses = try await Self.addresses(of: host, port, outbound, tenantEgress)
            members[Self.addresses] = .array(addresses.map { .string($0.description) })
        }
    }

    /// The setting that holds the port, in connectors that have one.
    private static let port = "port"

    private static func ungranted(_ id: String, port: Int, _ ports: [UInt16]) -> OperationFailure {
        OperationFailure(
            code: .config,
            message:
                "\(id) may connect to the ports \(ports.map(String.init).joined(separator: ", ")) from its runner, not to "
                + "\(port). Let the operator grant that one: PATCHBAY_GRANT_SOCKETS=\(id):\(port)",
            effect: OperationFailure.Effect.none)
    }

    private static func ungranted(_ id: String) -> OperationFailure {
        OperationFailure(
            code: .config,
            message: "\(id) connects by itself, which its runner may not until the operator grants it: with "
                + "PATCHBAY_GRANT_SOCKETS=\(id), or when it is installed.",
            effect: OperationFailure.Effect.none)
    }

    private static func addresses(
        of host: String, _ port: Int?, _ outbound: (any RequestSender)?, _ tenantEgress: TenantEgress
    ) async throws(OperationFailure) -> [IPAddress] {
        // Whoever else answers requests has no network.
        guard let outbound = outbound as? OutboundClient else {
            throw OperationFailure(
                code: .unsupported, message: "This host offers connectors no network.",
                effect: OperationFailure.Effect.none)
        }
        let found = await BlockingWork.run { () -> Result<[IPAddress], OutboundError> in
            do throws(OutboundError) {
                return .success(try outbound.addresses(ofHost: host, port: port, for: tenantEgress))
            } catch {
                return .failure(error)
            }
        }
        switch found {
        case .success(let addresses): return addresses
        case .failure(let error):
            throw OperationFailure(
                code: error.code == .resolveFailed ? .unavailable : .config, message: error.message,
                effect: OperationFailure.Effect.none)
        }
    }
}
