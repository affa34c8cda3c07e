import PatchbayCore
import PatchbayJSON

extension RunState {
    /// What is asked goes on record first; the task itself is asked for when that is stored.
    mutating func ask(_ human: PlannedHuman, _ step: StepPlace, _ number: Int) throws(StepError) {
        let values = try evaluate(human.template, as: "input", at: step)
        let task = try human.task(values, of: plan.nodes[number].id)
        // It is the task that knows when its time is over. The run ends first; and a moment beyond the calendar could not be
        // written.
        let latest = max(deadline ?? turn.now, turn.now)
        let data: JSONObject = ["until": .string((latest + 1_000).description), "input": task.json]
        record(
            .stepWaiting, step, attempt: frames[step.slot].steps[step.place].attempt + 1, data: .object(data))
    }

    /// Asked for once by each worker that has the run in hand: whether the one before it came to that is not on record, and
    /// asking again finds the task that is there.
    mutating func askForTask(_ step: StepPlace) {
        guard !opened.contains(step), asked.insert(step).inserted else { return }
        let state = frames[step.slot].steps[step.place]
        let key = key(of: step)
        guard let task = state.input.flatMap({ HumanTask(stored: $0) }) else {
            return fail(
                step,
                StepError(code: "internal", message: "The journal does not say what was to be asked. Run it again."))
        }
        turn.commands.append(
            .openTask(
                AskedTask(key: key, attempt: state.attempt, task: task, askedAt: since[step] ?? turn.now)))
    }

    mutating func taskOpened(_ key: StepKey, _ attempt: Int) {
        guard let step = openTask(key, attempt) else { return }
        asked.remove(step)
        opened.insert(step)
    }

    mutating func taskEnded(_ key: StepKey, _ attempt: Int, _ end: TaskEnd) {
        guard let step = openTask(key, attempt) else { return }
        switch end {
        case .decided(let output, let port): complete(step, output, ["port": .string(port)])
        case .failed(let error): fail(step, error)
        case .timedOut(let output):
            let links = plan.nodes[node(at: step)].outgoing
            guard links.contains(where: { $0.port == HumanTask.timeoutPort }) else {
                return fail(
                    step,
                    StepError(
                        code: "timeout",
                        message: "Nobody decided in time. Lead an edge from the port \"timeout\" of "
                            + "\(plan.nodes[node(at: step)].id.quoted), or give it more time."))
            }
            complete(step, output, ["port": .string(HumanTask.timeoutPort)])
        }
    }

    private func openTask(_ key: StepKey, _ attempt: Int) -> StepPlace? {
        guard let step = step(key), case .human = plan.nodes[node(at: step)].kind,
            case .waiting = frames[step.slot].steps[step.place].phase,
            frames[step.slot].steps[step.place].attempt == attempt
        else { return nil }
        return step
    }
}

extension PlannedHuman {
    /// The task, as the values of its expressions make it.
    fileprivate func task(_ values: JSON, of node: String) throws(StepError) -> HumanTask {
        let payload = values["payload"] ?? .null
        if payload.size(within: HumanTask.largestPayload) != nil {
            throw StepError(
                code: "too_large",
                message: "\"payload\" has more than \(HumanTask.largestPayload) bytes. Show those who decide what they "
                    + "need, and keep the rest in the run.")
        }
        let task = HumanTask(
            title: try Self.line(values["title"], "title", HumanTask.longestTitle) ?? node,
            details: try Self.text(values["details"], "details", HumanTask.longestDetails) ?? "", payload: payload,
            assignees: try Self.people(values["assignees"], "assignees"), options: options, form: form,
            timeout: timeout,
            escalation: try escalation(values["escalation"]?.array ?? []), quorum: quorum,
            requester: try requester(values["requester"]), excludesRequester: excludesRequester, sendsMail: sendsMail,
            slack: slack)
        return task
    }

    private func escalation(_ values: [JSON]) throws(StepError) -> [HumanTask.Escalation] {
        var escalation: [HumanTask.Escalation] = []
        for step in steps {
            let value = values.indices.contains(step.place) ? values[step.place] : .null
            let action: HumanTask.Escalation.Step =
                switch step.action {
                case .remind: .remind
                case .decide(let option): .decide(option)
                case .notify: .notify(try Self.people(value["notify"], "notify"))
                case .reassign: .reassign(try Self.people(value["reassign"], "reassign"))
                }
            escalation.append(HumanTask.Escalation(after: step.after, step: action))
        }
        return escalation
    }

    private func requester(_ value: JSON?) throws(StepError) -> String? {
        guard let value, !value.isNull else { return try missingRequester() }
        guard let address = value.string.flatMap(EmailAddress.canonical) else {
            throw StepError(code: "expression", message: "\"requester\" has to give an address.")
        }
        return address
    }

    private func missingRequester() throws(StepError) -> String? {
        guard excludesRequester else { return nil }
        throw StepError(
            code: "expression", message: "\"requester\" gave null, and the requester is the one who may not decide.")
    }

    /// Texts and lists of texts, in one list.
    private static func people(_ value: JSON?, _ name: String) throws(StepError) -> [Assignee] {
        let given = (value?.array ?? [value ?? .null]).flatMap { $0.array ?? [$0] }
        var people: [Assignee] = []
        for item in given {
            guard let text = item.string, let person = Assignee(text) else {
                let found = item.string.map { $0.bounded(to: 100).quoted } ?? item.article
                throw StepError(
                    code: "expression",
                    message: "\(name.quoted) has to give addresses, \"role:…\" or \"group:…\", and gave \(found).")
            }
            if !people.contains(person) { people.append(person) }
        }
        guard (1...HumanTask.mostPeople).contains(people.count) else {
            throw StepError(
                code: "expression",
                message: "\(name.quoted) gave \(people.count), and has to give 1 to \(HumanTask.mostPeople).")
        }
        return people
    }

    /// On one line: what is a subject and a heading must not hold a line's end.
    private static func line(_ value: JSON?, _ name: String, _ limit: Int) throws(StepError) -> String? {
        guard let text = try text(value, name, limit * 4) else { return nil }
        let plain = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return String(plain).bounded(to: limit)
    }

    private static func text(_ value: JSON?, _ name: String, _ limit: Int) throws(StepError) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string else {
            throw StepError(
                code: "expression", message: "\(name.quoted) has to give a text, and gave \(value.article).")
        }
        return text.isEmpty ? nil : text.bounded(to: limit)
    }
}
