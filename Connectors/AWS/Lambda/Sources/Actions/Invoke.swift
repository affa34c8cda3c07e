import AmazonServices
import ConnectorSDK
import PatchbayJSON

struct Invoke: Action {
    static let title = "Invoke a function"
    static let summary = "Calls a function, and waits for its answer or only for its acceptance."
    static let effect = Effect.write
    static let documentation: String? = "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"
    static let timeout: Duration? = .seconds(120)
    static let examples = [
        Example("With its answer", input: ["function": "resize-image", "payload": ["key": "logo.png", "width": 200]]),
        Example("Without waiting", input: ["function": "nightly", "mode": "event"]),
    ]

    struct Input: Fields {
        @Field("Name or ARN of the function.", .length(1...170)) var function: String
        @Field("What it is given.", default: .object([:])) var payload: JSON
        @Field(
            "`request_response` waits for the answer; `event` only for the acceptance; `dry_run` only checks permissions.",
            default: .requestResponse)
        var mode: Mode
        @Field("A version or an alias of it.", .length(1...128)) var qualifier: String?
        @Field("Whether the step fails when the function threw an error.", default: true) var failOnFunctionError: Bool
    }

    enum Mode: String, FieldChoice {
        case requestResponse = "request_response"
        case event
        case dryRun = "dry_run"

        /// The API's word for it.
        var word: String {
            switch self {
            case .requestResponse: "RequestResponse"
            case .event: "Event"
            case .dryRun: "DryRun"
            }
        }
    }

    struct Output: Fields {
        @Field("200 with an answer, 202 when it was accepted, 204 when it would be.") var status: Int
        @Field("What the function answered: JSON, or a text when it is none; absent when nobody waits.") var payload:
            JSON?
        @Field("`Handled` or `Unhandled` when the function threw an error, which `payload` then describes.")
        var functionError: String?
        @Field("The version that ran.") var executedVersion: String?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try AmazonAPI(context, service: "lambda")
        let url = try address(below: api.base, "2015-03-31", "functions", input.function, "invocations")
        let response = try await api.send(
            HTTPRequest(
                .post, url, query: [("Qualifier", input.qualifier)],
                headers: [("X-Amz-Invocation-Type", input.mode.word)], body: .json(input.payload)))
        let payload: JSON? =
            response.body.isEmpty ? Optional<JSON>.none : (try? response.json()) ?? .string(response.text)
        let failure = response.header("x-amz-function-error")
        if let failure, input.failOnFunctionError {
            let said = payload?["errorMessage"]?.string
            throw ConnectorError(
                .upstream, "The function \(input.function) failed" + (said.map { ": \($0)" } ?? "."), effect: .unknown,
                httpStatus: response.status, vendorCode: payload?["errorType"]?.string ?? failure, detail: payload)
        }
        return Output {
            $0.status = response.status
            if input.mode == .requestResponse { $0.payload = payload }
            $0.functionError = failure
            $0.executedVersion = response.header("x-amz-executed-version")
        }
    }
}
