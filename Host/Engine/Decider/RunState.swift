package import PatchbayCore
package import PatchbayExpressions
import PatchbayJSON

/// A run: the fold of its journal, and what follows from it.
///
/// Pure: no I/O, no clock, no chance. The same entries always give the same state, and a late or repeated one changes
/// nothing. `take` turns what has happened into entries and `decide` says what to do next; whoever acts on that stores
/// the entries before anything else, and forgets the state when that fails.
///
/// The run is a tree of frames: one for the graph at the top, and one for each body of a container that is under way.
/// An event costs what it changes, not what there is: steps whose turn has come stand in worklists, moments in a heap.
package struct RunState: Sendable {
    package let record: RunRecord
    package let plan: Plan
    /// What `env` holds in expressions.
    let environment: [String: String]
    /// Time zones and digests for expressions.
    let world: Surroundings
    /// The most bytes of JSON text a step may take in or give out, and the run may.
    let largestValue: Int

    // MARK: The fold

    /// Of the last entry.
    package private(set) var sequence = 0
    package private(set) var status = RunStatus.queued
    package private(set) var isCancelling = false
    /// The time for cleaning up after a cancellation is over, too.
    private(set) var isCleanupOver = false
    /// When it has to be over; nil before it has begun.
    private(set) var deadline: Timestamp?
    private(set) var trigger = JSON.null
    /// Of a child: {run, node, path, attempt, depth, awaits}.
    private(set) var parent = JSON.null
    /// What the run is to end with, since its time is over.
    private(set) var stopping: JSON?
    /// How a `stop` node ended the run.
    private(set) var stop: Stop?
    private(set) var hasResponded = false
    var frames: [Frame]
    var containers: [StepPlace: Container] = [:]
    var events = EventBuffer()
    /// Completed steps with a compensation, in the order they completed.
    var undos: [Undo] = []

    // MARK: What follows from it, and what was begun here

    /// By path.
    var slots: [String: Int] = ["": 0]
    var freeSlots: [Int] = []
    var serials = 0
    /// Steps before anything has happened to them, beside `plan.graphs`.
    let blanks: [[StepState]]
    var ready = Worklist<StepPlace>()
    /// Actions to be called as soon as there is room.
    var due = Worklist<StepPlace>()
    /// Frames in which something is to be broken off.
    var troubled = Worklist<StepPlace>()
    var timers = Timers<RunTimer>()
    /// When begun containers and child runs have to be over.
    var deadlines: [StepPlace: Timestamp] = [:]
    /// Calls that were asked for here and have not ended.
    var inFlight: [StepKey: StepCall] = [:]
    /// Calls under way whose step has gone.
    var orphans: [StepKey] = []
    /// Child runs and tasks that were asked for here.
    var asked: Set<StepPlace> = []
    /// Tasks that are known to be there.
    var opened: Set<StepPlace> = []
    /// What is waited for of the events for all runs.
    var listens: [StepPlace: (name: String, key: String)] = [:]
    /// Since when tasks are waited for.
    var since: [StepPlace: Timestamp] = [:]
    var turn = Turn(now: Timestamp(milliseconds: 0), room: 0)
    var baseScope = Scope(trigger: .null)

    enum Stop: Sendable, Equatable {
        case completed(JSON)
        case failed(JSON)
    }

    package init(
        of record: RunRecord, plan: Plan, environment: [String: String] = [:],
        world: Surroundings = .none, largestValue: Int = JSON.largestStepValue, entries: [JournalEntry] = []
    ) {
        self.record = record
        self.plan = plan
        self.environment = environment
        self.world = world
        self.largestValue = largestValue
        blanks = plan.graphs.map { graph in
            graph.nodes.map { number in
                var step = StepState()
                step.open = plan.nodes[number].incoming.count
                return step
            }
        }
        frames = [
            Frame(
                graph: 0, path: "", serial: 0, owner: nil, position: 0, isShielded: false, steps: blanks[0],
                unsettled: blanks[0].count)
        ]
        for place in plan.graphs[0].starts { ready.add(StepPlace(slot: 0, serial: 0, place: place)) }
        for entry in entries { apply(entry) }
    }

    /// Steps at the top, beside the nodes of the first graph.
    var steps: [StepState] { frames[0].steps }
    /// {code, message, node} of the first step at the top that failed without the run going on.
    var failure: JSON? { frames[0].failure }
    /// Whether the run is about to end before everything has been done.
    var isEnding: Bool { isCancelling || stopping != nil || stop != nil || failure != nil }

    package mutating func apply(_ entry: JournalEntry) {
        guard entry.sequence > sequence else { return }
        sequence = entry.sequence
        guard !status.isTerminal else { return }
        switch entry.kind {
        case .runStarted: begin(entry)
        case .cancelRequested:
            isCancelling = true
            timers.add(.cleanup, at: entry.at + plan.cleanup)
            trouble(0)
        case .runStopping where entry.data["part"] == "cleanup":
            isCleanupOver = true
            for slot in slots.values.sorted() { trouble(slot) }
        case .runStopping:
            stopping = stopping ?? entry.data["error"] ?? .null
            trouble(0)
        case .runResponded: hasResponded = true
        case .eventReceived:
            let event = EventBuffer.Event(
                name: entry.data["name"]?.string ?? "", payload: entry.data["payload"] ?? .null,
                id: entry.data["id"]?.string ?? "", key: entry.data["key"]?.string, receivedAt: entry.at.description)
            for place in events.receive(event) { ready.add(place) }
        case .runCompleted: status = .completed
        case .runFailed: status = .failed
        case .runCancelled: status = .cancelled
        case .compensationStarted, .compensationCompleted, .compensationFailed:
            guard let node = plan.index[entry.node],
                let index = undos.lastIndex(where: { $0.node == node && $0.path == entry.path && !$0.step.isSettled })
            else { return }
            undos[index].step.applyCompensation(entry)
        case .stepStarted, .stepWaiting, .stepCompleted, .stepFailed, .stepSkipped, .stepStopping, .stepCancelled,
            .childStarted:
            guard let node = plan.index[entry.node], let slot = slot(at: entry.path, opening: entry.at),
                frames[slot].graph == plan.graphOf[node]
            else { return }
            applyStep(entry, at: place(of: node, in: slot), node)
        }
    }

    private mutating func begin(_ entry: JournalEntry) {
        trigger = entry.data["trigger"] ?? .null
        parent = entry.data["parent"] ?? .null
        status = .running
        let end = entry.at + plan.timeout
        deadline = end
        timers.add(.run, at: end)
        baseScope = Scope(
            trigger: trigger, env: environment, run: record.runNames, workflow: record.workflowNames)
    }

    // MARK: Steps

    private mutating func applyStep(_ entry: JournalEntry, at step: StepPlace, _ node: Int) {
        let (slot, place) = (step.slot, step.place)
        guard !frames[slot].steps[place].isSettled, !frames[slot].isOver else { return }
        let wasBegun = frames[slot].steps[place].isBegun
        frames[slot].steps[place].apply(entry)
        let phase = frames[slot].steps[place].phase
        frames[slot].begun += (frames[slot].steps[place].isBegun ? 1 : 0) - (wasBegun ? 1 : 0)
        switch phase {
        case .started:
            switch entry.kind {
            case .stepStarted: begun(step, node, entry)
            case .stepStopping: stopContainer(step, entry)
            case .childStarted: if isStopping(slot) != nil || isUnwanted(step) { troubled.add(step) }
            default: break
            }
            ready.add(step)
        case .retrying(let moment):
            closeContainer(step)
            timers.add(.step(step), at: moment)
        case .waiting(let moment):
            timers.add(.step(step), at: moment)
            if case .human = plan.nodes[node].kind {
                since[step] = entry.at
                ready.add(step)
            }
            guard let event = entry.data["event"]?.string else { break }
            let key = entry.data["key"]?.string
            if let key {
                listens[step] = (event, key)
                ready.add(step)
            }
            if events.wait(at: step, for: event, key: key, match: entry.data["match"] ?? [:]) { ready.add(step) }
        case .pending: break
        case .completed, .failed, .routed, .skipped, .cancelled: settled(step, node, entry)
        }
    }

    private mutating func begun(_ step: StepPlace, _ node: Int, _ entry: JournalEntry) {
        if let moment = entry.data.moment("deadline") {
            deadlines[step] = moment
            timers.add(.step(step), at: moment)
        }
        openContainer(step, node, entry)
    }

    /// Passes on that a step is settled: to what stands behind it, and to what is around it.
    private mutating func settled(_ step: StepPlace, _ node: Int, _ entry: JournalEntry) {
        let (slot, place) = (step.slot, step.place)
        closeContainer(step)
        forget(step, node)
        let planned = plan.nodes[node]
        switch frames[slot].steps[place].phase {
        case .completed:
            if planned.isTrigger { frames[slot].steps[place].output = trigger["body"] ?? .null }
            noteUndo(node, entry)
            noteStop(node, entry)
        case .failed(continues: false):
            if frames[slot].failure == nil {
                frames[slot].failure = entry.data["error"].map { Self.runError($0, node: entry.node) } ?? .null
                trouble(slot)
            }
        default: break
        }
        frames[slot].unsettled -= 1
        for link in planned.outgoing { arrive(at: link, from: step) }
        if case .completed = frames[slot].steps[place].phase, let rest = plan.rests[node] { release(rest, in: slot) }
        guard slot != 0 else { return }
        if frames[slot].unsettled == 0 || (frames[slot].failure != nil && frames[slot].begun == 0) {
            frameIsOver(slot)
        } else if frames[slot].begun == 0, let owner = frames[slot].owner, isStopping(slot) != nil {
            ready.add(owner)
        }
    }

    private mutating func arrive(at link: PlannedNode.Link, from step: StepPlace) {
        let target = plan.places[link.node]
        frames[step.slot].steps[target].open -= 1
        if frames[step.slot].steps[step.place].follows(link.port) { frames[step.slot].steps[target].followed += 1 }
        let isEnough = plan.nodes[link.node].needed.map { frames[step.slot].steps[target].followed >= $0 } ?? false
        if frames[step.slot].steps[target].open == 0 || isEnough {
            ready.add(StepPlace(slot: step.slot, serial: step.serial, place: target))
        }
    }

    /// Enough ways have come: nobody needs the others any longer.
    private mutating func release(_ rest: [Int], in slot: Int) {
        for node in rest where !frames[slot].steps[plan.places[node]].isSettled {
            let step = place(of: node, in: slot)
            frames[slot].steps[step.place].isUnwanted = true
            ready.add(step)
            troubled.add(step)
        }
    }

    private mutating func noteUndo(_ node: Int, _ entry: JournalEntry) {
        guard plan.nodes[node].compensation != nil else { return }
        guard entry.data["compensate"] != nil || entry.data["compensate_error"] != nil else { return }
        undos.append(
            Undo(
                node: node, path: entry.path, input: entry.data["compensate"],
                error: entry.data["compensate_error"] ?? .null))
    }

    private mutating func noteStop(_ node: Int, _ entry: JournalEntry) {
        guard let word = entry.data["stop"]?.string, stop == nil else { return }
        let output = entry.data["output"] ?? .null
        stop =
            word == "failed"
            ? .failed(["code": "stopped", "message": output, "node": .string(entry.node)]) : .completed(output)
        trouble(0)
    }

    /// {code, message, node}; the node is the one that the error was first seen at.
    static func runError(_ error: JSON, node: String) -> JSON {
        guard case .object(var object) = StepError.summary(of: error) else { return error }
        object["node"] = error["node"] ?? .string(node)
        return .object(object)
    }
}
