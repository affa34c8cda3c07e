import HostFixture
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity

/// One template on a host: published, installed, started as its trigger is, and followed to the run's end.
struct TemplateRehearsal {
    let template: JSON
    let surroundings: TemplateSurroundings
    private var host: RunningHost { surroundings.host }
    private var name: String { template["name"]?.string ?? "" }

    struct Installed {
        var id: String
        var workflow: String
    }

    // MARK: Installing

    func publish() async throws {
        let made = try await asked("POST", "/templates", template, 201)
        let (id, version) = (made["template_id"]?.string ?? "", made["version"]?.string ?? "")
        guard made["problems"] == [] else { throw SystemTestError("\(name): \(made.text)") }
        _ = try await asked("POST", "/templates/\(id)/publish", [:], 200)
        _ = try await asked("POST", "/submissions/\(id)/\(version)/approve", [:], 200)
    }

    func install(_ parameters: JSON) async throws -> Installed {
        var body: JSONObject = [
            "template_id": .string(name), "parameters": parameters,
            "credentials": surroundings.credentials(for: template), "dry_run": true,
        ]
        let trial = try await asked("POST", "/installations", .object(body), 200)
        guard trial["ready"] == true else { throw SystemTestError("\(name) is not ready: \(trial.text)") }
        body["dry_run"] = false
        let made = try await asked("POST", "/installations", .object(body), 201)
        return Installed(id: made["id"]?.string ?? "", workflow: made["workflow_id"]?.string ?? "")
    }

    func uninstall(_ installed: Installed) async throws {
        _ = try await asked("DELETE", "/installations/\(installed.id)", nil, 204)
    }

    // MARK: Starting

    /// Starts it with what comes from outside, as its trigger wants it.
    ///
    /// - Parameter answer: the status that the sender of a webhook has to be answered.
    func start(
        _ installed: Installed, with input: JSON, _ scene: TemplateScene, answer: Int = 202
    ) async throws {
        let workflow = try await asked("GET", "/workflows/\(installed.workflow)", nil, 200)
        let trigger = workflow["document"]?["nodes"]?[0] ?? .null
        switch trigger["type"]?.string ?? "" {
        case "webhook": try await deliver(input, to: trigger["config"] ?? .null, answer)
        case "schedule":
            let schedules = try await asked("GET", "/schedules?workflow_id=\(installed.workflow)", nil, 200)
            _ = try await asked("POST", "/schedules/\(schedules["items"]?[0]?["id"]?.string ?? "")/trigger", nil, 202)
        case "poll": try await poll(installed, trigger["uses"]?.string ?? "", input["body"] ?? .null, scene)
        default: throw SystemTestError("\(name) begins with \(trigger.text)")
        }
    }

    private func deliver(_ input: JSON, to config: JSON, _ answer: Int) async throws {
        guard let scheme = WebhookScheme(rawValue: config["verify"]?["scheme"]?.string ?? "") else {
            throw SystemTestError("\(name) verifies by \(config.text)")
        }
        let url = "\(host.url)/webhook/\(config["path"]?.string ?? "")"
        let body = (input["body"] ?? .null).bytes()
        var headers =
            WebhookVerification.headers(
                scheme: scheme, of: SignedDelivery(headers: [:], body: body, url: url),
                id: "delivery-\(UInt64.random(in: 0 ... .max))",
                secret: Secret(TemplateSurroundings.secret), at: SystemTime().now) ?? []
        headers += (input["headers"]?.object ?? [:]).map { ($0.name, $0.value.string ?? "") }
        headers.append(("Content-Type", "application/json"))
        let response = try await host.client.send(
            OutboundRequest(
                method: "POST", url: url, headers: headers.map { HTTPField(name: $0.name, value: $0.value) },
                body: body, timeout: 30_000, allowedHosts: [HostPattern("*")!]))
        guard response.status == answer else {
            throw SystemTestError("\(name): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
    }

    /// The first look takes what is there for known; then something comes.
    private func poll(_ installed: Installed, _ uses: String, _ item: JSON, _ scene: TemplateScene) async throws {
        let path = "/polls?limit=100"
        func own() async throws -> JSON? {
            let polls = try await asked("GET", path, nil, 200)["items"]?.array ?? []
            return polls.first { $0["workflow_id"]?.string == installed.workflow }
        }
        var id = ""
        try await until("a first look") {
            let poll = try await own()
            id = poll?["id"]?.string ?? ""
            if poll?["status"] == "failing" { throw SystemTestError("\(name): \(poll?.text ?? "")") }
            return poll?["status"] == "active"
        }
        let servers = surroundings.servers
        switch uses.split(separator: "@").first {
        case "rss": surroundings.vendors.publish(item)
        case "aws-s3":
            try await servers.put(scene.file, as: item["key"]?.string ?? "", into: "acme-reports")
        case "postgresql":
            try await servers.execute(
                "insert into orders select * from json_populate_record(null::orders, '\(item.text)')")
        case "email":
            try servers.deliver(
                from: item["from"]?[0]?["address"]?.string ?? "", subject: item["subject"]?.string ?? "",
                text: item["text"]?.string ?? "", isAutomatic: item["is_automatic"] == true)
        default: throw SystemTestError("\(name) polls \(uses)")
        }
        _ = try await asked("POST", "/polls/\(id)/poll", nil, 202)
    }

    // MARK: Following

    /// Its only run, once that has ended; people decide on the way as they are told.
    func end(of installed: Installed, deciding decisions: JSON) async throws -> JSON {
        var ended = JSON.null
        try await until("the run's end") {
            let runs = try await asked("GET", "/runs?workflow_id=\(installed.workflow)", nil, 200)["items"]?.array ?? []
            guard runs.count <= 1 else { throw SystemTestError("\(name) ran \(runs.count) times") }
            guard let run = runs.first else { return false }
            guard ["completed", "failed", "cancelled"].contains(run["status"]?.string ?? "") else {
                try await decide(run["id"]?.string ?? "", decisions)
                return false
            }
            ended = try await asked("GET", "/runs/\(run["id"]?.string ?? "")", nil, 200)
            return true
        }
        return ended
    }

    private func decide(_ run: String, _ decisions: JSON) async throws {
        let tasks = try await asked("GET", "/tasks?scope=all&run_id=\(run)", nil, 200)["items"]?.array ?? []
        for task in tasks {
            let node = task["node_id"]?.string ?? ""
            guard let decision = decisions[node]?.string else {
                throw SystemTestError("\(name): nobody says what \(node) is to be")
            }
            try await surroundings.decide(
                task["id"]?.string ?? "", decision, as: task["people"]?[0]?.string ?? "nobody")
        }
    }

    private func asked(_ method: String, _ path: String, _ body: JSON?, _ status: Int) async throws -> JSON {
        let answer = try await host.send(method, "/api/v1" + path, body)
        guard answer.status == status else {
            throw SystemTestError("\(name): \(method) \(path): \(answer.status) \(answer.text)")
        }
        return answer.body
    }

    private func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else {
                throw SystemTestError("\(name) waits for \(what): \(host.program.errors.suffix(2_000))")
            }
            try await Task.sleep(for: .milliseconds(15))
        }
    }
}
