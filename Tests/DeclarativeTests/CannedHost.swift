import ConnectorSDK
import DeclarativeConnector
import DeclarativeFormat
import PatchbayJSON
import Synchronization
import Testing

/// A host in memory with canned answers, one for each request in turn.
final class CannedHost: HostServices {
    private struct State {
        var answers: [HTTPResponse]
        var requests: [PreparedRequest] = []
    }

    private let state: Mutex<State>

    init(_ answers: [HTTPResponse]) { state = Mutex(State(answers: answers)) }

    var requests: [PreparedRequest] { state.withLock { $0.requests } }

    func send(_ request: PreparedRequest) async throws -> HTTPResponse {
        try state.withLock { state in
            state.requests.append(request)
            guard !state.answers.isEmpty else { throw ConnectorError(.unavailable, "Nothing more was canned.") }
            return state.answers.removeFirst()
        }
    }

    func log(_ level: LogLevel, _ message: String, _ fields: JSONObject) {}
    func progress(_ fraction: Double?, _ message: String?) {}
}

extension HTTPResponse {
    static func json(_ status: Int, _ body: JSON, _ headers: [(name: String, value: String)] = []) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("content-type", "application/json")] + headers, body: body.bytes(),
            url: "https://api.acme.example/")
    }
}

/// A document with one action, `act`.
struct Sample {
    var document: JSONObject = [
        "declarative": 1, "id": "acme", "version": "1.0.0", "base_url": "https://api.acme.example/v2",
        "auth": ["account": "bearer"],
    ]

    init(_ action: JSON, _ more: JSONObject = [:]) {
        document["actions"] = ["act": action]
        for member in more { document[member.name] = member.value }
    }

    var problems: [String] { ConnectorDocument.read(.object(document)).problems.map(\.description) }

    func read() throws -> ConnectorDocument {
        let reading = ConnectorDocument.read(.object(document))
        #expect(reading.problems == [])
        return try #require(reading.document)
    }

    /// Calls the action.
    func call(_ input: JSON, settings: JSON = [:], _ answers: HTTPResponse...) async throws -> (JSON, CannedHost) {
        let host = CannedHost(answers)
        return (try await call(input, settings: settings, on: host), host)
    }

    func call(_ input: JSON, settings: JSON = [:], on host: CannedHost) async throws -> JSON {
        let described = DescribedConnector(try read())
        let context = Context(
            attempt: 1, idempotencyKey: "step-1", deadline: 0, traceParent: "", settings: settings.bytes(),
            credential: "account", host: host)
        return try await described.operations[0].run(input, context)
    }

    /// The failure of a call that must fail.
    func failure(_ input: JSON, settings: JSON = [:], _ answers: HTTPResponse...) async -> ConnectorError? {
        let host = CannedHost(answers)
        return await #expect(throws: ConnectorError.self) { try await call(input, settings: settings, on: host) }
    }
}
