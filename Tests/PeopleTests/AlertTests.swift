import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity
import PatchbayStorage
import Testing

extension PeopleSuites {
    /// Alerts from the failure to the letter.
    @Suite struct AlertTests {
        private static let failing: JSON = [
            "name": "broken", "tags": ["billing"],
            "nodes": [
                ["id": "go", "type": "manual"],
                ["id": "stop", "type": "stop", "config": ["status": "failed", "message": "boom"]],
            ], "edges": [["source": "go", "target": "stop"]],
        ]

        private func make(
            _ office: Office, _ condition: AlertCondition, _ targets: [AlertTarget] = [.email(["ops@example.com"])]
        ) async throws -> AlertRule {
            let now = office.clock.now
            let rule = AlertRule(
                id: .new(at: now), tenant: .initial,
                draft: AlertDraft(name: "payments", scope: .tag("billing"), condition: condition, targets: targets),
                since: now, createdAt: now, updatedAt: now)
            #expect(try await PostgresAlertStore(office.api).create(rule))
            return rule
        }

        private func saved(_ office: Office) async throws -> WorkflowRecord {
            let planning = Planner(catalogue: NoConnectors()).plan(Self.failing)
            #expect(planning.problems.isEmpty)
            return try await office.save(planning.document)
        }

        private func fail(_ workflow: WorkflowRecord, _ office: Office) async throws {
            let end = try await office.end(of: office.start(workflow, [:]))
            #expect(end.record.status == .failed)
        }

        private func history(_ rule: AlertRule, _ office: Office, _ count: Int) async throws -> [AlertHistory] {
            while true {
                let found = try await PostgresAlertStore(office.api).history(
                    of: rule.id, in: .initial, page: PageRequest()
                ).items
                if found.count >= count { return found }
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        @Test func `a failure is told once, is quiet, and is over`() async throws {
            try await withOffice { office in
                let workflow = try await saved(office)
                try await office.withHost {
                    try await office.withHost {
                        let rule = try await make(office, .failures(count: 1, window: 60_000))
                        try await fail(workflow, office)
                        let first = try await office.letters(1)[0]
                        #expect(first.to == "ops@example.com")
                        #expect(first.subject == "Alert: payments")
                        #expect(first.text.contains("1 run failed within 1m."))
                        // Nothing has happened for longer than the window.
                        office.clock.move(minutes: 2)
                        #expect(try await office.letters(2)[1].subject == "Over: payments")
                        // Within the quiet period it comes and goes unheard.
                        try await fail(workflow, office)
                        _ = try await history(rule, office, 3)
                        office.clock.move(minutes: 2)
                        let history = try await history(rule, office, 4)
                        #expect(history.map(\.event.kind) == [.resolved, .fired, .resolved, .fired])
                        #expect(history.map(\.deliveries.count) == [0, 0, 1, 1])
                        #expect(history[3].event.runs.count == 1)
                        // Afterwards it is told again, and what was not.
                        office.clock.move(minutes: 15)
                        try await fail(workflow, office)
                        #expect(try await office.letters(3)[2].text.contains("come and gone once"))
                    }
                }
                #expect(office.letters.count == 3)
            }
        }

        @Test
        func `letters, Slack and a signed request tell the same, each once, and what was refused is in the history`()
            async throws
        {
            try await withOffice { office in
                let workflow = try await saved(office)
                let targets: [AlertTarget] = [
                    .email(["ops@example.com"]), .slack(channel: "#ops", credential: "team"),
                    .slack(channel: "#nowhere", credential: "team"),
                    .webhook(url: office.receiverURL + "/hook", credential: "SIGN"),
                    .webhook(url: office.receiverURL + "/broken", credential: "SIGN"),
                    .webhook(url: "http://10.1.2.3/", credential: "SIGN"),
                    .webhook(url: office.receiverURL + "/hook", credential: "gone"),
                ]
                try await office.withHost {
                    let rule = try await make(office, .failures(count: 2, window: 60_000), targets)
                    try await fail(workflow, office)
                    try await fail(workflow, office)
                    #expect(try await office.letters(1)[0].text.contains("2 runs failed within 1m."))
                    let hook = try await office.requests(1, to: "/hook")[0]
                    #expect(hook.json["event"] == "alert.fired")
                    #expect(hook.json["value"] == 2)
                    #expect(hook.json["alert"]?["id"]?.string == rule.id.description)
                    let seconds = hook.headers["x-patchbay-timestamp"]?.string ?? ""
                    let code = Digest.hmacSHA256Hex(
                        Array("\(seconds).\(hook.body)".utf8), key: Array(GivenCredentials.secret.reveal().utf8))
                    #expect(hook.headers["x-patchbay-signature"]?.string == "sha256=\(code)")
                    let posted = try await office.requests(2, to: "/api/chat.postMessage")
                    #expect(Set(posted.map { $0.answer["ok"] }) == [true, false])
                    #expect(posted.allSatisfy { $0.json["text"] == "Alert: payments" })
                    var deliveries: [AlertHistory.Delivery] = []
                    repeat {
                        deliveries = try await history(rule, office, 1)[0].deliveries
                    } while deliveries.contains { $0.attempts == 0 || $0.status == .pending && $0.error == nil }
                    #expect(deliveries.map(\.status) == [.sent, .sent, .failed, .sent, .pending, .pending, .failed])
                    #expect(deliveries[2].error == "Slack refused chat.postMessage: channel_not_found")
                    #expect(deliveries[4].error == "the receiver answered with 500")
                    #expect(deliveries[5].error?.contains("10.1.2.3") == true)
                    #expect(deliveries[6].error == "there is no credential \"gone\" any more")
                    office.clock.move(minutes: 2)
                    #expect(try await office.requests(2, to: "/hook")[1].json["event"] == "alert.resolved")
                }
                #expect(office.requests.filter { $0.path == "/hook" }.count == 2)
            }
        }

        @Test func `a tenant's egress rules hold for its alerts`() async throws {
            try await withOffice { office in
                let rules = EgressRules(hosts: ["hooks.example.com"], networks: nil)
                #expect(try await PostgresTenantEgressStore(office.engine).setEgress(rules, of: .initial))
                let rule = try await make(
                    office, .eachFailure, [.webhook(url: office.receiverURL + "/hook", credential: "SIGN")])
                let now = office.clock.now
                let (event, notices) = AlertMessage.sample(of: rule, at: now).made(.new(at: now))
                try await PostgresAlertStore(office.api).put(event, notices, in: .initial)
                try await office.withHost {
                    while try await history(rule, office, 1)[0].deliveries[0].error == nil {}
                }
                #expect(office.requests.isEmpty)
            }
        }

        @Test func `what fired while a host died is sent by the next, once`() async throws {
            try await withOffice { office in
                let workflow = try await saved(office)
                let rule = try await make(office, .eachFailure)
                try await office.withHost {
                    try await fail(workflow, office)
                    _ = try await office.letters(1)
                    // In the quiet period these are kept for later.
                    try await fail(workflow, office)
                    try await fail(workflow, office)
                    // They are, when they are counted, which waits for the oldest transaction of the database's server.
                    while try await office.failuresCounted() < 3 { try await Task.sleep(for: .milliseconds(20)) }
                }
                office.clock.move(minutes: 16)
                // It fires, and nobody is left to send it.
                while try await history(rule, office, 1).count < 2 {
                    try await office.alerts.look(at: office.clock.now)
                }
                #expect(office.letters.count == 1)
                try await office.withHost {
                    let second = try await office.letters(2)[1]
                    #expect(second.subject == "Failed: payments")
                    #expect(second.text.hasPrefix("2 runs failed."))
                    while try await history(rule, office, 2)[0].deliveries[0].status != .sent {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                #expect(office.letters.count == 2)
            }
        }
    }
}
