import Glibc
public import PatchbayJSON

/// What an action is given beside its input. Valid during the call only.
public struct Context: Sendable {
    /// 1 for the first attempt.
    public let attempt: Int
    /// The same for every attempt of one step: hand it to vendors that take such a key. At most 64 ASCII characters.
    public let idempotencyKey: String
    /// When the host gives the call up, in milliseconds since 1970.
    public let deadline: Int64
    /// W3C `traceparent` of the call, or empty.
    public let traceParent: String
    /// HTTP by the host, with this call's credential attached.
    public var http: HTTPClient { HTTPClient(host: host, credential: credential) }

    /// JSON text; read when an action asks for its settings, which most calls of a simple action never do.
    let settings: [UInt8]
    /// Name of the slot; empty for none.
    let credential: String
    let host: any HostServices

    package init(
        attempt: Int, idempotencyKey: String, deadline: Int64, traceParent: String, settings: [UInt8],
        credential: String, host: any HostServices
    ) {
        self.attempt = attempt
        self.idempotencyKey = idempotencyKey
        self.deadline = deadline
        self.traceParent = traceParent
        self.settings = settings
        self.host = host
        self.credential = credential
    }

    /// The connector's settings, as its `Connector.settings` type.
    ///
    /// Throws `ConnectorError` of code `config` that names every setting at fault.
    public func settings<Settings: Fields>(_: Settings.Type) throws -> Settings {
        do {
            var object = try allSettings
            for name in object.names where name.hasPrefix("$") { object[name] = Optional<JSON>.none }
            return try Settings.read(.object(object))
        } catch {
            throw ConnectorError(.config, "The connector's settings are not in order: \(error)", effect: .none)
        }
    }

    /// Where the server is that the connector's `sockets` name: addresses to be tried in their order, in text, which the
    /// operator allows. Connect to these and to nothing else.
    public var addresses: [String] {
        ((try? allSettings)?["$addresses"]?.array ?? []).compactMap(\.string)
    }

    /// The call's credential itself, for a slot with the access `read`; nil without one.
    public var secret: Secret? { Secret((try? allSettings)?["$credential"]) }

    /// With what the host adds for this call, under names with a `$`.
    private var allSettings: JSONObject {
        get throws(JSONError) { settings.isEmpty ? [:] : try JSON(parsing: settings).object ?? [:] }
    }

    /// How long until the host gives the call up; zero when it has.
    public var timeLeft: Duration {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        return .milliseconds(max(0, deadline - now))
    }

    /// The same as they came, for connectors that are described by data.
    package func givenSettings() throws(ConnectorError) -> JSONObject {
        guard !settings.isEmpty else { return [:] }
        guard let object = (try? JSON(parsing: settings))?.object else {
            throw ConnectorError(.config, "The connector's settings are no object.", effect: .none)
        }
        var settings = JSONObject()
        for member in object where !member.name.hasPrefix("$") { settings[member.name] = member.value }
        return settings
    }

    /// Writes a line into the step's log. Never put a secret or a whole body in it.
    public func log(_ level: LogLevel, _ message: String, _ fields: JSONObject = [:]) {
        host.log(level, message, fields)
    }

    /// Tells how far the call is: a fraction from 0 to 1, and what it is doing.
    public func progress(_ fraction: Double?, _ message: String? = nil) {
        host.progress(fraction, message)
    }

    /// Asks for another process for later calls; this one is ended, with whatever it still runs or holds, as soon as the
    /// calls that it has are over. For what cannot be stopped or given back by itself. False where the connector has no
    /// process of its own.
    @discardableResult
    public func retireProcess() -> Bool { host.retireProcess() }
}

/// How loud a log line is.
public enum LogLevel: Int32, Sendable {
    case debug = 0
    case info = 1
    case warning = 2
    case error = 3
}

/// What a call asks of the host: through the ABI in a module, in memory in tests.
package protocol HostServices: Sendable {
    func send(_ request: PreparedRequest) async throws -> HTTPResponse
    func log(_ level: LogLevel, _ message: String, _ fields: JSONObject)
    func progress(_ fraction: Double?, _ message: String?)
    func retireProcess() -> Bool
}

extension HostServices {
    package func retireProcess() -> Bool { false }
}
