import ArgumentParser
import Configuration
import Logging

/// The flags of every command that works on an installation.
struct HostOptions: ParsableArguments {
    @Option(help: "Folder for keys, the embedded database and what else is kept. [PATCHBAY_DATA, default: data]")
    var data: String?

    @Option(help: "Folder of installed connectors. [PATCHBAY_PLUGINS, default: plugins]")
    var plugins: String?

    @Option(
        name: .customLong("database-url"),
        help: "PostgreSQL to use; without it a private one runs in the data folder. [DATABASE_URL]")
    var databaseURL: String?

    @Option(
        name: .customLong("log-level"),
        help: "trace, debug, info, notice, warning, error or critical. [LOG_LEVEL, default: info]")
    var logLevel: String?

    @Option(
        name: .customLong("allow-networks"),
        help: "Private networks that requests may go to: 127.0.0.0/8,10.0.0.0/8,… [PATCHBAY_ALLOW_NETWORKS]")
    var allowNetworks: String?

    @Option(help: "JSON file with settings; flags and environment come before it. [PATCHBAY_CONFIG]")
    var config: String?

    /// With `logLevel`, what is logged when nobody said otherwise: commands are quieter than the server.
    func configuration(
        quiet: Bool = false, adding extra: [AbsoluteConfigKey: ConfigValue] = [:]
    ) async throws -> HostConfiguration {
        var flags = extra
        let given: [(AbsoluteConfigKey, String?)] = [
            (["patchbay", "data"], data), (["patchbay", "plugins"], plugins), (["database", "url"], databaseURL),
            (["log", "level"], logLevel), (["patchbay", "allow", "networks"], allowNetworks),
        ]
        for (key, value) in given {
            if let value { flags[key] = ConfigValue(.string(value), isSecret: false) }
        }
        let file = config ?? Environment.variable("PATCHBAY_CONFIG")
        var configuration = try await HostConfiguration.load(flags: flags, file: file)
        if quiet, logLevel == nil, Environment.variable("LOG_LEVEL") == nil { configuration.logLevel = .warning }
        return configuration
    }
}
