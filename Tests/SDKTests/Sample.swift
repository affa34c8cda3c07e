import ConnectorSDK
import PatchbayJSON

/// A connector that has one of everything.
let sample = Connector(
    id: "sample", version: "1.2.3", name: "Sample", summary: "For tests.", category: .issueTracking,
    hosts: ["api.example.com", .setting("base_url"), .any],
    credentials: [
        CredentialSlot(
            "account", title: "Account", kinds: [.bearer, .basic, .header("X-Key", prefix: "Key "), .query("key")])
    ],
    settings: SampleSettings.self, actions: [Echo.self, Fail.self, Fetch.self, Wait.self])

struct SampleSettings: Fields {
    @Field("Where it is.", .format("uri"), default: "https://api.example.com") var baseURL: String
}

struct Echo: Action {
    static let title = "Echo"
    static let summary = "Says it again."
    static let effect = Effect.read
    static let credential: String? = ""
    static let examples = [Example("A word", input: ["text": "hello"])]

    struct Input: Fields {
        @Field("What to say.") var text: String
    }
    struct Output: Fields {
        @Field("What was said.") var text: String
        @Field("The call's key.") var key: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        context.log(.info, "echoing", ["length": .int(Int64(input.text.count))])
        context.progress(0.5, "half")
        return Output {
            $0.text = input.text
            $0.key = context.idempotencyKey
        }
    }
}

struct Fail: Action {
    static let title = "Fail"
    static let summary = "Fails as it is told."
    static let effect = Effect.read

    struct Input: Fields {
        @Field("How.") var how: String
    }

    struct Odd: Error {}

    func run(_ input: Input, in context: Context) async throws -> JSON {
        switch input.how {
        case "odd": throw Odd()
        case "cancel": throw CancellationError()
        default:
            throw ConnectorError(
                .rateLimited, "Too many.", retry: .yes, retryAfter: .milliseconds(1500), effect: .none, httpStatus: 429,
                vendorCode: "slow_down", detail: ["limit": 5], pointer: "/how")
        }
    }
}

struct Fetch: Action {
    static let title = "Fetch"
    static let summary = "Sends a request and gives the answer."
    static let effect = Effect.write
    static let documentation: String? = "https://example.com/fetch"
    static let timeout: Duration? = .seconds(5)

    struct Input: Fields {
        @Field("Path below the base URL.") var path: String
        @Field("Goes into the query.") var query: String?
        @Field("Goes into a header.") var header: String?
    }
    struct Output: Fields {
        @Field("The status.") var status: Int
        @Field("The body.") var body: JSON
        @Field("The content type.") var type: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let base = try context.settings(SampleSettings.self).baseURL
        let response = try await context.http.send(
            HTTPRequest(
                .post, base + input.path, query: [("q", input.query), ("none", nil)],
                headers: [("X-Test", input.header ?? "yes")], body: .json(["a": 1]), redirects: 2))
        guard response.isSuccess else { throw ConnectorError(response) }
        let body = try response.json()
        return Output {
            $0.status = response.status
            $0.body = body
            $0.type = response.header("Content-Type")
        }
    }
}

/// Waits for a request that is answered when the test wants.
struct Wait: Action {
    static let title = "Wait"
    static let summary = "Waits until it is cancelled."
    static let effect = Effect.read

    struct Input: Fields {}

    func run(_ input: Input, in context: Context) async throws -> JSON {
        _ = try await context.http.send(HTTPRequest(.get, "https://api.example.com/hang"))
        return "unreachable"
    }
}
