import HostFixture
import PatchbayJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct ScheduleCommandTests {
    private static let document: JSON = [
        "name": "mornings",
        "nodes": [
            ["id": "daily", "type": "schedule", "config": ["cron": "30 9 * * *", "zone": "Europe/Berlin"]],
            ["id": "note", "type": "set", "config": ["values": ["by": "{{ trigger.schedule }}"]]],
        ],
        "edges": [["source": "daily", "target": "note"]],
    ]

    @Test func `schedules are made, seen, paused and started from the shell while a host works`() async throws {
        let installation = try await Installation([])
        func run(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["schedule"] + arguments)
        }
        func json(_ arguments: String...) async throws -> JSON {
            let answer = try await installation.command(["schedule"] + arguments + ["--json"])
            try #require(answer.status == 0, "\(answer.errors)")
            return try JSON(parsing: answer.output)
        }
        let host = try await installation.serve()
        #expect(try await run("list").output == "There are no schedules.\n")
        #expect(try await json("list") == ["items": []])

        let workflow = try #require(
            try await host.send("POST", "/api/v1/workflows", Self.document).body["id"]?.string)
        let made = try await json("create", workflow, #"{"every": "1h"}"#, "--name", "hourly")
        let (own, declared) = (
            try #require(made["id"]?.string),
            try #require(try await json("list", "--workflow", workflow)["items"]?.array?.last?["id"]?.string)
        )
        #expect(made["source"] == "api")
        let table = try await run("list").output
        #expect(table.hasPrefix("SCHEDULE") && table.contains(own) && table.contains(declared))

        let next = try await json("next", declared, "--count", "3")["next"]?.array?.compactMap(\.string) ?? []
        #expect(next.count == 3 && next == next.sorted() && Set(next).count == 3)
        #expect(next.allSatisfy { $0.contains("T07:30:00") || $0.contains("T08:30:00") }, "\(next)")
        #expect(try await run("next", declared, "--count", "3").output.split(separator: "\n").map(String.init) == next)

        #expect(try await run("pause", declared).output == "daily is paused.\n")
        #expect(try await json("show", declared)["status"] == "paused")
        #expect(try await run("next", declared).output == "It has no next time.\n")
        #expect(try await json("resume", declared)["status"] == "active")
        let shown = try await run("show", declared)
        #expect(shown.output.contains("next  ") && shown.output.contains("Its time has not come yet."))

        let started = try #require(try await json("trigger", own)["run_id"]?.string)
        #expect(try await host.finished(started)["status"] == "completed")
        let history = try await json("show", own)["history"]?[0]
        #expect(history?["run_id"]?.string == started && history?["reason"] == "by_hand")

        let refused = try await run("delete", declared)
        #expect(refused.status == 1 && refused.errors.contains("stands in the document"))
        #expect(try await run("delete", own).output == "Deleted hourly.\n")
        #expect(try await run("show", own).errors.contains("patchbay schedule list"))
        #expect(await host.stop() == 0)
    }

    @Test func `what is no schedule is said, with what would be one`() async throws {
        let installation = try await Installation([])
        let unknown = "01j0000000e008000000000001"
        for (arguments, words) in [
            (["show", "sch_1"], "no schedule's id"), (["pause", "sch_" + unknown], "There is no schedule"),
            (["next", "sch_" + unknown, "--count", "0"], "--count is 1 to 1,000"),
            (["list", "--workflow", "x"], "--workflow is a workflow's id"),
            (["create", "wf_" + unknown, "{"], "CONFIG is no JSON"),
            (["create", "wf_" + unknown, #"{"cron": "99 * * * *"}"#], "99 is no minute"),
            (["create", "wf_" + unknown, #"{"every": "1h"}"#], "There is no workflow"),
            (["create", "wf_1", #"{"every": "1h"}"#], "no workflow's id"),
        ] {
            let refused = try await installation.command(["schedule"] + arguments)
            #expect(refused.status != 0 && refused.errors.contains(words), "\(arguments): \(refused.errors)")
            #expect(refused.output.isEmpty)
        }
    }
}
