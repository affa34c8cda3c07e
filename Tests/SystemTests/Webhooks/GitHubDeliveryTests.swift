import HostFixture
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

/// GitHub's own example payloads, signed as GitHub signs, at a real host.
@Suite(
    .serialized, .timeLimit(.minutes(10)),
    .enabled(if: GitHubPayloads.areThere, "no shared specs: set PATCHBAY_SHARED to the folder that holds specs/"))
struct GitHubDeliveryTests {
    private static let secret = "It's a Secret to Everybody"
    private static let workflow: JSON = [
        "name": "opened",
        "nodes": [
            [
                "id": "hook", "type": "webhook",
                "config": [
                    "path": "gh", "verify": ["scheme": "github", "secret": "GITHUB_WEBHOOK_SECRET"],
                    "filter": "$.body[?@ == 'opened']",
                ],
            ],
            [
                "id": "note", "type": "set",
                "config": [
                    "values": ["event": "{{ trigger.headers['x-github-event'] }}", "body": "{{ trigger.body }}"]
                ],
            ],
        ],
        "edges": [["source": "hook", "target": "note"]],
    ]

    @Test func `all arrive, are filtered and run; what was changed is refused, and the refusal is in the history`()
        async throws
    {
        let installation = try await Installation([])
        let host = try await installation.serve()
        _ = try await host.send(
            "POST", "/api/v1/credentials",
            ["name": "GITHUB_WEBHOOK_SECRET", "kind": "secret", "fields": ["value": .string(Self.secret)]])
        let saved = try await host.send("POST", "/api/v1/workflows", Self.workflow)
        #expect(saved.status == 201, "\(saved.text)")
        let webhooks = try await host.send(
            "GET", "/api/v1/webhooks?workflow_id=\(saved.body["id"]?.string ?? "")"
        ).body
        let webhook = try #require(webhooks["items"]?[0]?["id"]?.string)
        let sender = try WebhookSender(.github, secret: Self.secret)
        sender.aim(at: host.url)
        let payloads = try await GitHubPayloads.all(in: installation.folder)
        #expect(payloads.count > 200)
        var runs: [(run: String, payload: GitHubPayloads.Payload)] = []
        for (number, payload) in payloads.enumerated() {
            func send(
                _ id: String, _ tamper: (inout [UInt8], inout [(name: String, value: String)]) -> Void = { _, _ in }
            ) async throws -> (status: Int, body: JSON) {
                try await sender.send(
                    "/webhook/gh", payload.body, id: id, headers: [("X-GitHub-Event", payload.event)], tamper: tamper)
            }
            let answer = try await send("d-\(number)")
            let isWanted = try JSON(parsing: payload.body).object?.contains { $0.value == "opened" } ?? false
            #expect(answer.status == (isWanted ? 202 : 200), "\(payload.name): \(answer.body.text)")
            if let run = answer.body["run_id"]?.string { runs.append((run, payload)) }
            // One of each kind of trouble, by turns, so that none is past what is kept of a minute.
            switch number % 20 {
            case 0:
                let changed = try await send("t-\(number)") { body, _ in body[body.count / 2] ^= 1 }
                #expect(changed.status == 401)
            case 5 where isWanted || !runs.isEmpty:
                let (_, first) = runs[0]
                let again = try await sender.send(
                    "/webhook/gh", first.body, id: "d-\(payloads.firstIndex { $0.name == first.name } ?? 0)")
                #expect(again.status == 202)
                #expect(again.body["duplicate"] == true)
                #expect(again.body["run_id"]?.string == runs[0].run)
            case 10:
                let short = try await send("s-\(number)") { body, _ in body.removeLast() }
                #expect(short.status == 401)
            case 15:
                let cut = try await send("c-\(number)") { _, headers in
                    let index = headers.firstIndex { $0.name == "X-Hub-Signature-256" }!
                    headers[index].value.removeLast(2)
                }
                #expect(cut.status == 401)
            default: break
            }
        }
        #expect(runs.count > 5)
        for (run, payload) in runs {
            let state = try await host.finished(run)
            #expect(state["status"] == "completed", "\(payload.name)")
            #expect(state["output"]?["event"]?.string == payload.event)
            #expect(state["output"]?["body"] == (try JSON(parsing: payload.body)), "\(payload.name)")
        }
        var found: [String: Int] = [:]
        var cursor = ""
        repeat {
            let page = try await host.send(
                "GET", "/api/v1/webhooks/\(webhook)/events?limit=200" + (cursor.isEmpty ? "" : "&cursor=\(cursor)")
            ).body
            for item in page["items"]?.array ?? [] { found[item["verdict"]?.string ?? "", default: 0] += 1 }
            cursor = page["next_cursor"]?.string ?? ""
        } while !cursor.isEmpty
        #expect(found["accepted"] == runs.count)
        #expect(found["filtered"] == payloads.count - runs.count)
        #expect((found["refused"] ?? 0) >= 3 * (payloads.count / 20))
        #expect((found["duplicate"] ?? 0) > 0)
        print("\(payloads.count) payloads: \(found)")
        #expect(await host.stop() == 0)
    }
}
