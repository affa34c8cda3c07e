import ConnectorSDK
import PatchbayJSON
import Testing

@testable import GitHubConnector

@Suite struct GitHubErrorTests {
    private func error(
        _ status: Int, _ headers: [String: String] = [:], _ body: JSON = ["message": "No."]
    ) -> ConnectorError {
        ConnectorError(
            gitHub: HTTPResponse(status, headers, json: body), pointers: ["title": "/title", "head": "/head"])
    }

    @Test func `a validation names the input at fault`() {
        let error = error(
            422, [:],
            [
                "message": "Validation Failed",
                "errors": [["resource": "Issue", "code": "missing_field", "field": "title"]],
                "documentation_url": "https://docs.github.com/rest",
            ])
        #expect(error.code == .invalidInput)
        #expect(error.effect == .none)
        #expect(error.pointer == "/title")
        #expect(error.vendorCode == "missing_field")
        #expect(error.message == "GitHub answered with status 422: Validation Failed (title: missing_field).")
        #expect(error.detail?["documentation_url"] == "https://docs.github.com/rest")
    }

    @Test func `what exists already is a conflict`() {
        let words = "A pull request already exists for octo-org:keep-cart."
        let custom = error(
            422, [:],
            [
                "message": "Validation Failed",
                "errors": [["resource": "PullRequest", "code": "custom", "message": .string(words)]],
            ])
        #expect(custom.code == .conflict)
        #expect(custom.message.contains(words))
        #expect(
            error(422, [:], ["message": "x", "errors": [["code": "already_exists", "field": "name"]]]).code == .conflict
        )
        #expect(error(422, [:], ["message": "x", "errors": ["Could not resolve to a node"]]).code == .invalidInput)
    }

    @Test func `the hourly limit waits for its moment by GitHub's clock`() {
        let error = error(
            403,
            [
                "x-ratelimit-remaining": "0", "x-ratelimit-reset": "784111897",
                "date": "Sun, 06 Nov 1994 08:49:37 GMT",
            ], ["message": "API rate limit exceeded for user ID 1."])
        #expect(error.code == .rateLimited)
        #expect(error.retryAfter == .seconds(121))
        #expect(error.effect == .none)
    }

    @Test func `the secondary limit waits as long as it is told, or a minute`() {
        #expect(error(403, ["retry-after": "30"]).retryAfter == .seconds(30))
        let silent = error(403, [:], ["message": "You have exceeded a secondary rate limit."])
        #expect(silent.code == .rateLimited)
        #expect(silent.retryAfter == .seconds(60))
        #expect(error(429).retryAfter == .seconds(60))
        #expect(error(429, ["x-ratelimit-remaining": "12", "retry-after": "5"]).retryAfter == .seconds(5))
    }

    @Test func `a refusal says what the token lacks`() {
        let lacking = error(
            403, ["x-accepted-github-permissions": "issues=write"],
            ["message": "Resource not accessible by personal access token"])
        #expect(lacking.code == .authDenied)
        #expect(lacking.message.hasSuffix("The token needs the permissions issues=write."))
        #expect(error(403, ["x-github-sso": "required; url=https://x"]).message.contains("single sign-on"))
        #expect(error(401).code == .authDenied)
        #expect(error(401).message.contains("Replace the credential's token"))
    }

    @Test(arguments: [
        (404, ConnectorError.Code.notFound, ConnectorError.Effect.none), (410, .notFound, .none),
        (301, .notFound, .none), (307, .notFound, .none), (409, .conflict, .none), (400, .invalidInput, .none),
        (500, .unavailable, .unknown), (502, .unavailable, .unknown), (503, .unavailable, .unknown),
    ])
    func `a status has its meaning`(status: Int, code: ConnectorError.Code, effect: ConnectorError.Effect) {
        let error = error(status)
        #expect(error.code == code)
        #expect(error.effect == effect)
        #expect(error.httpStatus == status)
    }

    @Test func `a move tells the new address`() {
        let error = error(307, ["location": "https://api.github.com/repositories/1/issues"])
        #expect(error.message.contains("https://api.github.com/repositories/1/issues"))
    }

    @Test func `a body that is no JSON still has its status`() {
        let error = ConnectorError(gitHub: HTTPResponse(502, text: "<html>Bad gateway"), pointers: [:])
        #expect(error.code == .unavailable)
        #expect(error.message == "GitHub answered with status 502: no reason was given.")
    }
}
