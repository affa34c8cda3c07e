import PatchbayCore
import PatchbayJSON
import Testing

/// Refusals in each vendor's own words, through the loaded libraries.
@Suite(.timeLimit(.minutes(5)))
struct VendorFailureTests {
    private func failure(
        _ connector: String, _ operation: String, _ input: JSON, answering answer: RecordingServer.Answer
    ) async throws -> OperationFailure? {
        let server = RecordingServer { _ in answer }
        defer { server.stop() }
        let caller = try await ConnectorBench.shared.value.caller(
            connector, settings: ["base_url": .string(server.address)], credential: .bearer("t0p-secret"))
        return await caller.failure(operation, input)
    }

    @Test func `Slack's word names the input at fault and what to do`() async throws {
        let failure = try await failure(
            "slack", "send_message", ["channel": "#nowhere", "text": "x"],
            answering: .json(200, ["ok": false, "error": "channel_not_found"]))
        #expect(failure?.code == .notFound)
        #expect(failure?.vendorCode == "channel_not_found")
        #expect(failure?.pointer == "/channel")
        #expect(failure?.effect == OperationFailure.Effect.none)
        #expect(failure?.message.contains("invite the app") == true)
    }

    @Test func `an input's own name stands in the pointer, not Slack's`() async throws {
        let person = try await failure(
            "slack", "send_dm", ["user_id": "U0", "text": "x"],
            answering: .json(200, ["ok": false, "error": "user_not_found"]))
        #expect(person?.pointer == "/user_id")
        let emoji = try await failure(
            "slack", "add_reaction", ["channel": "C1", "timestamp": "1.2", "emoji": "nope"],
            answering: .json(200, ["ok": false, "error": "invalid_name"]))
        #expect(emoji?.pointer == "/emoji")
        let message = try await failure(
            "slack", "update_message", ["channel": "C1", "ts": "1.2", "text": "x"],
            answering: .json(200, ["ok": false, "error": "message_not_found"]))
        #expect(message?.pointer == "/ts")
    }

    @Test func `a message that Slack took without telling its ts was sent all the same`() async throws {
        let failure = try await failure(
            "slack", "send_message", ["channel": "C1", "text": "x"], answering: .json(200, ["ok": true]))
        #expect(failure?.code == .upstream)
        #expect(failure?.effect == .applied)
    }

    @Test func `GitHub's validation names the input at fault`() async throws {
        let failure = try await failure(
            "github", "create_issue", ["owner": "o", "repo": "r", "title": "x", "assignees": ["nobody"]],
            answering: .json(
                422,
                [
                    "message": "Validation Failed",
                    "errors": [["resource": "Issue", "field": "assignees", "code": "invalid", "value": "nobody"]],
                ]))
        #expect(failure?.code == .invalidInput)
        #expect(failure?.pointer == "/assignees")
        #expect(failure?.vendorCode == "invalid")
    }

    @Test func `GitHub's hourly limit waits until it is over`() async throws {
        let failure = try await failure(
            "github", "get_issue", ["owner": "o", "repo": "r", "issue": 1],
            answering: .json(
                403, ["message": "API rate limit exceeded"],
                [
                    ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "784111807"),
                    ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ]))
        #expect(failure?.code == .rateLimited)
        #expect(failure?.retryAfter == 31_000)
    }

    @Test func `issues that are switched off and moved repositories are not found`() async throws {
        let input: JSON = ["owner": "o", "repo": "r", "title": "x"]
        let gone = try await failure(
            "github", "create_issue", input,
            answering: .json(410, ["message": "Issues are disabled for this repo"]))
        #expect(gone?.code == .notFound)
        #expect(gone?.message.contains("Issues are disabled") == true)
        let moved = try await failure(
            "github", "create_issue", input,
            answering: .json(307, ["message": "Moved"], [("Location", "https://api.github.com/repositories/1/issues")]))
        #expect(moved?.code == .notFound)
        #expect(moved?.message.contains("repositories/1/issues") == true)
        #expect(moved?.effect == OperationFailure.Effect.none)
    }

    @Test func `Jira's fields name the input at fault`() async throws {
        let failure = try await failure(
            "jira", "create_issue", ["project": "NOPE", "type": "Bug", "summary": "x"],
            answering: .json(400, ["errorMessages": [], "errors": ["project": "valid project is required"]]))
        #expect(failure?.code == .invalidInput)
        #expect(failure?.pointer == "/project")
        #expect(failure?.message.contains("valid project is required") == true)
    }

    @Test func `a transition that the issue does not offer changes nothing`() async throws {
        let server = RecordingServer { request in
            request.method == "GET"
                ? .json(200, ["transitions": [["id": "2", "name": "Close", "to": ["name": "Done"]]]]) : .reply(500)
        }
        defer { server.stop() }
        let jira = try await ConnectorBench.shared.value.caller(
            "jira", settings: ["base_url": .string(server.address)], credential: .bearer("t0p-secret"))
        let failure = await jira.failure("transition_issue", ["issue_key": "A-1", "transition": "Reopen"])
        #expect(failure?.code == .conflict)
        #expect(failure?.effect == OperationFailure.Effect.none)
        #expect(failure?.message.contains("`Close` (id 2, to Done)") == true)
        #expect(server.requests.map(\.method) == ["GET"])
        let broken = await jira.failure("transition_issue", ["issue_key": "A-1", "transition": "Close"])
        #expect(broken?.code == .unavailable)
        #expect(broken?.effect == .unknown)
    }

    @Test func `a look-up that fails has changed nothing`() async throws {
        let failure = try await failure(
            "jira", "transition_issue", ["issue_key": "A-1", "transition": "Close"], answering: .reply(502))
        #expect(failure?.code == .unavailable)
        #expect(failure?.effect == OperationFailure.Effect.none)
    }

    @Test func `a quota that is used up is not tried again`() async throws {
        let failure = try await failure(
            "openai", "embedding", ["model": "m", "input": "x"],
            answering: .json(
                429,
                [
                    "error": [
                        "message": "You exceeded your current quota.", "type": "insufficient_quota", "param": nil,
                        "code": "insufficient_quota",
                    ]
                ], [("Retry-After", "3")]))
        #expect(failure?.code == .rateLimited)
        #expect(failure?.isRetryable == false)
        #expect(failure?.retryAfter == nil)
        #expect(failure?.vendorCode == "insufficient_quota")
    }

    @Test func `too long a text names the input it was in`() async throws {
        let answer = RecordingServer.Answer.json(
            400,
            [
                "error": [
                    "message": "This model's maximum context length is 8192 tokens.",
                    "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded",
                ]
            ])
        let chat = try await failure(
            "openai", "chat_completion", ["model": "m", "messages": [["role": "user", "content": "x"]]],
            answering: answer)
        #expect(chat?.code == .invalidInput)
        #expect(chat?.pointer == "/messages")
        let text = try await failure(
            "openai", "entity_extraction", ["model": "m", "text": "x", "schema": ["type": "object"]], answering: answer)
        #expect(text?.pointer == "/text")
    }

    @Test(
        arguments: [
            ("refusal", ["content": nil, "refusal": "I can't help with that."], "stop", "I can't help with that."),
            ("length", ["content": "{\"a\": \"b"], "length", "raise `max_tokens`"),
            ("content_filter", ["content": nil], "content_filter", "filter"),
            ("shape", ["content": "Sure! Here you go"], "stop", "shape"),
        ] as [(String, JSON, JSON, String)])
    func `an extraction without a whole answer says why`(
        word: String, message: JSON, finish: JSON, sentence: String
    ) async throws {
        let failure = try await failure(
            "openai", "entity_extraction",
            ["model": "m", "text": "x", "schema": ["type": "object", "properties": ["a": ["type": "string"]]]],
            answering: .json(
                200,
                [
                    "choices": [["index": 0, "message": message, "finish_reason": finish]],
                    "usage": ["prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21],
                ]))
        #expect(failure?.code == .upstream)
        #expect(failure?.isRetryable == false)
        #expect(failure?.vendorCode == word)
        #expect(failure?.message.contains(sentence) == true)
        #expect(failure?.detail["usage"]?["total_tokens"] == 21)
    }
}
