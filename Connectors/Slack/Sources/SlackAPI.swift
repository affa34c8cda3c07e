import ConnectorSDK
import PatchbayJSON

/// Calls of Web API methods. Slack answers 200 with `"ok": false` for most failures
/// (https://docs.slack.dev/apis/web-api#responses).
struct SlackAPI {
    let context: Context
    private let baseURL: String

    init(_ context: Context) throws {
        self.context = context
        self.baseURL = try context.settings(SlackSettings.self).baseURL
    }

    /// Calls a method with a JSON body; answers what it said when it went well. Arguments that have the name of the input
    /// they come from need no word; `inputs` tells the others, for when Slack refuses one.
    func call(_ method: String, _ arguments: JSONObject, inputs: [String: String] = [:]) async throws -> JSON {
        let request = HTTPRequest(
            .post, try address(below: baseURL, method), headers: [("Content-Type", "application/json; charset=utf-8")],
            body: .json(.object(arguments)))
        let response = try await context.http.send(request)
        guard response.isSuccess else { throw ConnectorError(slack: response, method: method) }
        let answer = try response.json()
        if let warnings = answer["response_metadata"]?["warnings"] {
            context.log(.warning, "Slack warns about \(method).", ["warnings": warnings])
        }
        guard answer["ok"]?.bool == true else {
            let refusal = SlackRefusal(answer["error"]?.string ?? "unknown_error")
            let argument = refusal.arguments.first { arguments[$0] != nil }
            throw ConnectorError(
                refusal, of: method, response: response, answer: answer,
                pointer: argument.map { "/" + (inputs[$0] ?? $0) })
        }
        return answer
    }

    /// The message's `ts`, which every method that posts gives.
    func timestamp(of answer: JSON, from method: String) throws(ConnectorError) -> String {
        guard let timestamp = answer["ts"]?.string else {
            throw ConnectorError(.upstream, "Slack did \(method) without telling the message's `ts`.", effect: .applied)
        }
        return timestamp
    }
}
