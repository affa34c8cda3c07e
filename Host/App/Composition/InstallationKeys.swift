import PatchbayCore
import PatchbayOutbound
import PatchbaySecurity

/// The keys that are not in the database, opened as the operator configured them.
struct InstallationKeys: Sendable {
    /// What tenants' data keys are wrapped with.
    let ring: KeyRing
    /// Seals what belongs to no tenant: the secrets of one-time codes.
    let sealing: SealingKey

    /// - Parameter folder: The data folder, where the installation's own key file is.
    init(_ settings: KeySettings, folder: String) throws {
        let ownPath = folder + "/sealing-key"
        var services = Services()
        var locals: [SealingKey] = []
        var older: [any KeyWrapper] = []
        for source in settings.others {
            switch source {
            case .amazon(let arn): older.append(try services.wrapper(arn))
            default: if let key = try Self.key(source, ownPath) { locals.append(key) }
            }
        }
        let current: any KeyWrapper
        let own: SealingKey
        switch settings.current {
        case .amazon(let arn):
            current = try services.wrapper(arn)
            own = try .load(orCreateAt: ownPath)
        case let source:
            own = try Self.key(source, ownPath) ?? .load(orCreateAt: ownPath)
            current = LocalKeyWrapper(own)
        }
        // What was sealed before there was another setting.
        if let first = try SealingKey.load(ownPath) { locals.append(first) }
        locals.removeAll { $0.id == own.id }
        sealing = own.opening(alsoOf: locals)
        ring = KeyRing(current: current, older: older, sealers: [own] + locals)
    }

    /// Nil for the installation's own file.
    private static func key(_ source: KeySettings.Source, _ ownPath: String) throws -> SealingKey? {
        switch source {
        case .file(let path):
            guard let key = try SealingKey.load(path) else {
                throw ConfigurationProblem(
                    "There is no key file \(path). Restore it; or make a new key, once and for all hosts: "
                        + "(umask 077; openssl rand -hex 32 > \(path))")
            }
            return key
        case .text(let text): return try SealingKey(text: text)
        case .ownFile, .amazon: return nil
        }
    }

    /// Keys of AWS KMS share a client of their own: that they may be reached is the operator's word, whatever network they
    /// are in, and a connector's requests gain nothing by it.
    private struct Services {
        private var client: OutboundClient?

        mutating func wrapper(_ arn: String) throws -> AmazonKeyWrapper {
            let key = try AmazonKey(arn: arn, environment: Environment.variables(AmazonKey.variables))
            let client =
                try client
                ?? OutboundClient(
                    policy: try EgressPolicy(parsing: "0.0.0.0/0,::/0"),
                    route: OutboundRoute(environment: Environment.variables(Parts.routeVariables)))
            self.client = client
            return AmazonKeyWrapper(key, over: client, clock: SystemTime())
        }
    }
}
