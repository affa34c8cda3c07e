import ConnectorSDK
import PatchbayJSON
import Testing

@testable import JiraConnector

@Suite struct JiraErrorTests {
    private func error(_ status: Int, _ headers: [String: String] = [:], _ body: JSON = [:]) -> ConnectorError {
        ConnectorError(jira: HTTPResponse(status, headers, json: body), pointers: ["issuetype": "/type"])
    }

    @Test func `messages are told, and a field names the input at fault`() {
        let known = error(
            400, [:], ["errorMessages": ["It went wrong."], "errors": ["issuetype": "Specify a valid issue type"]])
        #expect(known.code == .invalidInput)
        #expect(known.effect == .none)
        #expect(known.pointer == "/type")
        #expect(known.vendorCode == "issuetype")
        #expect(
            known.message == "Jira answered with status 400: It went wrong; issuetype: Specify a valid issue type.")
        let other = error(400, [:], ["errorMessages": [], "errors": ["customfield_1/2": "is required."]])
        #expect(other.pointer == "/fields/customfield_1~12")
        #expect(other.message == "Jira answered with status 400: customfield_1/2: is required.")
    }

    @Test func `a log-in that failed is told, though the answer be another`() {
        let hidden = error(404, ["x-seraph-loginreason": "AUTHENTICATED_FAILED"], ["errorMessages": ["Not there."]])
        #expect(hidden.code == .authDenied)
        #expect(hidden.message.contains("Check the credential"))
        #expect(error(403, ["x-seraph-loginreason": "AUTHENTICATION_DENIED"]).message.contains("Check the credential"))
        #expect(error(403).message.contains("lacks a permission"))
        #expect(error(401).code == .authDenied)
    }

    @Test func `a limit carries its wait`() {
        let error = error(429, ["retry-after": "17"])
        #expect(error.code == .rateLimited)
        #expect(error.retryAfter == .seconds(17))
        #expect(error.effect == .none)
    }

    @Test(arguments: [
        (404, ConnectorError.Code.notFound, ConnectorError.Effect.none), (409, .conflict, .none),
        (413, .invalidInput, .none), (422, .invalidInput, .none), (500, .unavailable, .unknown),
        (503, .unavailable, .unknown),
    ])
    func `a status has its meaning`(status: Int, code: ConnectorError.Code, effect: ConnectorError.Effect) {
        #expect(error(status).code == code)
        #expect(error(status).effect == effect)
    }

    @Test func `a page for people still has its status`() {
        let error = ConnectorError(jira: HTTPResponse(503, text: "<html>"), pointers: [:])
        #expect(error.code == .unavailable)
        #expect(error.message == "Jira answered with status 503.")
    }
}
