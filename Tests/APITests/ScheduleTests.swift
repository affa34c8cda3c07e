import PatchbayCore
import PatchbayJSON
import Testing

struct ScheduleTests {
    private let api = TestAPI()

    @Test func `a schedule is made, shows its next five times, and is changed and deleted`() async throws {
        try await api.test { client in
            let workflow = try await client.store(Documents.manual)
            let made = try await client.post(
                "/api/v1/schedules",
                ["workflow_id": .string(workflow), "name": "nightly", "config": ["cron": "0 3 * * *"]])
            #expect(made.status == 201)
            #expect(made.json["next"]?.array?.count == 5)
            #expect(made.json["status"] == "active")
            #expect(made.json["source"] == "api")
            let id = try #require(made.json["id"]?.string)
            let changed = try await client.put("/api/v1/schedules/\(id)", ["config": ["every": "1h"]])
            #expect(changed.json["name"] == "nightly")
            #expect(changed.json["config"] == ["every": "1h"])
            let list = try await client.get("/api/v1/schedules?workflow_id=\(workflow)")
            #expect(list.json["items"]?.array?.count == 1)
            #expect(try await client.delete("/api/v1/schedules/\(id)").status == 204)
            #expect(try await client.get("/api/v1/schedules/\(id)").code == "SCHEDULE_NOT_FOUND")
        }
    }

    @Test func `all that is wrong with a schedule is told at once`() async throws {
        try await api.test { client in
            let workflow = try await client.store(Documents.manual)
            let refused = try await client.post(
                "/api/v1/schedules",
                [
                    "workflow_id": .string(workflow), "colour": 1,
                    "config": ["cron": "61 * * * *", "zone": "Mars/Base", "overlap": "sometimes", "most": 3],
                ])
            #expect(refused.status == 400)
            let problems = refused.json["error"]?["details"]?["problems"]?.array ?? []
            let places = Set(problems.compactMap { $0["pointer"]?.string })
            #expect(places == ["/colour", "/config/cron", "/config/zone", "/config/overlap", "/config/most"])
        }
    }

    @Test func `paused, a schedule has no next times, and it starts a run by hand all the same`() async throws {
        try await api.test { client in
            let workflow = try await client.store(Documents.manual)
            let made = try await client.post(
                "/api/v1/schedules", ["workflow_id": .string(workflow), "config": ["every": "15m"]])
            let id = try #require(made.json["id"]?.string)
            let paused = try await client.post("/api/v1/schedules/\(id)/pause", [:])
            #expect(paused.json["status"] == "paused")
            #expect(paused.json["next"] == [])
            let run = try await client.post("/api/v1/schedules/\(id)/trigger", [:])
            #expect(run.status == 202)
            #expect(run.json["trigger"] == "schedule")
            let history = try await client.get("/api/v1/schedules/\(id)/history").json["items"]
            #expect(history?[0]?["run_id"] == run.json["id"])
            #expect(history?[0]?["reason"] == "by_hand")
            let resumed = try await client.post("/api/v1/schedules/\(id)/resume", [:])
            #expect(resumed.json["status"] == "active")
        }
    }

    @Test func `a schedule needs a workflow with a trigger that it can begin at`() async throws {
        try await api.test { client in
            let unknown = WorkflowID.new(at: Timestamp(milliseconds: 1)).description
            let refused = try await client.post(
                "/api/v1/schedules", ["workflow_id": .string(unknown), "config": ["every": "15m"]])
            #expect(refused.code == "WORKFLOW_NOT_FOUND")
        }
    }
}
