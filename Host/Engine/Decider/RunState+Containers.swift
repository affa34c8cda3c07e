import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

extension RunState {
    /// Elements of one loop.
    static let mostItems = 100_000

    // MARK: Beginning

    mutating func startLoop(_ loop: PlannedLoop, _ step: StepPlace, _ number: Int) throws(StepError) {
        guard case .items(let value) = loop.over else { return startContainer(step, number, input: nil) }
        let items = try evaluate(value, as: "input", at: step)
        guard case .array(let list) = items else {
            throw StepError(code: "expression", message: "\"items\" gave \(items.article); it has to give a list.")
        }
        guard list.count <= loop.most else {
            throw StepError(
                code: "too_many_items",
                message:
                    "The list has \(list.count) elements, and the loop takes \(loop.most). Raise \"most\", or split "
                    + "the list.")
        }
        startContainer(step, number, input: ["items": items])
    }

    mutating func startContainer(_ step: StepPlace, _ number: Int, input: JSON?) {
        var data: JSONObject = [:]
        data["input"] = input
        data["deadline"] = plan.nodes[number].timeout.map { .string((turn.now + $0).description) }
        record(
            .stepStarted, step, attempt: frames[step.slot].steps[step.place].attempt + 1, data: .object(data))
    }

    // MARK: Going on

    mutating func goOn(_ loop: PlannedLoop, _ step: StepPlace, _ number: Int) {
        guard !endStopped(step) else { return }
        switch loop.over {
        case .items: openMore(step, concurrency: loop.concurrency)
        case .condition(let value): goOn(while: value, loop, step, number)
        }
    }

    mutating func goOn(_ parallel: PlannedParallel, _ step: StepPlace, _ number: Int) {
        guard !endStopped(step) else { return }
        openMore(step, concurrency: parallel.concurrency)
    }

    private mutating func openMore(_ step: StepPlace, concurrency: Int) {
        while let container = containers[step], container.active.count < concurrency,
            container.next < container.results.count
        {
            let next = container.next
            containers[step]?.next += 1
            guard container.active[next] == nil, container.results[next] == nil else { continue }
            openFrame(of: step, at: next, turn.now)
        }
        guard let container = containers[step], container.done == container.results.count else { return }
        let results = container.results.map { $0 ?? .null }
        let node = node(at: step)
        guard case .parallel = plan.nodes[node].kind else { return complete(step, .array(results)) }
        let names = plan.bodies[node].map { plan.graphs[$0].owner?.name ?? "" }
        complete(step, .object(zip(names, results).reduce(into: JSONObject()) { $0[$1.0] = $1.1 }))
    }

    private mutating func goOn(while value: CompiledValue, _ loop: PlannedLoop, _ step: StepPlace, _ number: Int) {
        guard let container = containers[step], container.active.isEmpty else { return }
        do throws(StepError) {
            let own = provisionalOutput(of: number, container, at: container.done) ?? .null
            let result = try evaluate(value, as: "output", at: step, own: (number, own))
            guard let goesOn = result.bool else {
                throw StepError(
                    code: "expression", message: "\"while\" gave \(result.article); it has to give true or false.")
            }
            guard goesOn else { return complete(step, container.last) }
            guard container.done < loop.most else {
                throw StepError(
                    code: "too_many_iterations",
                    message: "The loop ran \(loop.most) times, and its condition still holds. Raise \"most\", or mend "
                        + "the condition.")
            }
            openFrame(of: step, at: container.done, turn.now)
        } catch {
            fail(step, error)
        }
    }

    /// Parts of a try, by the place of their names among its bodies.
    mutating func goOn(_ attempt: PlannedAttempt, _ step: StepPlace, _ number: Int) {
        guard let container = containers[step] else { return }
        let isBrokenOff = isBrokenOff(step, container)
        if let slot = container.active.values.first {
            guard !frames[slot].isShielded, isBrokenOff, frames[slot].begun == 0 else {
                if frames[slot].isShielded, container.isCleanupOver || isCleanupOver, frames[slot].begun == 0 {
                    keep(slot, at: frames[slot].position, of: step)
                    ready.add(step)
                }
                return
            }
            keep(slot, at: frames[slot].position, of: step)
            return ready.add(step)
        }
        let (catching, finally) = (
            attempt.hasCatch ? 1 : nil, attempt.hasFinally ? (attempt.hasCatch ? 2 : 1) : Int?.none
        )
        func failure(_ position: Int?) -> JSON? {
            position.flatMap { container.kept[$0] }.flatMap { frames[$0].failure }
        }
        if !isBrokenOff {
            if container.kept[0] == nil {
                openFrame(of: step, at: 0, turn.now)
                return
            }
            if let catching, failure(0) != nil, container.kept[catching] == nil {
                openFrame(of: step, at: catching, turn.now)
                return
            }
        }
        if let finally, container.kept[finally] == nil, !container.kept.isEmpty, !isCleanupOver {
            openFrame(of: step, at: finally, turn.now)
            return
        }
        if isStoppedFromOutside(step) { return cancel(step, "The step was broken off.") }
        if let error = failure(finally) { return fail(step, StepError(container: error)) }
        if let error = container.stopping { return fail(step, StepError(container: error)) }
        guard failure(0) != nil else { return complete(step, container.kept[0].map(output(of:)) ?? .null) }
        if let catching, failure(catching) == nil {
            return complete(step, container.kept[catching].map(output(of:)) ?? .null)
        }
        fail(step, StepError(container: failure(catching) ?? failure(0) ?? .null))
    }

    // MARK: Stopping

    private func isStoppedFromOutside(_ step: StepPlace) -> Bool { isStopping(step.slot) != nil || isUnwanted(step) }

    private func isBrokenOff(_ step: StepPlace, _ container: Container) -> Bool {
        container.stopping != nil || container.failure != nil || isStoppedFromOutside(step)
    }

    /// Whether the container is to end early; ends it as soon as nothing in it is under way.
    private mutating func endStopped(_ step: StepPlace) -> Bool {
        guard let container = containers[step] else { return true }
        guard isBrokenOff(step, container) else { return false }
        guard container.active.values.allSatisfy({ frames[$0].begun == 0 }) else { return true }
        if isStoppedFromOutside(step) {
            cancel(step, "The step was broken off.")
        } else {
            fail(step, StepError(container: container.stopping ?? container.failure ?? .null))
        }
        return true
    }

    /// The time of a container or a child run is over.
    mutating func overdue(_ step: StepPlace) {
        guard !frames[step.slot].isOver, frames[step.slot].steps[step.place].phase == .started else { return }
        let node = plan.nodes[node(at: step)]
        if case .workflow = node.kind { return childIsOverdue(step) }
        guard let container = containers[step] else { return }
        let limit = DurationText.text(node.timeout ?? 0)
        let error: JSON = [
            "code": "timeout",
            "message": .string("The step did not end within \(limit). Give it a longer \"timeout\"."),
            "effect": "unknown",
        ]
        if container.active.values.contains(where: { frames[$0].isShielded }) {
            guard !container.isCleanupOver else { return }
            record(.stepStopping, step, attempt: attempt(at: step), data: ["error": error, "part": "finally"])
        } else if container.stopping == nil {
            record(.stepStopping, step, attempt: attempt(at: step), data: ["error": error])
        }
    }

    func attempt(at step: StepPlace) -> Int { frames[step.slot].steps[step.place].attempt }
}
