import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension PeopleSuites {
    /// A request that is approved in Slack, from the message to the run's next step.
    @Suite struct SlackTests {
        private func started(_ office: Office, _ channel: JSON?, _ more: JSONObject = [:]) async throws -> RunID {
            var slack: JSONObject = ["credential": "team", "secret": "SIGN"]
            slack["channel"] = channel
            var config: JSONObject = [
                "title": "Access to {{ input.system }}", "assignees": ["ada@example.com", "bob@example.com"],
                "mail": false, "slack": .object(slack),
                "escalation": [
                    ["after": "24h", "remind": true], ["after": "48h", "reassign": ["eve@example.com"]],
                ], "timeout": "72h",
            ]
            for member in more { config[member.name] = member.value }
            let planning = Planner(catalogue: NoConnectors()).plan([
                "name": "Access request",
                "nodes": [
                    ["id": "request", "type": "manual"], ["id": "ask", "type": "human", "config": .object(config)],
                    [
                        "id": "granted", "type": "set",
                        "config": ["values": ["by": "{{ steps.ask.output.decided_by }}"]],
                    ],
                    ["id": "late", "type": "set", "config": ["values": ["late": true]]],
                ],
                "edges": [
                    ["source": "request", "target": "ask"], ["source": "ask", "port": "approved", "target": "granted"],
                    ["source": "ask", "port": "timeout", "target": "late"],
                ],
            ])
            #expect(planning.problems.isEmpty)
            return try await office.start(try await office.save(planning.document), ["system": "billing"])
        }

        private static let post = "/api/chat.postMessage"
        private static let update = "/api/chat.update"

        /// Waits until so many notices are on record as sent: a clock that is moved before lets them be sent again.
        private func settled(_ office: Office, _ count: Int) async throws {
            let sent = "select count(*) as n from notices where channel = 'slack' and state = 'sent'"
            while try await office.engine.query(sent).one().int("n") < count {
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        @Test func `a button in a channel decides, the run goes on, and the message is changed once`() async throws {
            try await withOffice { office in
                try await office.withHost {
                    try await office.withHost {
                        let run = try await started(office, "#ops")
                        let asked = try await office.requests(1, to: Self.post)[0]
                        #expect(asked.answer["ok"] == true)
                        #expect(asked.json["blocks"]?[1]?["text"]?["text"] == "system: billing")
                        let token = try #require(asked.buttons["decide:approved"])
                        try await settled(office, 1)
                        // Eve sees the channel, and is not asked.
                        #expect(try await office.press("decide:approved", carrying: token, by: "U0EVE") == 200)
                        let refused = try await office.requests(1, to: "/response")[0]
                        #expect(refused.json["response_type"] == "ephemeral")
                        #expect(refused.json["text"] == "You are not asked in this task.")
                        #expect(try await office.press("decide:approved", carrying: token, by: "U0BOB") == 200)
                        #expect(try await office.end(of: run).output == ["by": "bob@example.com"])
                        let changed = try await office.requests(1, to: Self.update)[0]
                        #expect(changed.answer["ok"] == true)
                        #expect(changed.buttons.isEmpty)
                        #expect(changed.json["blocks"]?.text.contains("Decided: Approve, by bob@example.com") == true)
                        try await settled(office, 3)
                        // A second press comes too late.
                        #expect(try await office.press("decide:rejected", carrying: token, by: "U0ADA") == 200)
                        let late = try await office.requests(2, to: "/response")[1]
                        #expect(late.json["text"] == "The task is over; its status is decided.")
                        let task = try #require(
                            try await office.tasks.task(of: run, node: "ask", path: "", attempt: 1, in: .initial))
                        let entries = try await office.tasks.entries(of: task.id, in: .initial)
                        #expect(entries.map(\.kind) == [.opened, .decided, .closed])
                        #expect(entries[1].actor["via"] == "slack")
                        #expect(entries[1].actor["name"] == "slack:U0BOB")
                    }
                }
                #expect(office.requests.filter { $0.path == Self.post }.count == 1)
                #expect(office.requests.filter { $0.path == Self.update }.count == 1)
                #expect(office.letters.isEmpty)
            }
        }

        @Test func `direct messages follow their task: a reminder, somebody else, and the end of its time`()
            async throws
        {
            try await withOffice { office in
                try await office.withHost {
                    let run = try await started(office, nil)
                    let asked = try await office.requests(2, to: Self.post)
                    #expect(Set(asked.map { $0.json["channel"] }) == ["U0ADA", "U0BOB"])
                    try await settled(office, 2)
                    office.clock.move(hours: 24)
                    let reminders = try await office.requests(4, to: Self.post).suffix(2)
                    #expect(reminders.allSatisfy { $0.json["thread_ts"] != nil && $0.answer["ok"] == true })
                    try await settled(office, 4)
                    office.clock.move(hours: 24)
                    // Those who were asked see that they are not any more.
                    let replaced = try await office.requests(2, to: Self.update)
                    #expect(replaced.allSatisfy { $0.buttons.isEmpty })
                    let next = try await office.requests(5, to: Self.post)[4]
                    #expect(next.json["channel"] == "U0EVE")
                    let token = try #require(next.buttons["decide:approved"])
                    try await settled(office, 6)
                    #expect(try await office.press("decide:approved", carrying: token, by: "U0ADA") == 200)
                    _ = try await office.requests(1, to: "/response")
                    office.clock.move(hours: 24)
                    #expect(try await office.end(of: run).output == ["late": true])
                    while true {
                        let last = office.requests.filter { $0.path == Self.update && $0.json["channel"] == "D0EVE" }
                            .last
                        if let last {
                            #expect(last.json["blocks"]?.text.contains("Nobody decided in time") == true)
                            break
                        }
                        try await Task.sleep(for: .milliseconds(10))
                    }
                }
            }
        }

        @Test func `a run that is cancelled takes the buttons away`() async throws {
            try await withOffice { office in
                try await office.withHost {
                    let run = try await started(office, "#ops")
                    _ = try await office.requests(1, to: Self.post)
                    try await settled(office, 1)
                    _ = try await office.runs.requestCancel(run, in: .initial, at: office.clock.now)
                    let changed = try await office.requests(1, to: Self.update)[0]
                    #expect(changed.buttons.isEmpty)
                    #expect(changed.json["text"]?.string?.hasPrefix("Not needed any more") == true)
                }
            }
        }

        @Test func `what was decided while no host was there is shown when one comes back`() async throws {
            try await withOffice { office in
                var token: String?
                try await office.withHost {
                    _ = try await started(office, "#ops")
                    token = try await office.requests(1, to: Self.post)[0].buttons["decide:approved"]
                    try await settled(office, 1)
                }
                #expect(try await office.press("decide:approved", carrying: token ?? "", by: "U0ADA") == 200)
                #expect(office.requests.filter { $0.path == Self.update }.isEmpty)
                try await office.withHost {
                    let changed = try await office.requests(1, to: Self.update)[0]
                    #expect(changed.buttons.isEmpty)
                }
            }
        }
    }
}
