import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite struct HandedLineTests {
    private let start = ContinuousClock.now
    private let tenant = TenantID.new(at: Timestamp(milliseconds: 1))

    private func run(_ number: Int64, of tenant: TenantID? = nil, waiter: NewRun.Waiter = .start) -> HandedRun {
        let now = Timestamp(milliseconds: number)
        let record = RunRecord(
            id: .new(at: now), tenant: tenant ?? self.tenant, workflow: .new(at: now), workflowName: "w", version: 1,
            status: .running, trigger: "manual", createdAt: now)
        return HandedRun(
            run: LeasedRun(record: record, worker: "w", epoch: 1, document: .null, entries: []),
            mailbox: Mailbox(of: record.tenant),
            beginning: Execution.Beginning(state: RunState(of: record, plan: Plan(nodes: []), entries: [])),
            waiter: waiter)
    }

    @Test func `a run begins at once when nobody presses`() {
        var line = HandedLine()
        #expect(line.next(with: [run(1), run(2)], at: start) { _ in false }.count == 2)
        #expect(line.isEmpty)
    }

    @Test func `runs of a tenant that presses wait, those of others do not`() {
        var line = HandedLine()
        let other = TenantID.new(at: Timestamp(milliseconds: 2))
        let ready = line.next(with: [run(1), run(2, of: other), run(3)], at: start) { $0 == tenant }
        #expect(ready.map(\.run.record.tenant) == [other])
        #expect(!line.isEmpty)
        #expect(line.next(with: [], at: start + .milliseconds(5)) { _ in false }.count == 2)
        #expect(line.isEmpty)
    }

    @Test func `a run whose end somebody waits for is never held back`() {
        var line = HandedLine()
        #expect(line.next(with: [run(1, waiter: .end)], at: start) { _ in true }.count == 1)
    }

    @Test func `nobody waits for longer than a second`() {
        var line = HandedLine()
        #expect(line.next(with: [run(1)], at: start) { _ in true }.isEmpty)
        #expect(line.next(with: [run(2)], at: start + .milliseconds(999)) { _ in true }.isEmpty)
        let ready = line.next(with: [], at: start + .seconds(1)) { _ in true }
        #expect(ready.map(\.run.record.createdAt.milliseconds) == [1])
    }

    @Test func `what was held back begins in its order, in steps`() {
        var line = HandedLine()
        _ = line.next(with: (0..<70).map { run($0) }, at: start) { _ in true }
        var begun: [Int64] = []
        var steps = 0
        while !line.isEmpty {
            let ready = line.next(with: [], at: start) { _ in false }
            #expect(ready.count <= 32)
            begun += ready.map(\.run.record.createdAt.milliseconds)
            steps += 1
        }
        #expect(begun == Array(0..<70) && steps == 3)
    }

    @Test func `nothing is left at the end`() {
        var line = HandedLine()
        _ = line.next(with: (0..<70).map { run($0) }, at: start) { _ in true }
        #expect(line.rest(with: [run(70)]).count == 71)
        #expect(line.isEmpty)
    }
}
