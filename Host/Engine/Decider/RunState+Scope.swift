import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

extension RunState {
    /// What a value's expressions read in a frame; outputs only of the steps that it names. `own` is the output of the
    /// step itself, where that is there before it is on record.
    func scope(
        for value: CompiledValue, as role: String, at step: StepPlace, own: (node: Int, output: JSON)? = nil
    ) -> Scope {
        let slot = step.slot
        var scope = baseScope
        scope.surroundings = surroundings(of: "\(role) of \(plan.nodes[node(at: step)].id)", in: slot)
        if value.references.contains(where: \.isOfLoops) { addLoops(around: slot, to: &scope) }
        for reference in value.references {
            guard case .step(let id) = reference, let node = plan.index[id] else { continue }
            if let own, own.node == node {
                scope.steps[id] = own.output
            } else {
                scope.steps[id] = output(of: node, from: slot)
            }
        }
        return scope
    }

    /// The present is that of the turn; what chance gives is the same whenever a step is begun again, and is no secret from
    /// those who know the run's id.
    private func surroundings(of subject: String, in slot: Int) -> Surroundings {
        Surroundings(
            now: Instant(turn.now), seed: Array("\(subject) at \(frames[slot].path) in \(record.id)".utf8),
            zones: world.zones, digest: world.digest)
    }

    /// The present iterations of the loops around a frame.
    private func addLoops(around slot: Int, to scope: inout Scope) {
        var slot = slot
        while let owner = frames[slot].owner {
            let number = node(at: owner)
            if case .loop = plan.nodes[number].kind, let container = containers[owner] {
                let index = frames[slot].position
                let item = container.items.indices.contains(index) ? container.items[index] : .null
                if scope.index == nil { (scope.item, scope.index) = (item, index) }
                scope.loops[plan.nodes[number].id] = Scope.Iteration(item: item, index: index)
            }
            slot = owner.slot
        }
    }

    /// The output of a node as it is seen from a frame: that of the nearest graph around it. Nil when there is none.
    private func output(of node: Int, from slot: Int) -> JSON? {
        var slot = slot
        while true {
            if frames[slot].graph == plan.graphOf[node] { return settledOutput(of: node, in: slot) }
            guard let owner = frames[slot].owner, let container = containers[owner] else { return nil }
            if self.node(at: owner) == node {
                return provisionalOutput(of: node, container, at: frames[slot].position)
            }
            for kept in container.kept.values where frames[kept].graph == plan.graphOf[node] {
                return settledOutput(of: node, in: kept)
            }
            slot = owner.slot
        }
    }

    private func settledOutput(of node: Int, in slot: Int) -> JSON? {
        let place = plan.places[node]
        return frames[slot].steps[place].hasOutput ? frames[slot].steps[place].output : nil
    }

    /// What a container shows to its own bodies: a loop the iteration, with the element or with what the last iteration
    /// gave; a try the error that its body ended with.
    func provisionalOutput(of node: Int, _ container: Container, at position: Int) -> JSON? {
        switch plan.nodes[node].kind {
        case .loop(let loop):
            let index = JSON.int(Int64(position))
            if case .condition = loop.over { return ["index": index, "last": container.last] }
            return [
                "index": index, "item": container.items.indices.contains(position) ? container.items[position] : .null,
            ]
        case .attempt:
            let failures = container.kept.sorted { $0.key < $1.key }.compactMap { frames[$0.value].failure }
            return ["error": failures.last ?? .null]
        default: return nil
        }
    }

    func evaluate(
        _ value: CompiledValue, as role: String, at step: StepPlace, own: (node: Int, output: JSON)? = nil
    ) throws(StepError) -> JSON {
        guard let constant = value.constant else {
            return try evaluate(value, as: role, scope(for: value, as: role, at: step, own: own))
        }
        if let error = StepError.tooLarge(constant, as: role, limit: largestValue) { throw error }
        return constant
    }

    func evaluate(_ value: CompiledValue, as role: String, _ scope: Scope) throws(StepError) -> JSON {
        let json: JSON
        do throws(ExpressionError) {
            json = try value.evaluate(in: scope)
        } catch {
            throw StepError(error)
        }
        if let error = StepError.tooLarge(json, as: role, limit: largestValue) { throw error }
        return json
    }
}

extension Reference {
    fileprivate var isOfLoops: Bool {
        if case .root(let name) = self { ["item", "index", "loops"].contains(name) } else { false }
    }
}
