import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayStorage

extension StorageSuites {
    @Suite struct PendingEventTests {
        /// A run that somebody starts.
        private func start(
            _ audited: Audited, of workflow: WorkflowRecord, key: String? = nil, from address: String = "192.0.2.1",
            _ placement: RunPlacement = RunPlacement()
        ) async throws -> RunRecord {
            let id = RunID.new(at: Stores.start)
            let event = AuditEvent(
                .runStarted, by: .installationKey, in: Stores.tenant, at: Stores.start,
                on: AuditEvent.Resource("run", id.description),
                from: AuditEvent.Origin(address: address, requestID: "req_\(id)"),
                details: ["workflow_id": .string(workflow.id.description)])
            let record = RunRecord(
                id: id, tenant: Stores.tenant, workflow: workflow.id, workflowName: "w", version: 1, status: .queued,
                trigger: "manual", createdAt: Stores.start)
            return try await audited.stores.runs.accept(
                NewRun(
                    record: record, trigger: ["kind": "manual"], deliveryKey: key, placement: placement, audit: event))
        }

        private func contents(_ audited: Audited) async throws -> [JSON] {
            try await audited.trail.records(in: Stores.tenant, AuditFilter(), page: PageRequest(limit: 200)).items
                .map { try JSON(parsing: $0.content) }
        }

        @Test func `the start of a run is in its chain after the log was asked for it`() async throws {
            try await withAudit { audited in
                let run = try await start(audited, of: audited.stores.workflow())
                #expect(try await contents(audited).isEmpty)
                try await audited.log.collect()
                let content = try #require(try await contents(audited).first)
                #expect(content["event"] == "run.started" && content["sequence"] == 1)
                #expect(content["resource_id"] == .string(run.id.description))
                #expect(try await audited.trail.verify(Stores.tenant, anchor: nil).flaw == nil)
                // It is pending no more.
                try await audited.anotherHost.collect()
                #expect(try await contents(audited).count == 1)
            }
        }

        @Test func `a start that is repeated under its key is told once`() async throws {
            try await withAudit { audited in
                let workflow = try await audited.stores.workflow()
                for _ in 0..<3 { _ = try await start(audited, of: workflow, key: "k") }
                try await audited.log.collect()
                #expect(try await contents(audited).count == 1)
            }
        }

        @Test func `runs of a group, that wait or are dropped, are told as well`() async throws {
            try await withAudit { audited in
                let workflow = try await audited.stores.workflow()
                for conflict in [ConcurrencyRule.Conflict.queue, .queue, .drop, .replace] {
                    let group = RunPlacement.Group(key: "g", limit: 1, conflict: conflict)
                    _ = try await start(audited, of: workflow, RunPlacement(group: group))
                }
                try await audited.log.collect()
                #expect(try await contents(audited).count == 4)
            }
        }

        @Test func `hosts that collect at the same time put each event into the chain once`() async throws {
            try await withAudit { audited in
                let workflow = try await audited.stores.workflow()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<100 {
                        group.addTask { _ = try await start(audited, of: workflow, from: "192.0.2.\(number)") }
                    }
                    for _ in 0..<4 {
                        group.addTask {
                            let host = audited.anotherHost
                            for _ in 0..<10 { try await host.collect() }
                            await host.close()
                        }
                    }
                    try await group.waitForAll()
                }
                try await audited.log.collect()
                let runs = try await contents(audited).map { $0["resource_id"] }
                #expect(runs.count == 100 && Set(runs).count == 100)
                #expect(try await audited.trail.verify(Stores.tenant, anchor: nil).flaw == nil)
            }
        }

        @Test func `a crowd of starts by one caller is one event that names each`() {
            let workflow = WorkflowID.new(at: Stores.start)
            func event(_ number: Int, of address: String) -> PendingEvent {
                PendingEvent(
                    AuditEvent(
                        .runStarted, by: .installationKey, in: Stores.tenant, at: Stores.at(Int64(number)),
                        on: AuditEvent.Resource("run", "run_\(number)"),
                        from: AuditEvent.Origin(address: address, requestID: "req_\(number)"),
                        details: ["workflow_id": .string(workflow.description)]))
            }
            let crowd = (1...17).map { event($0, of: "192.0.2.1") }
            let few = (18...33).map { event($0, of: "192.0.2.2") }
            let other = PendingEvent(Audited.event(40))
            let gathered = PendingEvent.gathered(crowd + [other] + few)
            #expect(gathered.count == 18)
            let one = gathered[0].content
            #expect(one["resource_type"] == "workflow" && one["resource_id"] == .string(workflow.description))
            #expect(one["details"]?["count"] == 17)
            #expect(one["details"]?["runs"] == .array((1...17).map { .string("run_\($0)") }))
            #expect(one["details"]?["requests"]?.array?.last == "req_17")
            #expect(gathered[1].content == other.content)
            #expect(PendingEvent.gathered(few).map(\.id) == few.map(\.id))
        }
    }
}
