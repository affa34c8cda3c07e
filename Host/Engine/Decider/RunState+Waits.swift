import PatchbayCore
import PatchbayJSON

extension RunState {
    mutating func wait(_ wait: PlannedWait, _ step: StepPlace) throws(StepError) {
        let moment: Timestamp
        var data: JSONObject = [:]
        switch wait.until {
        case .duration(let value):
            let text = try evaluate(value, as: "input", at: step)
            moment = turn.now + (try Self.milliseconds(text))
        case .moment(let value):
            let text = try evaluate(value, as: "input", at: step)
            guard let known = text.string.flatMap({ Timestamp($0) }) else {
                throw StepError(
                    code: "expression",
                    message: "\"until\" has to give a time such as \"2026-01-12T10:05:00Z\", and gave "
                        + "\(text.string.map { $0.bounded(to: 100).quoted } ?? text.article).")
            }
            moment = known
        case .event(let name, let match, let key, let timeout):
            let event = try evaluate(name, as: "input", at: step)
            guard let event = event.string, (1...EventBuffer.longestName).contains(event.utf8.count) else {
                throw StepError(
                    code: "expression",
                    message: "\"event\" has to give a text of 1 to \(EventBuffer.longestName) bytes.")
            }
            moment = turn.now + timeout
            data["event"] = .string(event)
            if let key { data["key"] = try eventKey(evaluate(key, as: "input", at: step)) }
            if let match { data["match"] = try evaluate(match, as: "input", at: step) }
        }
        // A run ends first; and a moment beyond the calendar could not be written.
        let latest = deadline ?? moment
        data["until"] = .string(min(moment, max(latest, turn.now) + 1_000).description)
        record(.stepWaiting, step, attempt: frames[step.slot].steps[step.place].attempt + 1, data: .object(data))
        ready.add(step)
    }

    private func eventKey(_ value: JSON) throws(StepError) -> JSON {
        let text = value.string ?? value.int.map { "\($0)" }
        guard let text, (1...EventBuffer.longestName).contains(text.utf8.count) else {
            throw StepError(
                code: "expression", message: "\"key\" has to give a text of 1 to \(EventBuffer.longestName) bytes.")
        }
        return .string(text)
    }

    /// Asked for once by each worker that has the run in hand: it may have been stored before, and is stored again then.
    mutating func listen(_ step: StepPlace) {
        guard let listening = listens[step], !opened.contains(step), asked.insert(step).inserted else { return }
        turn.commands.append(
            .listen(
                key(of: step), attempt: frames[step.slot].steps[step.place].attempt, name: listening.name,
                key: listening.key))
    }

    mutating func listening(_ key: StepKey, _ attempt: Int) {
        guard let step = step(key), listens[step] != nil, frames[step.slot].steps[step.place].attempt == attempt else {
            return
        }
        asked.remove(step)
        opened.insert(step)
    }

    private static func milliseconds(_ json: JSON) throws(StepError) -> Int64 {
        guard let text = json.string else {
            throw StepError(
                code: "expression", message: "\"duration\" gave \(json.article); it has to give a text such as \"5m\".")
        }
        do {
            return try DurationText.milliseconds(text)
        } catch {
            throw StepError(code: "expression", message: "\"duration\": \(error.message); \(error.hint).")
        }
    }

    /// Nothing came, or enough time has passed.
    mutating func waitIsOver(_ step: StepPlace, _ number: Int) {
        guard case .wait(let wait) = plan.nodes[number].kind else { return }
        guard case .event(_, _, _, let timeout) = wait.until else {
            return complete(step, ["until": .string(turn.now.description)])
        }
        fail(
            step,
            StepError(
                code: "timeout",
                message: "The event did not come within \(DurationText.text(timeout)). Send it earlier, or give the "
                    + "node a longer \"timeout\"."))
    }
}
