import PatchbayCore
import PatchbayJSON

extension RunState {
    // MARK: Places

    func place(of node: Int, in slot: Int) -> StepPlace {
        StepPlace(slot: slot, serial: frames[slot].serial, place: plan.places[node])
    }

    /// Whether what the place names is still there.
    func exists(_ step: StepPlace) -> Bool { frames[step.slot].serial == step.serial }

    func node(at step: StepPlace) -> Int { plan.graphs[frames[step.slot].graph].nodes[step.place] }

    func key(of step: StepPlace) -> StepKey {
        StepKey(node: plan.nodes[node(at: step)].id, path: frames[step.slot].path)
    }

    /// Nil when there is no such step under way.
    func step(_ key: StepKey) -> StepPlace? {
        guard let node = plan.index[key.node], let slot = slots[key.path], frames[slot].graph == plan.graphOf[node],
            !frames[slot].isOver
        else { return nil }
        return place(of: node, in: slot)
    }

    /// The frame at a path, opened where an entry is the first sign of it; nil when there can be none.
    mutating func slot(at path: String, opening moment: Timestamp) -> Int? {
        if let slot = slots[path] { return slot }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.count <= 2 * WorkflowDocument.mostNesting else { return nil }
        let outer = parts.dropLast(2).joined(separator: "/")
        let head = parts[parts.count - 2].split(separator: "~", maxSplits: 1)
        guard let node = head.first.flatMap({ plan.index[String($0)] }),
            let slot = slot(at: outer, opening: moment), frames[slot].graph == plan.graphOf[node]
        else { return nil }
        let owner = place(of: node, in: slot)
        let attempt = head.count == 2 ? Int(head[1]) : 1
        guard let container = containers[owner], frames[slot].steps[owner.place].attempt == attempt,
            let position = position(String(parts[parts.count - 1]), of: node, container)
        else { return nil }
        return openFrame(of: owner, at: position, moment)
    }

    /// Where a body that has not been begun stands.
    private func position(_ name: String, of node: Int, _ container: Container) -> Int? {
        switch plan.nodes[node].kind {
        case .loop(let loop):
            guard let number = Int(name), number >= 0, container.active[number] == nil else { return nil }
            if case .condition = loop.over { return number >= container.done ? number : nil }
            guard number < container.results.count, container.results[number] == nil else { return nil }
            return number
        default:
            guard let position = plan.bodies[node].firstIndex(where: { plan.graphs[$0].owner?.name == name }),
                container.active[position] == nil, container.kept[position] == nil,
                container.results.indices.contains(position), container.results[position] == nil
            else { return nil }
            return position
        }
    }

    // MARK: Opening and closing

    /// Opens what a container's step needs, when its beginning is on record.
    mutating func openContainer(_ step: StepPlace, _ node: Int, _ entry: JournalEntry) {
        var container = Container()
        switch plan.nodes[node].kind {
        case .loop(let loop):
            if case .items = loop.over {
                container.items = entry.data["input"]?["items"]?.array ?? []
                container.results = Array(repeating: nil, count: container.items.count)
            }
        case .parallel, .attempt:
            container.results = Array(repeating: nil, count: plan.bodies[node].count)
        default: return
        }
        closeContainer(step)
        containers[step] = container
    }

    @discardableResult
    mutating func openFrame(of owner: StepPlace, at position: Int, _ moment: Timestamp) -> Int {
        let node = node(at: owner)
        var (graph, name) = (plan.bodies[node][0], String(position))
        var isFinally = false
        if case .loop = plan.nodes[node].kind {
        } else {
            graph = plan.bodies[node][position]
            name = plan.graphs[graph].owner?.name ?? ""
            if case .attempt = plan.nodes[node].kind { isFinally = name == "finally" }
        }
        let attempt = frames[owner.slot].steps[owner.place].attempt
        let outer = frames[owner.slot].path
        let head = attempt > 1 ? "\(plan.nodes[node].id)~\(attempt)" : plan.nodes[node].id
        let path = (outer.isEmpty ? "" : outer + "/") + head + "/" + name
        serials += 1
        let frame = Frame(
            graph: graph, path: path, serial: serials, owner: owner, position: position, isShielded: isFinally,
            steps: blanks[graph], unsettled: blanks[graph].count)
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            frames[slot] = frame
        } else {
            slot = frames.count
            frames.append(frame)
        }
        slots[path] = slot
        for place in plan.graphs[graph].starts { ready.add(StepPlace(slot: slot, serial: serials, place: place)) }
        if isFinally {
            // What was broken off to come here is over.
            for (other, old) in containers[owner]?.active ?? [:] { keep(old, at: other, of: owner) }
            timers.add(.step(owner), at: moment + Self.longestCleanup)
            deadlines[owner] = moment + Self.longestCleanup
        }
        containers[owner]?.active[position] = slot
        return slot
    }

    /// All steps of a frame are settled, or one has failed and no other is under way.
    mutating func frameIsOver(_ slot: Int) {
        guard let owner = frames[slot].owner, !frames[slot].isOver else { return }
        let (failure, position) = (frames[slot].failure, frames[slot].position)
        ready.add(owner)
        switch plan.nodes[node(at: owner)].kind {
        case .loop(let loop):
            finish(slot, at: position, of: owner, failure, continues: loop.continues)
        case .parallel(let parallel):
            finish(slot, at: position, of: owner, failure, continues: parallel.continues)
        default:
            keep(slot, at: position, of: owner)
        }
    }

    private mutating func finish(
        _ slot: Int, at position: Int, of owner: StepPlace, _ failure: JSON?, continues: Bool
    ) {
        let result: JSON = failure.map { ["error": StepError.summary(of: $0)] } ?? output(of: slot)
        drop(slot)
        containers[owner]?.active[position] = nil
        containers[owner]?.done += 1
        containers[owner]?.last = result
        containers[owner]?.note(result, at: position)
        guard let failure, !continues, containers[owner]?.failure == nil else { return }
        let error = located(failure, at: position, of: owner)
        containers[owner]?.failure = error
        for other in containers[owner]?.active.values.sorted() ?? [] { trouble(other) }
    }

    /// A body's error, as that of the container: it says which body failed.
    private func located(_ failure: JSON, at position: Int, of owner: StepPlace) -> JSON {
        guard case .object(var object) = failure else { return failure }
        let node = node(at: owner)
        var place = "Iteration \(position)"
        if case .parallel = plan.nodes[node].kind {
            place = "Branch \((plan.graphs[plan.bodies[node][position]].owner?.name ?? "").quoted)"
        }
        object["message"] = .string(
            "\(place): \(failure["message"]?.string ?? "")".bounded(to: StepError.longestMessage))
        return .object(object)
    }

    /// A part of a try is over; what its steps gave can still be read.
    mutating func keep(_ slot: Int, at position: Int, of owner: StepPlace) {
        guard !frames[slot].isOver else { return }
        frames[slot].isOver = true
        containers[owner]?.active[position] = nil
        containers[owner]?.kept[position] = slot
        containers[owner]?.done += 1
        closeContainers(in: slot)
        abandonCalls(at: frames[slot].path)
    }

    /// Forgets a container's bodies with everything in them.
    mutating func closeContainer(_ step: StepPlace) {
        guard let container = containers.removeValue(forKey: step) else { return }
        deadlines[step] = nil
        for slot in container.active.values.sorted() + container.kept.values.sorted() {
            closeContainers(in: slot)
            drop(slot)
        }
    }

    private mutating func closeContainers(in slot: Int) {
        guard frames[slot].begun > 0 else { return }
        let serial = frames[slot].serial
        for place in frames[slot].steps.indices { closeContainer(StepPlace(slot: slot, serial: serial, place: place)) }
    }

    private mutating func drop(_ slot: Int) {
        abandonCalls(at: frames[slot].path)
        slots[frames[slot].path] = nil
        frames[slot] = Frame(
            graph: frames[slot].graph, path: "", serial: -1, owner: nil, position: 0, isShielded: false, steps: [],
            unsettled: 0, isOver: true)
        freeSlots.append(slot)
    }

    /// Calls that only read may be under way though nothing is on record of them.
    private mutating func abandonCalls(at path: String) {
        guard !inFlight.isEmpty else { return }
        for key in inFlight.keys where key.path == path && key.role == .step {
            inFlight[key] = nil
            orphans.append(key)
        }
    }

    mutating func forget(_ step: StepPlace, _ node: Int) {
        switch plan.nodes[node].kind {
        case .wait:
            events.forget(step)
            listens[step] = nil
            asked.remove(step)
            opened.remove(step)
        case .workflow:
            asked.remove(step)
            deadlines[step] = nil
        case .human:
            asked.remove(step)
            opened.remove(step)
            since[step] = nil
        default: break
        }
    }

    // MARK: What a graph gives

    /// The output of the completed node that no edge leaves; of several, an object by node; of none, null.
    func output(of slot: Int) -> JSON {
        let graph = plan.graphs[frames[slot].graph]
        let ends = graph.ends.filter { place in
            if case .completed = frames[slot].steps[place].phase { true } else { false }
        }
        if ends.count == 1 { return frames[slot].steps[ends[0]].output }
        guard ends.count > 1 else { return .null }
        var object = JSONObject(minimumCapacity: ends.count)
        for place in ends { object[plan.nodes[graph.nodes[place]].id] = frames[slot].steps[place].output }
        return .object(object)
    }
}
