import Logging

/// The host's log: one line an event, on standard error.
func makeLogger(_ configuration: HostConfiguration) -> Logger {
    var logger = Logger(label: "patchbay") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = configuration.logLevel
    return logger
}
