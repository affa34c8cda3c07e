import Logging
import PatchbayModules

extension ConnectorRegistry {
    /// The installed connectors. Refusals are logged, unless a command prints them itself.
    static func scanned(_ configuration: HostConfiguration, log: Logger) async throws -> ConnectorRegistry {
        let registry = ConnectorRegistry(
            plugins: configuration.pluginsFolder, shared: configuration.sharedConnectorsFolder,
            data: configuration.dataFolder,
            prober: Prober(runner: Installation.runner), trust: try configuration.trustPolicy,
            isolation: configuration.isolation, logger: log)
        await registry.scan()
        return registry
    }
}
