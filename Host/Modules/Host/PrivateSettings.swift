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
        _ module: LoadedModule, _ use: CredentialUse?, _ settings: JSONObject, _ outbound: (any RequestSender)?
    ) async throws(OperationFailure) {
        if let use, use.isRead {
            var secret: JSONObject = ["kind": .string(use.grant.record.kind.rawValue)]
            for (name, value) in use.grant.fields.sorted(by: { $0.key < $1.key }) {
                secret[name] = .string(value.reveal())
            }
            members[Self.credential] = .object(secret)
        }
        let manifest = module.manifest
        if let sockets = manifest.sockets, let host = settings[sockets.hostSetting]?.string {
            guard module.mayConnect else { throw Self.ungranted(manifest.id) }
            let addresses = try await Self.addresses(of: host, outbound)
            members[Self.addresses] = .array(addresses.map { .string($0.description) })
        }
    }

    private static func ungranted(_ id: String) -> OperationFailure {
        OperationFailure(
            code: .config,
            message: "\(id) connects by itself, which its runner may not until the operator grants it: with "
                + "PATCHBAY_GRANT_SOCKETS=\(id), or when it is installed.",
            effect: OperationFailure.Effect.none)
    }

    private static func addresses(
        of host: String, _ outbound: (any RequestSender)?
    ) async throws(OperationFailure) -> [IPAddress] {
        // Whoever else answers requests has no network.
        guard let outbound = outbound as? OutboundClient else {
            throw OperationFailure(
                code: .unsupported, message: "This host offers connectors no network.",
                effect: OperationFailure.Effect.none)
        }
        let found = await BlockingWork.run { () -> Result<[IPAddress], OutboundError> in
            do throws(OutboundError) {
                return .success(try outbound.addresses(ofHost: host))
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
