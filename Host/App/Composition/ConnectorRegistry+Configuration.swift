import PatchbayModules

extension ConnectorRegistry {
    /// The installed connectors, read for a command that only looks.
    static func scanned(_ configuration: HostConfiguration) async throws -> ConnectorRegistry {
        let registry = ConnectorRegistry(
            plugins: configuration.pluginsFolder, data: configuration.dataFolder,
            prober: Prober(runner: Installation.runner), trust: try configuration.trustPolicy,
            logger: makeLogger(configuration))
        await registry.scan()
        return registry
    }
}
