import ConnectorSDK
import PatchbayJSON

/// Also what tokens are checked with: every kind of token may ask, those of installations too, which belong to no user; and
/// asking does not count.
struct GetRateLimit: Action {
    static let title = "Get the rate limit"
    static let summary = "Tells how many requests the token has left within the hour. Asking does not count."
    static let effect = Effect.read
    static let documentation: String? =
        "https://docs.github.com/rest/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user"
    static let examples = [Example("What is left", input: [:])]

    struct Input: Fields {}

    struct Output: Fields {
        @Field("How many requests the token may make in an hour.") var limit: Int
        @Field("How many are left.") var remaining: Int
        @Field("How many were made.") var used: Int
        @Field("When the hour ends, in seconds since 1970.") var reset: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try GitHubAPI(context)
        let core = try await api.get(try api.address("rate_limit")).json()["resources"]?["core"]
        func number(_ name: String) -> Int? { core?[name]?.int.flatMap { Int(exactly: $0) } }
        guard let limit = number("limit"), let remaining = number("remaining"), let reset = number("reset") else {
            throw ConnectorError(.upstream, "GitHub's answer has no limit of its core requests.", effect: .none)
        }
        return Output {
            $0.limit = limit
            $0.remaining = remaining
            $0.used = number("used") ?? limit - remaining
            $0.reset = reset
        }
    }
}
