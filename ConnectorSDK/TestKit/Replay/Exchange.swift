/// A request and what came of it, as recordings keep it.
public struct Exchange: Sendable, Equatable {
    public var request: Request
    public var outcome: Outcome

    public init(_ request: Request, _ outcome: Outcome) {
        self.request = request
        self.outcome = outcome
    }

    /// As the connector made it. The credential is named, never held.
    public struct Request: Sendable, Equatable {
        public var method: String
        /// Absolute, with its query; the attached secret is not in it.
        public var url: String
        public var headers: [Header]
        /// Nil in a recording: any body will do.
        public var body: [UInt8]?
        /// The slot of the credential that the host attaches; empty for none.
        public var credential: String

        public init(
            _ method: String, _ url: String, headers: [Header] = [], body: [UInt8]? = nil, credential: String = ""
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.credential = credential
        }
    }

    public enum Outcome: Sendable, Equatable {
        case response(Response)
        case fault(Fault)
    }

    public struct Response: Sendable, Equatable {
        public var status: Int
        /// Names in lower case.
        public var headers: [Header]
        public var body: [UInt8]

        public init(_ status: Int, headers: [Header] = [], body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    public struct Header: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What happens in place of an answer.
    public enum Fault: String, Sendable, CaseIterable {
        /// No answer in time; the request may have arrived.
        case timeout
        /// Nobody listens; nothing was sent.
        case unreachable
        /// The connection ended before the answer was complete; the request may have arrived.
        case reset
    }
}
