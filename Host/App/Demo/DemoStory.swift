import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity

/// What the demonstration does: secret, workflow, webhook, and the run that follows.
struct DemoStory: Sendable {
    private static let secretName = "DEMO_GITHUB_SECRET"
    private static let pollInterval = Duration.milliseconds(50)
    private static let patience = Duration.seconds(30)

    let api: APIClient
    let workflow: [UInt8]
    let payload: [UInt8]
    let receiverPort: Int

    /// Answers the finished run, as the API shows it.
    func tell() async throws -> JSON {
        let secret = try await makeSecret()
        let document = try parsedWorkflow()
        let id = try await storeWorkflow(document)
        guard let path = endpoint(of: document) else {
            throw CommandFailure("The workflow has no webhook trigger with a path.")
        }
        Console.print("Workflow \(id); delivering deployment_status to \(api.url)/webhook/\(path)")
        let run = try await deliver(to: path, secret: secret)
        return try await wait(for: run)
    }

    /// A fresh secret each time: one that was stored cannot be read again, by design.
    private func makeSecret() async throws -> Secret {
        let secret = Secret(Self.randomText())
        _ = try await api.send("DELETE", "/api/v1/credentials/\(Self.secretName)?force=true")
        _ = try await api.expect(
            "POST", "/api/v1/credentials",
            ["name": .string(Self.secretName), "kind": "secret", "fields": ["value": .string(secret.reveal())]])
        return secret
    }

    private static func randomText() -> String { Hexadecimal.text((0..<32).map { _ in UInt8.random(in: 0...255) }) }

    private func parsedWorkflow() throws -> JSON {
        let text = String(decoding: workflow, as: UTF8.self).replacing(
            "127.0.0.1:8089", with: "127.0.0.1:\(receiverPort)")
        do {
            return try JSON(parsing: text)
        } catch {
            throw CommandFailure("The workflow is not JSON: \(error).")
        }
    }

    private func endpoint(of document: JSON) -> String? {
        document["nodes"]?.array?.first { $0["type"] == "webhook" }?["config"]?["path"]?.string
    }

    /// Stores the workflow, or a new version when the one of this name is another.
    private func storeWorkflow(_ document: JSON) async throws -> String {
        let wanted = try await api.expect("POST", "/api/v1/workflows/validate", document)["document"] ?? .null
        let known = try await api.expect("GET", "/api/v1/workflows?limit=200")["items"]?.array ?? []
        guard let id = known.first(where: { $0["name"] == document["name"] })?["id"]?.string else {
            let created = try await api.expect("POST", "/api/v1/workflows", document)
            return created["id"]?.string ?? ""
        }
        let stored = try await api.expect("GET", "/api/v1/workflows/\(id)")
        if stored["document"] != wanted { _ = try await api.expect("PUT", "/api/v1/workflows/\(id)", document) }
        return id
    }

    /// As GitHub delivers (https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers).
    private func deliver(to path: String, secret: Secret) async throws -> String {
        let signature = Digest.hmacSHA256Hex(payload, key: Array(secret.reveal().utf8))
        let headers = [
            HTTPField(name: "Content-Type", value: "application/json"),
            HTTPField(name: "User-Agent", value: "GitHub-Hookshot/044aadd"),
            HTTPField(name: "X-GitHub-Event", value: "deployment_status"),
            HTTPField(name: "X-GitHub-Delivery", value: Self.randomText()),
            HTTPField(name: "X-Hub-Signature-256", value: "sha256=\(signature)"),
        ]
        let answer = try await api.send("POST", "/webhook/\(path)", headers: headers, body: payload)
        guard answer.status == 202, let run = answer.body["run_id"]?.string else {
            throw CommandFailure("The webhook was answered with \(answer.status): \(answer.body.text)")
        }
        return run
    }

    private func wait(for run: String) async throws -> JSON {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            let state = try await api.expect("GET", "/api/v1/runs/\(run)")
            if RunStatus(rawValue: state["status"]?.string ?? "")?.isTerminal == true { return state }
            try await Task.sleep(for: Self.pollInterval)
        }
        throw CommandFailure("The run \(run) has not ended within \(Self.patience). Look at GET /api/v1/runs/\(run)")
    }
}
