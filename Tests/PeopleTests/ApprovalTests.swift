import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity
import PatchbayStorage
import Testing

extension PeopleSuites {
    /// Use case 4 of the requirements: a request is approved or rejected by a manager; after 48 hours it goes to the director.
    @Suite struct ApprovalTests {
        private static let document: JSON = [
            "name": "Access request",
            "nodes": [
                ["id": "request", "type": "manual"],
                [
                    "id": "ask", "type": "human_task",
                    "config": [
                        "title": "Access to {{ input.system }}", "assignees": ["manager@example.com"],
                        "requester": "{{ input.by }}", "requester_may_not_approve": true, "timeout": "96h",
                        "escalation": [
                            ["after": "24h", "remind": true], ["after": "48h", "reassign": ["director@example.com"]],
                        ],
                    ],
                ],
                ["id": "granted", "type": "set", "config": ["values": ["by": "{{ steps.ask.output.decided_by }}"]]],
                ["id": "told", "type": "set", "config": ["values": ["reason": "{{ steps.ask.output.comment }}"]]],
                ["id": "stuck", "type": "set", "config": ["values": ["late": true]]],
            ],
            "edges": [
                ["source": "request", "target": "ask"], ["source": "ask", "port": "approved", "target": "granted"],
                ["source": "ask", "port": "rejected", "target": "told"],
                ["source": "ask", "port": "timeout", "target": "stuck"],
            ],
        ]

        private static let input: JSON = ["system": "billing", "by": "sam@example.com"]

        private func started(_ office: Office) async throws -> RunID {
            let planning = Planner(catalogue: NoConnectors()).plan(Self.document)
            #expect(planning.problems.isEmpty)
            return try await office.start(try await office.save(planning.document), Self.input)
        }

        @Test func `the manager approves by the letter's link, and the request goes on`() async throws {
            try await withOffice { office in
                try await office.withHost {
                    let run = try await started(office)
                    let letter = try #require(try await office.letters(1).first)
                    #expect(letter.to == "manager@example.com")
                    #expect(letter.subject == "Your decision is needed: Access to billing")
                    #expect(letter.text.contains("system: billing"))
                    let token = try #require(letter.token(for: "approved"))
                    try await office.decide(token, "approved")
                    #expect(try await office.end(of: run).output == ["by": "manager@example.com"])
                    await #expect(throws: TaskRefusal.linkUsed) { try await office.decide(token, "approved") }
                }
            }
        }

        @Test func `a rejection reaches the requester's branch with its reason`() async throws {
            try await withOffice { office in
                try await office.withHost {
                    let run = try await started(office)
                    let token = try #require(try await office.letters(1).first?.token(for: "rejected"))
                    try await office.decide(token, "rejected", "Not in this quarter.")
                    #expect(try await office.end(of: run).output == ["reason": "Not in this quarter."])
                }
            }
        }

        @Test func `after 48 hours the director is asked instead, and everything is on record`() async throws {
            try await withOffice { office in
                try await office.withHost {
                    let run = try await started(office)
                    let first = try #require(try await office.letters(1).first?.token(for: "approved"))
                    office.clock.move(hours: 24)
                    let reminder = try await office.letters(2)[1]
                    #expect(reminder.to == "manager@example.com")
                    #expect(reminder.subject.hasPrefix("Still waiting"))
                    office.clock.move(hours: 24)
                    let letter = try await office.letters(3)[2]
                    #expect(letter.to == "director@example.com")
                    await #expect(throws: TaskRefusal.notAsked) { try await office.decide(first, "approved") }
                    try await office.decide(try #require(letter.token(for: "approved")), "approved")
                    #expect(try await office.end(of: run).output == ["by": "director@example.com"])
                    let task = try #require(
                        try await office.tasks.task(of: run, node: "ask", path: "", attempt: 1, in: .initial))
                    let entries = try await office.tasks.entries(of: task.id, in: .initial)
                    #expect(entries.map(\.kind) == [.opened, .reminded, .reassigned, .decided, .closed])
                    #expect(entries[3].actor["ip_address"] == "192.0.2.7")
                    #expect(task.state.task.payload == Self.input)
                    #expect(office.letters.count == 3)
                }
            }
        }

        @Test func `what came due while all hosts were down is done when one comes back`() async throws {
            try await withOffice { office in
                var run: RunID?
                try await office.withHost {
                    run = try await started(office)
                    _ = try await office.letters(1)
                }
                office.clock.move(hours: 49)
                try await office.withHost {
                    // The reminder would go to nobody any more: the director was asked a moment later.
                    let letters = try await office.letters(2)
                    #expect(letters[1].to == "director@example.com")
                }
                office.clock.move(hours: 72)
                try await office.withHost {
                    let end = try await office.end(of: try #require(run))
                    #expect(end.output == ["late": true])
                    #expect(end.record.status == .completed)
                }
                #expect(office.letters.map(\.to) == ["manager@example.com", "director@example.com"])
            }
        }

        @Test func `two hosts, one letter each, one decision`() async throws {
            try await withOffice { office in
                try await office.withHost {
                    try await office.withHost {
                        let run = try await started(office)
                        let token = try #require(try await office.letters(1).first?.token(for: "approved"))
                        office.clock.move(hours: 24)
                        _ = try await office.letters(2)
                        try await office.decide(token, "approved")
                        _ = try await office.end(of: run)
                    }
                }
                #expect(office.letters.count == 2)
            }
        }

        @Test func `a run that is cancelled takes its task along`() async throws {
            try await withOffice { office in
                try await office.withHost {
                    let run = try await started(office)
                    let token = try #require(try await office.letters(1).first?.token(for: "approved"))
                    _ = try await office.runs.requestCancel(run, in: .initial, at: office.clock.now)
                    #expect(try await office.end(of: run).record.status == .cancelled)
                    var status = TaskState.Status.open
                    while status == .open {
                        let task = try await office.tasks.task(of: run, node: "ask", path: "", attempt: 1, in: .initial)
                        status = task?.state.status ?? .open
                    }
                    #expect(status == .withdrawn)
                    await #expect(throws: TaskRefusal.closed(.withdrawn)) {
                        try await office.decide(token, "approved")
                    }
                }
            }
        }

        @Test func `a failure starts the workflow that listens, once for each, and none for its own`() async throws {
            try await withOffice { office in
                let broken: JSON = [
                    "name": "broken",
                    "nodes": [
                        ["id": "go", "type": "manual"],
                        ["id": "stop", "type": "stop", "config": ["status": "failed", "message": "boom"]],
                    ], "edges": [["source": "go", "target": "stop"]],
                ]
                let alarm: JSON = [
                    "name": "alarm",
                    "nodes": [
                        ["id": "failed", "type": "error"],
                        ["id": "stop", "type": "stop", "config": ["status": "failed", "message": "alarm fails too"]],
                    ], "edges": [["source": "failed", "target": "stop"]],
                ]
                let planner = Planner(catalogue: NoConnectors())
                let (one, two) = (planner.plan(broken), planner.plan(alarm))
                #expect((one.problems + two.problems).isEmpty)
                let listener = try await office.save(two.document)
                let failing = try await office.save(one.document)
                try await office.withHost {
                    try await office.withHost {
                        // The place from which failures are heard is taken with the first look.
                        let watch = PostgresRunWatchStore(office.engine)
                        while try await watch.cursor(of: .errors, in: .initial) == nil {
                            try await Task.sleep(for: .milliseconds(10))
                        }
                        for number in 0..<5 {
                            _ = try await office.end(of: office.start(failing, ["n": .int(Int64(number))]))
                        }
                        var filter = RunFilter()
                        filter.workflow = listener.id
                        var found: [RunRecord] = []
                        while found.count < 5 || !found.allSatisfy(\.status.isTerminal) {
                            try await Task.sleep(for: .milliseconds(20))
                            found = try await office.runs.runs(
                                in: .initial, matching: filter, page: PageRequest()
                            ).items
                        }
                        for _ in 0..<3 { try await office.triggers.look() }
                        found = try await office.runs.runs(in: .initial, matching: filter, page: PageRequest()).items
                        #expect(found.count == 5)
                        let entries = try await office.runs.entries(of: found[0].id, in: .initial)
                        let body = entries[0].data["trigger"]?["body"]
                        #expect(body?["workflow_name"] == "broken")
                        #expect(body?["error"]?["message"] == "boom")
                    }
                }
            }
        }
    }
}
