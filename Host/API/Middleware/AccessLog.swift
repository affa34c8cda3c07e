import HTTPTypes
import Logging

/// One line a request: method, path without query, status, milliseconds, request id. Never a header or a body.
struct AccessLog {
    func write(
        _ method: HTTPRequest.Method, _ path: String, _ status: HTTPResponse.Status,
        since start: ContinuousClock.Instant, _ logger: Logger, _ requestID: String
    ) {
        let level: Logger.Level = Self.isProbe(path) ? .debug : .info
        guard logger.logLevel <= level else { return }
        logger.log(
            level: level, "request",
            metadata: [
                LogKeys.requestID: .string(requestID), LogKeys.method: .string(method.rawValue),
                LogKeys.path: .string(Self.shortened(path)), LogKeys.status: .stringConvertible(status.code),
                LogKeys.duration: .stringConvertible((ContinuousClock.now - start) / .milliseconds(1)),
            ])
    }

    /// Probes come every few seconds and would hide the rest.
    private static func isProbe(_ path: String) -> Bool { path == "/healthz" || path == "/readyz" }

    private static func shortened(_ path: String) -> String {
        path.utf8.count <= 256 ? path : path.prefix(256) + "…"
    }
}
