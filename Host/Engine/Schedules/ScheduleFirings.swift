package import PatchbayCore
import PatchbayJSON

/// Starts the runs of schedules that are due.
struct ScheduleFirings: Sendable {
    let starter: RunStarter
    let zones: any TimeZones
    let clock: any TimeSource
    /// Milliseconds.
    let retryInterval: Int64

    /// Side by side, those of one schedule in their order.
    func deal(with due: [DueSchedule]) async -> [ScheduleAdvance] {
        await withTaskGroup { group in
            for schedule in due { group.addTask { await deal(with: schedule) } }
            var advances: [ScheduleAdvance] = []
            for await advance in group { advances.append(advance) }
            return advances
        }
    }

    private func deal(with due: DueSchedule) async -> ScheduleAdvance {
        let (record, now) = (due.record, clock.now)
        var advance = ScheduleAdvance(of: record)
        (advance.nextTime, advance.nextAt) = (nil, nil)
        // It goes with its workflow, whose end it may have been read just before.
        guard let workflow = due.workflow else { return advance }
        var reader = MemberReader(record.spec.object ?? [:], at: "", subject: "the schedule")
        guard let spec = ScheduleSpec(reading: &reader, zones: nil) else {
            advance.problem = reader.problems.first?.message
            return advance
        }
        guard let times = spec.times(of: record.id, in: zones) else {
            // Another host may have a newer database of zones.
            advance.problem = "there is no time zone \(spec.zone.quoted) on the host that looked last"
            (advance.nextTime, advance.nextAt) = (record.nextTime, now + 60_000)
            return advance
        }
        var state = ScheduleState(after: record.after)
        let decisions = state.advance(to: now, by: spec, times, isRunning: due.isRunning)
        for decision in decisions {
            do {
                let firing = try await carryOut(decision, of: due, workflow, spec)
                advance.firings.append(firing)
                advance.after = firing.time
                if let run = firing.run { advance.lastRun = run }
            } catch {
                // What was decided before stays; the rest is decided anew.
                advance.problem = "the run could not be stored: \(error)"
                (advance.nextTime, advance.nextAt) = (decision.time, now + retryInterval)
                return advance
            }
        }
        (advance.after, advance.nextTime, advance.nextAt) = (state.after, state.nextTime, state.nextAt)
        return advance
    }

    private func carryOut(
        _ decision: ScheduleState.Decision, of due: DueSchedule, _ workflow: WorkflowRecord, _ spec: ScheduleSpec
    ) async throws -> ScheduleFiring {
        let (id, now) = (due.record.id, clock.now)
        switch decision {
        case .miss(let time, let times):
            return ScheduleFiring(schedule: id, time: time, at: now, outcome: .missed, times: times)
        case .skip(let time):
            return ScheduleFiring(schedule: id, time: time, at: now, outcome: .skipped, reason: "overlap")
        case .start(let time):
            guard !due.isSuspended else {
                return ScheduleFiring(schedule: id, time: time, at: now, outcome: .skipped, reason: "tenant_suspended")
            }
            do {
                let run = try await starter.start(due.record, of: workflow, by: spec, at: time)
                // The run is stored by now.
                return ScheduleFiring(schedule: id, time: time, at: clock.now, outcome: .started, run: run.id)
            } catch let refusal as TenantRefusal {
                return ScheduleFiring(schedule: id, time: time, at: now, outcome: .skipped, reason: refusal.word)
            }
        }
    }
}

extension RunStarter {
    /// Starts the run of one time of a schedule. Done again for the same time, it answers the same run.
    ///
    /// - Parameter key: What it is known by; nil: the time.
    package func start(
        _ schedule: ScheduleRecord, of workflow: WorkflowRecord, by spec: ScheduleSpec, at time: Timestamp,
        key: String? = nil
    ) async throws -> RunRecord {
        var trigger: JSONObject = [
            "kind": "schedule", "body": spec.input, "time": .string(time.description),
            "schedule_id": .string(schedule.id.description), "schedule": .string(schedule.name),
        ]
        if let node = schedule.node { trigger["node"] = .string(node) }
        return try await start(
            workflow, trigger: .object(trigger), kind: "schedule",
            deliveryKey: "schedule:\(schedule.id):\(key ?? String(time.milliseconds))",
            group: spec.group(of: schedule.id)
        ).record
    }
}

extension ScheduleSpec {
    /// What lets one run of the schedule go on at a time; a workflow's own rule goes before it.
    func group(of schedule: ScheduleID) -> RunPlacement.Group? {
        switch overlap {
        case .allow, .skip: nil
        case .queue: RunPlacement.Group(key: "schedule:\(schedule)", limit: 1, conflict: .queue)
        case .replace: RunPlacement.Group(key: "schedule:\(schedule)", limit: 1, conflict: .replace)
        }
    }
}

extension ScheduleState.Decision {
    var time: Timestamp {
        switch self {
        case .start(let time), .skip(let time), .miss(let time, _): time
        }
    }
}

extension TenantRefusal {
    var word: String {
        switch self {
        case .notActive: "tenant_suspended"
        case .exhausted: "quota_exceeded"
        }
    }
}
