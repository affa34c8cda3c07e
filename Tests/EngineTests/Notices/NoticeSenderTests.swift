import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import TaskFixture
import Testing

@testable import PatchbayEngine

@Suite("Notices by requests: how they look, and what an answer means")
struct NoticeSenderTests {
    private final class Web: TenantWebExchange {
        private let answers: Mutex<[WebAnswer]>
        private let requests = Mutex<[WebRequest]>([])

        init(_ answers: WebAnswer...) { self.answers = Mutex(answers) }

        var all: [WebRequest] { requests.withLock { $0 } }

        func exchange(_ request: WebRequest, for tenant: TenantID) async throws -> WebAnswer {
            requests.withLock { $0.append(request) }
            let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let answer else { throw WebFailure("no such host") }
            return answer
        }
    }

    private struct Credentials: CredentialSource {
        var kind = CredentialKind.secret
        var connector: String?
        var fields = ["value": "s3cret-s3cret", "token": "xoxb-1"]

        func grant(
            named name: String, in tenant: TenantID, for purpose: CredentialPurpose
        ) async throws -> CredentialGrant? {
            guard name == "it" else { return nil }
            return CredentialGrant(
                record: CredentialRecord(
                    id: .new(at: .start), tenant: tenant, name: name, kind: kind, connector: connector, hosts: [],
                    settings: ["base_url": "https://slack.example.com/api/"], createdAt: .start),
                fields: fields.mapValues { Secret($0) })
        }

        func renewed(_ grant: CredentialGrant) async throws -> CredentialGrant? {
            var grant = grant
            grant.fields["token"] = Secret("xoxb-2")
            return grant
        }
    }

    private func pending(
        _ channel: NewNotice.Channel, _ to: String, credential: String = "it"
    ) -> PendingNotice {
        PendingNotice(
            tenant: .initial,
            notice: NewNotice(
                key: "alert:alev_1:0", channel: channel, to: to,
                data: [
                    "subject": "alert", "title": "Alert: <payments> & co", "text": "3 runs failed.",
                    "credential": .string(credential), "body": ["id": "alev_1", "value": 3],
                ]), attempt: 1)
    }

    private func failure(_ body: () async throws -> NoticeEnd) async -> NoticeFailure? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? NoticeFailure
        }
    }

    private func answer(_ json: JSON, _ status: Int = 200) -> WebAnswer {
        WebAnswer(status: status, body: json.bytes())
    }

    // MARK: Webhooks

    private func webhook(_ web: Web, _ credentials: Credentials = Credentials()) -> NoticeWebhook {
        NoticeWebhook(web: web, credentials: credentials, clock: ManualClock())
    }

    @Test func `a request is signed over its time and body, and has the event's id`() async throws {
        let web = Web(WebAnswer(status: 202))
        #expect(try await webhook(web).send(pending(.webhook, "https://example.com/a")) == .sent)
        let request = try #require(web.all.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://example.com/a")
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name.lowercased(), $0.value) })
        let seconds = try #require(headers["x-patchbay-timestamp"])
        let code = Digest.hmacSHA256Hex(Array("\(seconds).".utf8) + request.body, key: Array("s3cret-s3cret".utf8))
        #expect(headers["x-patchbay-signature"] == "sha256=\(code)")
        #expect(headers["x-patchbay-delivery-id"] == "alev_1")
        #expect(headers["content-type"] == "application/json")
        #expect(try JSON(parsing: request.body) == ["id": "alev_1", "value": 3])
    }

    @Test(arguments: [(500, false), (503, false), (429, false), (408, false), (404, true), (302, true), (401, true)])
    func `an answer says whether trying again is of use`(status: Int, isFinal: Bool) async throws {
        let web = Web(WebAnswer(status: status, headers: [("retry-after", "7200")]))
        let failure = await failure { try await webhook(web).send(pending(.webhook, "https://example.com")) }
        #expect(failure?.isFinal == isFinal)
        #expect(failure?.retryAfter == (isFinal ? nil : 3_600_000))
        #expect(failure?.description == "the receiver answered with \(status)")
    }

    @Test func `what cannot be signed or reached says so`() async throws {
        let unreachable = await failure { try await webhook(Web()).send(pending(.webhook, "https://example.com")) }
        #expect(unreachable == NoticeFailure("no such host"))
        let gone = await failure {
            try await webhook(Web()).send(pending(.webhook, "https://example.com", credential: "other"))
        }
        #expect(gone?.isFinal == true)
        let other = await failure {
            try await webhook(Web(), Credentials(kind: .bearer)).send(pending(.webhook, "https://example.com"))
        }
        #expect(other?.isFinal == true)
    }

    // MARK: Slack

    private func slack(_ web: Web, connector: String? = "slack") -> NoticeSlack {
        NoticeSlack(
            web: web, credentials: Credentials(kind: .bearer, connector: connector),
            tasks: SlackTasks(
                tasks: MemoryTasks(MemoryStore()), posts: MemorySlackPosts(),
                links: TaskLinks(key: SealingKey(), publicURL: nil)))
    }

    @Test func `a message in Slack holds its text as it is`() async throws {
        let web = Web(answer(["ok": true, "ts": "1.2"]))
        #expect(try await slack(web).send(pending(.slack, "#ops")) == .sent)
        let request = try #require(web.all.first)
        #expect(request.url == "https://slack.example.com/api/chat.postMessage")
        #expect(request.headers.contains { $0 == ("Authorization", "Bearer xoxb-1") })
        let body = try JSON(parsing: request.body)
        #expect(body["channel"] == "#ops")
        #expect(body["text"] == "Alert: &lt;payments&gt; &amp; co")
        #expect(body["blocks"]?[0]?["text"]?["text"] == "Alert: <payments> & co")
        #expect(body["blocks"]?[1]?["text"]?["type"] == "plain_text")
    }

    @Test(arguments: [("channel_not_found", true), ("ratelimited", false), ("internal_error", false)])
    func `Slack's word says whether trying again is of use`(word: String, isFinal: Bool) async throws {
        let web = Web(answer(["ok": false, "error": .string(word)]))
        let failure = await failure { try await slack(web).send(pending(.slack, "#ops")) }
        #expect(failure == NoticeFailure("Slack refused chat.postMessage: \(word)", isFinal: isFinal))
    }

    @Test func `a token that has expired is renewed once`() async throws {
        let web = Web(answer(["ok": false, "error": "token_expired"]), answer(["ok": true]))
        #expect(try await slack(web).send(pending(.slack, "#ops")) == .sent)
        #expect(web.all.last?.headers.contains { $0 == ("Authorization", "Bearer xoxb-2") } == true)
    }

    @Test func `a token for another service is never sent to Slack`() async throws {
        let web = Web(answer(["ok": true]))
        let failure = await failure { try await slack(web, connector: "github").send(pending(.slack, "#ops")) }
        #expect(failure?.isFinal == true)
        #expect(web.all.isEmpty)
    }
}
