public import ConnectorReplay
public import ConnectorSDK
import Glibc
public import PatchbayJSON
import Synchronization

/// A host in memory, for the tests of a connector's author: no process, no network, no secrets.
///
/// ```swift
/// let host = TestHost(acme) { request in
///     request.path == "/orders" ? .json(["id": "7"], status: 201) : .status(404)
/// }
/// let output = try await host.call("create_order", ["customer": "c1"])
/// #expect(output["order_id"] == "7")
/// #expect(host.requests[0].credential == "account")
/// ```
///
/// It does what the real host does around a call, as far as a connector can tell: settings have their defaults, requests
/// may only go to declared hosts, a read that failed has changed nothing. It does not check inputs against the schema
/// beyond what reading them does; `patchbay connector test` runs recordings through a real host.
public final class TestHost: Sendable {
    public typealias Answering = @Sendable (TestRequest) throws -> TestAnswer

    private struct State {
        var requests: [TestRequest] = []
        var lines: [(level: LogLevel, message: String)] = []
    }

    private let connector: Connector
    private let settings: JSONObject
    private let answering: Answering
    private let state = Mutex(State())
    /// What is played back, when that is what answers.
    public let replay: Replay?

    /// - Parameters:
    ///   - settings: Over the defaults of the connector's settings.
    ///   - answering: Stands in for the vendor. Called on any thread.
    public init(_ connector: Connector, settings: JSON = [:], answering: @escaping Answering) {
        self.connector = connector
        self.settings = Self.settings(of: connector, settings)
        self.answering = answering
        replay = nil
    }

    /// A host without any network.
    public convenience init(_ connector: Connector, settings: JSON = [:]) {
        self.init(connector, settings: settings) { _ in .unreachable }
    }

    /// A host that plays exchanges back. A request that is not among them fails the call, and stands in `replay.misses`.
    public init(_ connector: Connector, settings: JSON = [:], replaying exchanges: [Exchange]) {
        self.connector = connector
        self.settings = Self.settings(of: connector, settings)
        let replay = Replay(exchanges)
        self.replay = replay
        answering = { request in
            switch replay.outcome(of: request.exchange) {
            case .response(let response)?: return .response(response)
            case .fault(let fault)?: return .fault(fault)
            case nil: throw RecordingError(replay.misses.last ?? "no answer is recorded")
            }
        }
    }

    /// The recording in a file, such as `Tests/Recordings/hello.json`, and a host that plays it back.
    public static func replaying(
        _ path: String, to connector: Connector
    ) throws -> (host: TestHost, recording: Recording) {
        let recording = try Recording(parsing: try read(path))
        return (TestHost(connector, settings: recording.settings, replaying: recording.exchanges), recording)
    }

    /// Every request so far, refused ones left out.
    public var requests: [TestRequest] { state.withLock { $0.requests } }

    /// Every line that was logged.
    public var log: [(level: LogLevel, message: String)] { state.withLock { $0.lines } }

    /// Calls an operation. Throws what the action threw: `ConnectorError` if it is well-behaved.
    public func call(
        _ operation: String, _ input: JSON = [:], attempt: Int = 1, idempotencyKey: String = "step-1"
    ) async throws -> JSON {
        guard let action = connector.caller(of: operation) else {
            let known = connector.callable.joined(separator: ", ")
            throw ConnectorError(
                .unsupported, "There is no operation `\(operation)`; there are \(known).", effect: .none)
        }
        let context = Context(
            attempt: attempt, idempotencyKey: idempotencyKey, deadline: .max, traceParent: "",
            settings: JSON.object(settings).bytes(), credential: connector.slot(of: operation),
            host: Services(host: self))
        return try await action(input, context)
    }

    /// Has a webhook trigger look at a delivery, as if the vendor had sent it to the trigger's endpoint.
    public func deliver(
        _ delivery: WebhookDelivery, to trigger: String, config: JSON = [:], secret: String
    ) async throws -> JSON {
        var headers = JSONObject()
        for (name, value) in delivery.headers { headers[name] = .string(value) }
        return try await call(
            trigger,
            [
                "config": config, "secret": .string(secret),
                "delivery": [
                    "method": .string(delivery.method), "query": .string(delivery.query), "headers": .object(headers),
                    "body": Bytes(delivery.body).json ?? .null,
                ],
            ])
    }

    private static func settings(of connector: Connector, _ given: JSON) -> JSONObject {
        var settings = JSONObject()
        for member in connector.settings?.schema["properties"]?.object ?? [:] {
            if let value = member.value["default"] { settings[member.name] = value }
        }
        for member in given.object ?? [:] { settings[member.name] = member.value }
        return settings
    }

    private static func read(_ path: String) throws(RecordingError) -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw RecordingError("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}

extension TestHost {
    /// What one call sees of the host.
    private struct Services: HostServices {
        let host: TestHost

        func send(_ request: PreparedRequest) async throws -> HTTPResponse {
            try Task.checkCancellation()
            return try host.answer(TestRequest(request))
        }

        func log(_ level: LogLevel, _ message: String, _ fields: JSONObject) {
            host.state.withLock { $0.lines.append((level, message)) }
        }

        func progress(_ fraction: Double?, _ message: String?) {}
    }

    private func answer(_ request: TestRequest) throws -> HTTPResponse {
        guard HostRule.allows(request.url, connector.hosts, settings) else {
            throw ConnectorError(
                .config, "The connector declares no host for \(request.method) \(request.url).", effect: .none)
        }
        state.withLock { $0.requests.append(request) }
        switch try answering(request) {
        case .response(let response):
            return HTTPResponse(
                status: response.status, headers: response.headers.map { ($0.name.lowercased(), $0.value) },
                body: response.body, url: request.url)
        case .fault(let fault):
            throw ConnectorError(fault)
        }
    }
}

extension ConnectorError {
    /// What the host says of a request that had no answer.
    fileprivate init(_ fault: Exchange.Fault) {
        switch fault {
        case .timeout: self.init(.timeout, "There was no answer in time.", vendorCode: "timeout")
        case .unreachable:
            self.init(.unavailable, "Nobody listens there.", effect: .none, vendorCode: "connect-failed")
        case .reset:
            self.init(
                .unavailable, "The connection ended before the answer was complete.", vendorCode: "connection-lost")
        }
    }
}
