package import PatchbayJSON

/// A task that people are asked to decide, and its rules: takes what happens, and says what is to be done.
///
/// Pure: no clock, no store. Who is asked is settled when the task is opened or passed on, and written down: somebody who gets
/// a role later is not asked by that, and somebody who loses it stays asked.
package struct TaskState: Sendable, Equatable {
    /// The words stand in the database too; a test compares the lists.
    package enum Status: String, Sendable, CaseIterable { case open, decided, expired, failed, withdrawn }

    package struct Vote: Sendable, Equatable {
        package var by: String
        package var value: String
        package var comment: String
        package var form: JSON
        package var at: Timestamp
    }

    /// Comments and delegations that one task takes.
    static let mostActs = 1_000

    package let task: HumanTask
    package let openedAt: Timestamp
    package private(set) var status = Status.open
    /// Who is asked.
    package private(set) var people: [String] = []
    package private(set) var claimant: String?
    package private(set) var votes: [Vote] = []
    /// Of the escalation steps the next.
    package private(set) var nextStep = 0
    /// The option's value.
    package private(set) var decision: String?
    package private(set) var isAutomatic = false
    package private(set) var closedAt: Timestamp?
    private(set) var acts = 0
    /// Links that were used.
    private(set) var links: [String] = []

    package init(_ task: HumanTask, openedAt: Timestamp) {
        self.task = task
        self.openedAt = openedAt
    }

    /// When time has to be told next; nil: never.
    package var due: Timestamp? {
        guard status == .open else { return nil }
        let end = openedAt + task.timeout
        guard task.escalation.indices.contains(nextStep) else { return end }
        return min(end, openedAt + task.escalation[nextStep].after)
    }

    /// How many have to choose the same.
    package var needed: Int {
        switch task.quorum {
        case .any: 1
        case .all: people.count
        case .count(let count): count
        }
    }

    /// Those who are asked and have not decided.
    package var outstanding: [String] { people.filter { person in !votes.contains { $0.by == person } } }

    package mutating func apply(_ event: TaskEvent, at now: Timestamp) throws(TaskRefusal) -> [TaskCommand] {
        switch event {
        case .opened(let directory): return open(directory, at: now)
        case .timePassed(let directory): return timePassed(directory, at: now)
        case .withdrawn:
            guard status == .open else { return [] }
            return close(.withdrawn, .withdrawn, at: now)
        case .claimed(let actor): try claim(actor)
        case .released(let actor): try release(actor)
        case .commented(let actor, _):
            guard mayAct(actor) || actor.isManager else { throw .notAsked }
            try count()
        case .delegated(let actor, let from, let to): return try delegate(from, to, actor)
        case .decided(let actor, let choice): return try decide(choice, actor, at: now)
        }
        return []
    }

    // MARK: Who is asked

    private mutating func open(_ directory: TaskDirectory, at now: Timestamp) -> [TaskCommand] {
        guard status == .open, people.isEmpty else { return [] }
        people = admitted(directory.people(of: task.assignees))
        guard !people.isEmpty, people.count >= needed else {
            return close(.failed, .unassignable(needed: max(needed, 1), found: people.count), at: now)
        }
        return [.tell(.asked, people)]
    }

    /// Without the requester, where that is the rule.
    private func admitted(_ addresses: [String]) -> [String] {
        task.excludesRequester ? addresses.filter { $0 != task.requester } : addresses
    }

    private mutating func delegate(
        _ from: String, _ to: String, _ actor: TaskActor
    ) throws(TaskRefusal) -> [TaskCommand] {
        try checkOpen()
        guard actor.address == from || actor.isManager, let place = people.firstIndex(of: from) else {
            throw .notAsked
        }
        if let claimant, claimant != from, !actor.isManager { throw .claimed(by: claimant) }
        guard !votes.contains(where: { $0.by == from }) else { throw .alreadyDecided }
        if task.excludesRequester, to == task.requester { throw .requester }
        // Two voices must not become one: fewer could decide than have to.
        guard !people.contains(to) else { throw .alreadyAsked }
        try count()
        people[place] = to
        if claimant == from { claimant = nil }
        return [.tell(.asked, [to])]
    }

    private mutating func claim(_ actor: TaskActor) throws(TaskRefusal) {
        try checkOpen()
        guard task.quorum == .any || people.count == 1 else { throw .notClaimable }
        guard let address = actor.address, people.contains(address) else { throw .notAsked }
        if let claimant, claimant != address { throw .claimed(by: claimant) }
        claimant = address
    }

    private mutating func release(_ actor: TaskActor) throws(TaskRefusal) {
        try checkOpen()
        guard let claimant else { throw .notClaimed }
        guard actor.address == claimant || actor.isManager else { throw .claimed(by: claimant) }
        self.claimant = nil
    }

    private func mayAct(_ actor: TaskActor) -> Bool { actor.address.map(people.contains) ?? false }

    private func checkOpen() throws(TaskRefusal) {
        guard status == .open else { throw .closed(status) }
    }

    private mutating func count() throws(TaskRefusal) {
        guard acts < Self.mostActs else { throw .tooMany("comments and delegations") }
        acts += 1
    }

    // MARK: Decisions

    private mutating func decide(
        _ choice: TaskChoice, _ actor: TaskActor, at now: Timestamp
    ) throws(TaskRefusal) -> [TaskCommand] {
        if let link = choice.link, links.contains(link) { throw .linkUsed }
        try checkOpen()
        // Nobody was there to see that the time was over.
        guard now < openedAt + task.timeout else { throw .closed(.expired) }
        guard let address = actor.address else { throw .notAsked }
        if task.excludesRequester, address == task.requester { throw .requester }
        guard people.contains(address) else { throw .notAsked }
        if let claimant, claimant != address { throw .claimed(by: claimant) }
        guard task.option(choice.value) != nil else { throw .unknownOption(choice.value) }
        guard !votes.contains(where: { $0.by == address }) else { throw .alreadyDecided }
        if let link = choice.link { links.append(link) }
        votes.append(Vote(by: address, value: choice.value, comment: choice.comment, form: choice.form, at: now))
        guard let value = settled else { return [] }
        return close(with: value, isAutomatic: false, at: now)
    }

    /// What is decided by the votes so far; nil: nothing yet.
    private var settled: String? {
        if task.quorum == .any { return votes.last?.value }
        var counts: [String: Int] = [:]
        for vote in votes { counts[vote.value, default: 0] += 1 }
        let ways = task.options.filter { !$0.rejects }
        if let won = ways.first(where: { counts[$0.value, default: 0] >= needed }) { return won.value }
        let most = ways.map { counts[$0.value, default: 0] }.max() ?? 0
        guard ways.isEmpty || most + outstanding.count < needed else { return nil }
        // Nothing that needs a quorum can have it any more.
        let refusals = task.options.filter(\.rejects)
        guard let refusal = refusals.first else {
            // Those who were asked do not agree: what most of them want, and of several the first.
            guard outstanding.isEmpty else { return nil }
            return ways.first { counts[$0.value, default: 0] == most }?.value
        }
        let strongest = refusals.map { counts[$0.value, default: 0] }.max() ?? 0
        return refusals.first { counts[$0.value, default: 0] == strongest }?.value ?? refusal.value
    }

    // MARK: Time

    private mutating func timePassed(_ directory: TaskDirectory, at now: Timestamp) -> [TaskCommand] {
        var commands: [TaskCommand] = []
        while status == .open, let due, due <= now {
            guard task.escalation.indices.contains(nextStep),
                openedAt + task.escalation[nextStep].after <= openedAt + task.timeout
            else {
                commands += close(.expired, .timedOut, at: now)
                break
            }
            let step = task.escalation[nextStep].step
            nextStep += 1
            commands += take(step, directory, at: now)
        }
        return commands
    }

    private mutating func take(
        _ step: HumanTask.Escalation.Step, _ directory: TaskDirectory, at now: Timestamp
    ) -> [TaskCommand] {
        switch step {
        case .remind: return [.tell(.reminder, outstanding)]
        case .notify(let others): return [.tell(.escalated, directory.people(of: others))]
        case .decide(let value): return close(with: value, isAutomatic: true, at: now)
        case .reassign(let others):
            let next = admitted(directory.people(of: others))
            // Nobody to ask is worse than those who have not answered.
            guard next.count >= (task.quorum == .all ? 1 : needed) else { return [] }
            let new = next.filter { !people.contains($0) }
            people = next
            votes.removeAll { !next.contains($0.by) }
            claimant = nil
            return new.isEmpty ? [] : [.tell(.asked, new)]
        }
    }

    // MARK: The end

    private mutating func close(with value: String, isAutomatic: Bool, at now: Timestamp) -> [TaskCommand] {
        decision = value
        self.isAutomatic = isAutomatic
        return close(.decided, .decided(value, isAutomatic: isAutomatic), at: now)
    }

    private mutating func close(_ status: Status, _ outcome: TaskOutcome, at now: Timestamp) -> [TaskCommand] {
        self.status = status
        closedAt = now
        let waiting = outstanding
        let news: [TaskCommand] = waiting.isEmpty || status == .failed ? [] : [.tell(.closed, waiting)]
        return [.end(outcome)] + news
    }
}

extension TaskState {
    /// What stands beside the task's definition in the database.
    package var json: JSON {
        var object: JSONObject = [
            "people": .array(people.map { .string($0) }),
            "votes": .array(
                votes.map {
                    [
                        "by": .string($0.by), "value": .string($0.value), "comment": .string($0.comment),
                        "form": $0.form,
                        "at": .string($0.at.description),
                    ]
                }),
            "next_step": .int(Int64(nextStep)), "acts": .int(Int64(acts)),
            "links": .array(links.map { .string($0) }), "automatic": .bool(isAutomatic),
        ]
        object["claimant"] = claimant.map { .string($0) }
        object["decision"] = decision.map { .string($0) }
        object["closed_at"] = closedAt.map { .string($0.description) }
        return .object(object)
    }

    /// Reads what `json` wrote.
    package init(_ task: HumanTask, openedAt: Timestamp, status: Status, stored json: JSON) {
        self.init(task, openedAt: openedAt)
        self.status = status
        people = (json["people"]?.array ?? []).compactMap(\.string)
        votes = (json["votes"]?.array ?? []).compactMap { vote in
            guard let by = vote["by"]?.string, let value = vote["value"]?.string,
                let at = vote["at"]?.string.flatMap({ Timestamp($0) })
            else { return nil }
            return Vote(
                by: by, value: value, comment: vote["comment"]?.string ?? "", form: vote["form"] ?? .null, at: at)
        }
        claimant = json["claimant"]?.string
        nextStep = Int(json["next_step"]?.int ?? 0)
        acts = Int(json["acts"]?.int ?? 0)
        links = (json["links"]?.array ?? []).compactMap(\.string)
        decision = json["decision"]?.string
        isAutomatic = json["automatic"]?.bool ?? false
        closedAt = json["closed_at"]?.string.flatMap { Timestamp($0) }
    }
}
