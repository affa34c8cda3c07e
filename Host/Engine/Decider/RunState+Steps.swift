import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

extension RunState {
    /// Does with a step what is to be done, as far as that needs no call.
    mutating func look(at step: StepPlace) {
        guard exists(step), !frames[step.slot].isOver else { return }
        let number = node(at: step)
        switch frames[step.slot].steps[step.place].phase {
        case .pending: reach(step, number)
        case .started: goOn(step, number)
        case .retrying(let moment):
            guard moment <= turn.now, isStopping(step.slot) == nil, !isUnwanted(step) else { return }
            start(step, number)
        case .waiting(let moment):
            guard isStopping(step.slot) == nil, !isUnwanted(step) else { return }
            if case .human = plan.nodes[number].kind {
                askForTask(step)
            } else if let event = events.delivered[step] {
                complete(step, event.output)
            } else if moment <= turn.now {
                waitIsOver(step, number)
            } else {
                listen(step)
            }
        case .completed, .failed, .routed, .skipped, .cancelled: break
        }
    }

    private mutating func reach(_ step: StepPlace, _ number: Int) {
        let node = plan.nodes[number]
        let key = key(of: step)
        if isUnwanted(step) {
            if inFlight.removeValue(forKey: key) != nil { turn.commands.append(.cancel(key)) }
            return record(.stepSkipped, step)
        }
        guard isStopping(step.slot) == nil, !node.isTrigger else { return }
        let (open, followed) = (frames[step.slot].steps[step.place].open, frames[step.slot].steps[step.place].followed)
        guard open == 0 || node.needed.map({ followed >= $0 }) ?? false else { return }
        guard followed > 0 || (step.slot != 0 && node.incoming.isEmpty), !node.isNote else {
            return record(.stepSkipped, step)
        }
        if let needed = node.needed, followed < needed {
            return fail(
                step,
                StepError(
                    code: "too_few",
                    message: "\(needed) of the ways to \(node.id.quoted) are needed, and \(followed) were followed."))
        }
        start(step, number)
    }

    /// Begins an attempt.
    private mutating func start(_ step: StepPlace, _ number: Int) {
        do throws(StepError) {
            switch plan.nodes[number].kind {
            case .trigger, .note: break
            case .action: due.add(step)
            case .condition(let value): try decide(value, step)
            case .choice(let choice): try choose(choice, step)
            case .set(let value): complete(step, try evaluate(value, as: "output", at: step))
            case .transform(let transform): complete(step, try transformed(transform, step))
            case .aggregate(let aggregate): complete(step, try aggregated(aggregate, step, number))
            case .merge(let merge): complete(step, merged(merge, step, number))
            case .respond(let value): try respond(value, step)
            case .stop(let stop): try self.stop(stop, step)
            case .wait(let wait): try self.wait(wait, step)
            case .workflow(let workflow): try startChild(workflow, step, number)
            case .human(let human): try ask(human, step, number)
            case .loop(let loop): try startLoop(loop, step, number)
            case .parallel, .attempt: startContainer(step, number, input: nil)
            }
        } catch {
            fail(step, error)
        }
    }

    /// Goes on with a step that has begun: it is a container or a child run, or a crash cut it off.
    private mutating func goOn(_ step: StepPlace, _ number: Int) {
        switch plan.nodes[number].kind {
        case .action:
            let key = key(of: step)
            guard inFlight[key] == nil, isStopping(step.slot) == nil, !isUnwanted(step) else { return }
            due.add(step)
        case .workflow:
            guard frames[step.slot].steps[step.place].child == nil, isStopping(step.slot) == nil, !isUnwanted(step)
            else { return }
            askForChild(step)
        case .loop(let loop): goOn(loop, step, number)
        case .parallel(let parallel): goOn(parallel, step, number)
        case .attempt(let attempt): goOn(attempt, step, number)
        default: break
        }
    }

    // MARK: What only computes

    private mutating func decide(_ value: CompiledValue, _ step: StepPlace) throws(StepError) {
        let output = try evaluate(value, as: "output", at: step)
        guard let isTrue = output.bool else {
            throw StepError(
                code: "expression", message: "The condition gave \(output.kind); it has to give true or false.")
        }
        complete(step, output, ["port": isTrue ? "true" : "false"])
    }

    private mutating func choose(_ choice: PlannedChoice, _ step: StepPlace) throws(StepError) {
        let value = if let value = choice.value { try evaluate(value, as: "output", at: step) } else { JSON.null }
        var port = PlannedChoice.fallback
        for each in choice.cases where try fits(each.test, value, step) {
            port = each.port
            break
        }
        complete(step, choice.value == nil ? .string(port) : value, ["port": .string(port)])
    }

    private func fits(_ test: PlannedChoice.Test, _ value: JSON, _ step: StepPlace) throws(StepError) -> Bool {
        switch test {
        case .condition(let condition):
            let result = try evaluate(condition, as: "output", at: step)
            guard let isTrue = result.bool else {
                throw StepError(
                    code: "expression", message: "A case's \"if\" gave \(result.kind); it has to give true or false.")
            }
            return isTrue
        case .oneOf(let values):
            for other in values where try evaluate(other, as: "output", at: step) == value { return true }
            return false
        }
    }

    private func transformed(_ transform: PlannedTransform, _ step: StepPlace) throws(StepError) -> JSON {
        switch transform {
        case .value(let value): return try evaluate(value, as: "output", at: step)
        case .jmespath(let query, let input):
            let input = try evaluate(input, as: "input", at: step)
            do throws(JMESPathError) {
                return try query.search(input)
            } catch {
                throw StepError(code: "expression", message: "\"jmespath\": \(error)")
            }
        }
    }

    /// Outputs of the nodes that lead to a node and were followed, in the order of the edges.
    private func arrivals(_ step: StepPlace, _ number: Int) -> [(id: String, output: JSON)] {
        var seen: Set<Int> = []
        return plan.nodes[number].incoming.compactMap { link in
            let source = frames[step.slot].steps[plan.places[link.node]]
            guard source.isSettled, source.follows(link.port), seen.insert(link.node).inserted else { return nil }
            return (plan.nodes[link.node].id, source.output)
        }
    }

    private func merged(_ merge: PlannedMerge, _ step: StepPlace, _ number: Int) -> JSON {
        let arrivals = arrivals(step, number)
        if merge.needed == 1 { return arrivals.first?.output ?? .null }
        return .object(arrivals.reduce(into: JSONObject()) { $0[$1.id] = $1.output })
    }

    private func aggregated(
        _ aggregate: PlannedAggregate, _ step: StepPlace, _ number: Int
    ) throws(StepError) -> JSON {
        var parts = arrivals(step, number)
        if let values = aggregate.values {
            let given = try evaluate(values, as: "output", at: step)
            switch given {
            case .array(let list): parts = list.enumerated().map { ("\($0.offset)", $0.element) }
            case .object(let object): parts = object.map { ($0.name, $0.value) }
            default:
                throw StepError(
                    code: "expression", message: "\"values\" gave \(given.article); it takes a list or an object.")
            }
        }
        switch aggregate.form {
        case .list: return .array(parts.map(\.output))
        case .object: return .object(parts.reduce(into: JSONObject()) { $0[$1.id] = $1.output })
        case .concat: return .array(parts.flatMap { $0.output.array ?? [$0.output] })
        case .merge:
            var object = JSONObject()
            for part in parts {
                guard case .object(let members) = part.output else {
                    throw StepError(
                        code: "expression",
                        message: "\(part.id.quoted) gave \(part.output.article), and only objects can be merged.")
                }
                for member in members { object[member.name] = member.value }
            }
            return .object(object)
        }
    }

    private mutating func respond(_ value: CompiledValue, _ step: StepPlace) throws(StepError) {
        guard !hasResponded else {
            throw StepError(
                code: "already_responded", message: "The run has answered already, and can do so once.")
        }
        let response = try evaluate(value, as: "output", at: step)
        guard let status = response["status"]?.int, (200...599).contains(status) else {
            throw StepError(
                code: "expression", message: "\"status\" has to give a whole number from 200 to 599.")
        }
        guard let headers = response["headers"]?.object, headers.allSatisfy({ $0.value.string != nil }) else {
            throw StepError(code: "expression", message: "\"headers\" has to give an object of texts.")
        }
        complete(step, response)
        record(.runResponded, data: ["response": response])
        turn.commands.append(.respond(response))
    }

    private mutating func stop(_ stop: PlannedStop, _ step: StepPlace) throws(StepError) {
        var output = try evaluate(stop.value, as: "output", at: step)
        if stop.isFailure {
            guard let message = output.string else {
                throw StepError(
                    code: "expression", message: "\"message\" gave \(output.article); it has to give a text.")
            }
            output = .string(message.bounded(to: StepError.longestMessage))
        }
        complete(step, output, ["stop": stop.isFailure ? "failed" : "completed"])
    }

    // MARK: Ends

    mutating func complete(_ step: StepPlace, _ output: JSON, _ more: JSONObject = [:]) {
        if let error = StepError.tooLarge(output, as: "output", limit: largestValue) { return fail(step, error) }
        var data: JSONObject = ["output": output]
        for member in more { data[member.name] = member.value }
        record(.stepCompleted, step, attempt: attempt(of: step), data: .object(data))
    }

    /// Fails the present attempt, or the one that could not begin.
    mutating func fail(_ step: StepPlace, _ error: StepError) {
        let attempt = attempt(of: step)
        record(.stepFailed, step, attempt: attempt, data: failureData(error, of: step, at: turn.now, random: 1))
    }

    private func attempt(of step: StepPlace) -> Int {
        let state = frames[step.slot].steps[step.place]
        switch state.phase {
        case .started, .waiting: return state.attempt
        default: return state.attempt + 1
        }
    }
}

extension EventBuffer.Event {
    /// What a step gives that has waited for the event.
    fileprivate var output: JSON {
        var output: JSONObject = [
            "event": .string(name), "id": .string(id), "payload": payload, "received_at": .string(receivedAt),
        ]
        output["key"] = key.map { .string($0) }
        return .object(output)
    }
}
