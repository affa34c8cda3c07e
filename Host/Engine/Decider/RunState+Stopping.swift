import PatchbayCore
import PatchbayJSON

extension RunState {
    /// How what is under way is ended.
    enum Stopping: Sendable {
        /// Nothing more begins; calls under way may end.
        case drain
        /// Calls are cut short, too.
        case cut
    }

    /// How long a `finally` may take: one hour.
    static let longestCleanup: Int64 = 3_600_000
    /// How long it is waited for that a cancelled child run ends: 1.5 seconds. It ends all the same.
    static let longestFarewell: Int64 = 1_500

    /// Whether, and how, the steps of a frame are to end. Failures and ends around a `finally` do not concern it.
    func isStopping(_ slot: Int) -> Stopping? {
        var (slot, result) = (slot, Stopping?.none)
        while true {
            if frames[slot].failure != nil { result = .drain }
            guard let owner = frames[slot].owner else {
                return isCancelling || stopping != nil || stop != nil ? .cut : result
            }
            guard let container = containers[owner] else { return .cut }
            if frames[slot].isShielded {
                return container.isCleanupOver || isCleanupOver ? .cut : result
            }
            if container.stopping != nil || frames[owner.slot].steps[owner.place].isUnwanted { return .cut }
            if container.failure != nil { result = .drain }
            slot = owner.slot
        }
    }

    func isUnwanted(_ step: StepPlace) -> Bool { frames[step.slot].steps[step.place].isUnwanted }

    /// Sees to it that what is under way in a frame is looked at.
    mutating func trouble(_ slot: Int) {
        troubled.add(StepPlace(slot: slot, serial: frames[slot].serial, place: 0))
    }

    mutating func stopContainer(_ step: StepPlace, _ entry: JournalEntry) {
        if entry.data["part"]?.string == "finally" {
            containers[step]?.isCleanupOver = true
        } else if containers[step]?.stopping == nil {
            containers[step]?.stopping = entry.data["error"] ?? .null
        }
        for slot in containers[step]?.active.values.sorted() ?? [] { trouble(slot) }
    }

    /// Breaks off what is under way in a frame, as far as it is to be.
    mutating func sweep(_ slot: Int) {
        let stopping = isStopping(slot)
        let serial = frames[slot].serial
        for place in frames[slot].steps.indices {
            let isUnwanted = frames[slot].steps[place].isUnwanted
            guard stopping != nil || isUnwanted, !frames[slot].steps[place].isSettled else { continue }
            breakOff(
                StepPlace(slot: slot, serial: serial, place: place), isCut: stopping == .cut || isUnwanted,
                isRecorded: slot != 0 || isUnwanted)
            // What was broken off last may have been all there was.
            guard frames[slot].serial == serial, !frames[slot].isOver else { return }
        }
        guard let owner = frames[slot].owner, stopping != nil, frames[slot].begun == 0 else { return }
        ready.add(owner)
    }

    /// `isRecorded`: that it was broken off is put on record, because the run may go on.
    private mutating func breakOff(_ step: StepPlace, isCut: Bool, isRecorded: Bool) {
        let key = key(of: step)
        switch frames[step.slot].steps[step.place].phase {
        case .pending:
            if isCut, inFlight[key] != nil { turn.commands.append(.cancel(key)) }
        case .started:
            if let container = containers[step] {
                for slot in container.active.values.sorted() { trouble(slot) }
                ready.add(step)
            } else if case .workflow = plan.nodes[node(at: step)].kind {
                sayFarewell(to: step, key)
            } else if inFlight[key] != nil {
                if isCut { turn.commands.append(.cancel(key)) }
            } else if isRecorded {
                cancel(step, "The host stopped while the step was under way; whether it took effect is not known.")
            }
        case .retrying, .waiting:
            if isRecorded, case .human = plan.nodes[node(at: step)].kind {
                turn.commands.append(
                    .withdrawTask(key, attempt: frames[step.slot].steps[step.place].attempt))
            }
            if isRecorded { cancel(step, "The step was no longer needed, or could no longer go on.") }
        case .completed, .failed, .routed, .skipped, .cancelled: break
        }
    }

    /// Asks a child run to end, and waits for that a while.
    private mutating func sayFarewell(to step: StepPlace, _ key: StepKey) {
        guard let child = frames[step.slot].steps[step.place].child else {
            // It may be there, and has to be known before it can be told.
            askForChild(step)
            return
        }
        if let run = RunID(child) { turn.commands.append(.cancelChild(key, run: run)) }
        let end = turn.now + Self.longestFarewell
        guard deadlines[step].map({ $0 > end }) ?? true else { return }
        deadlines[step] = end
        timers.add(.step(step), at: end)
    }

    mutating func cancel(_ step: StepPlace, _ message: String) {
        let error: JSON = ["code": "cancelled", "message": .string(message), "effect": "unknown"]
        record(.stepCancelled, step, attempt: frames[step.slot].steps[step.place].attempt, data: ["error": error])
    }
}
