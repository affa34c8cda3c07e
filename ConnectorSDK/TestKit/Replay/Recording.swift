public import PatchbayJSON

/// One call of an operation with everything that went over the network: a file that people read and change, and that
/// `patchbay connector test --record` makes anew from a live server.
///
/// ```json
/// {"operation": "get_order", "input": {"order_id": "7"},
///  "exchanges": [{"request": {"method": "GET", "url": "https://api.acme.example/orders/7", "credential": "account"},
///                 "response": {"status": 200, "json": {"id": "7"}}}],
///  "output": {"order_id": "7"}}
/// ```
public struct Recording: Sendable, Equatable {
    public var operation: String
    public var input: JSON
    /// Settings of the connector, over their defaults.
    public var settings: JSON
    public var exchanges: [Exchange]
    public var expectation: Expectation

    public enum Expectation: Sendable, Equatable {
        /// What the call must give.
        case output(JSON)
        /// Members that its error must have, `code` among them.
        case error(JSONMembers)
        /// Nothing is said yet: any output will do.
        case anything
    }

    public init(
        operation: String, input: JSON, settings: JSON = [:], exchanges: [Exchange] = [],
        expectation: Expectation = .anything
    ) {
        self.operation = operation
        self.input = input
        self.settings = settings
        self.exchanges = exchanges
        self.expectation = expectation
    }
}

/// The members of an object, compared by what they mean.
public struct JSONMembers: Sendable, Equatable {
    public var members: JSONObject
    public init(_ members: JSONObject) { self.members = members }
    public static func == (a: Self, b: Self) -> Bool { JSON.object(a.members) == .object(b.members) }
}

extension Recording {
    /// Throws `RecordingError` that says what is wrong with it.
    public init(_ json: JSON) throws(RecordingError) {
        guard let operation = json["operation"]?.string else { throw RecordingError("`operation` is missing") }
        let known = ["operation", "input", "settings", "exchanges", "output", "error", "about"]
        for name in json.object?.names ?? [] where !known.contains(name) {
            throw RecordingError("`\(name)` is unknown; known are \(known.joined(separator: ", "))")
        }
        var exchanges: [Exchange] = []
        for exchange in json["exchanges"]?.array ?? [] { exchanges.append(try Exchange(exchange)) }
        let expectation: Expectation =
            if let error = json["error"]?.object {
                .error(JSONMembers(error))
            } else if let output = json["output"] {
                .output(output)
            } else {
                .anything
            }
        self.init(
            operation: operation, input: json["input"] ?? [:], settings: json["settings"] ?? [:], exchanges: exchanges,
            expectation: expectation)
    }

    public init(parsing bytes: [UInt8]) throws(RecordingError) {
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: bytes) } catch {
            throw RecordingError("it is no JSON: \(error)")
        }
        try self.init(json)
    }

    public var json: JSON {
        var members: JSONObject = ["operation": .string(operation), "input": input]
        if settings.object?.isEmpty == false { members["settings"] = settings }
        if !exchanges.isEmpty { members["exchanges"] = .array(exchanges.map(\.json)) }
        switch expectation {
        case .output(let output): members["output"] = output
        case .error(let error): members["error"] = .object(error.members)
        case .anything: break
        }
        return .object(members)
    }
}
