import PatchbayCore
import PatchbayEngine
import PatchbayJSON

extension ScheduleRecord {
    /// How many of the next times are shown.
    private static let shownTimes = 5

    enum State: String, CaseIterable {
        case active, paused, finished
        case workflowPaused = "workflow_paused"
        /// It starts nothing at the moment, and `problem` says why.
        case failing
    }

    /// The schedule with its next times.
    func json(in zones: any TimeZones, at now: Timestamp) -> JSON {
        let next = isPaused || isHeld ? [] : self.next(in: zones, at: now)
        let state: State =
            isPaused
            ? .paused : isHeld ? .workflowPaused : problem != nil ? .failing : next.isEmpty ? .finished : .active
        return [
            "id": .string(id.description), "workflow_id": .string(workflow.description), "name": .string(name),
            "node": node.map(JSON.string) ?? .null, "source": isDeclared ? "document" : "api",
            "status": .string(state.rawValue), "config": spec, "next": .array(next.map { .string($0.description) }),
            "next_at": .time(nextTime == nil ? nil : nextAt), "problem": problem.map(JSON.string) ?? .null,
            "last_run_id": lastRun.map { .string($0.description) } ?? .null,
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
        ]
    }

    private func next(in zones: any TimeZones, at now: Timestamp) -> [Timestamp] {
        var reader = MemberReader(spec.object ?? [:], at: "", subject: "the schedule")
        let times = ScheduleSpec(reading: &reader, zones: nil)?.times(of: id, in: zones)
        // One whose time has come and that waits for its jitter is still to come.
        return times?.next(Self.shownTimes, after: nextTime.map { min($0 + -1, now) } ?? now) ?? []
    }
}

extension ScheduleFiring {
    var json: JSON {
        [
            "time": .string(time.description), "at": .string(at.description), "outcome": .string(outcome.rawValue),
            "reason": reason.map(JSON.string) ?? .null, "run_id": run.map { .string($0.description) } ?? .null,
            "times": .int(Int64(times)),
        ]
    }
}
