import PatchbayCore
import PatchbayJSON

extension WorkflowBuilder {
    /// Translates one node and puts it into its graph; what has no equal is put there as a note.
    mutating func place(
        _ node: N8NNode, _ arrival: inout Arrival, _ surroundings: Surroundings, _ level: inout Level
    ) {
        var place = arrival.place
        let isTrigger = NodeTranslators.isTrigger(node) && arrival.all.isEmpty
        if let input = place.input, input.isList {
            if node.runsOnce {
                place.input = Items("\(input.source)[0]")
            } else {
                place.item = Items("item")
                place.positions[input.lineage] = "index"
            }
        }
        let attached = document.attachments.filter { $0.target == node.name }.compactMap { document[$0.source] }
        var work = NodeWork(
            node, place: place, inputs: arrival.items, settings: document.settings, attached: attached)
        for remark in arrival.remarks { work.approximate(remark) }
        let translator = isTrigger ? NodeTranslators.triggers[node.type] : NodeTranslators.steps[node.type]
        do throws(Untranslatable) {
            guard let translator else {
                throw Untranslatable(
                    isTrigger ? "the trigger has no equal" : "the node type \(node.type.quoted) has no equal")
            }
            let draft = try translator(&work)
            if let reason = refused[node.name] { return refuse(node, reason, draft, work, arrival, isTrigger, &level) }
            if isTrigger { placeTrigger(node, draft, &work, &level) } else { put(node, draft, &work, arrival, &level) }
        } catch {
            refuse(node, error.reason, nil, work, arrival, isTrigger, &level)
        }
    }

    // MARK: Triggers

    private mutating func placeTrigger(
        _ node: N8NNode, _ draft: NodeDraft, _ work: inout NodeWork, _ level: inout Level
    ) {
        let id = ids[node.name] ?? ""
        var object = frame(node)
        object["type"] = .string(draft.kind.rawValue)
        for member in draft.members { object[member.name] = member.value }
        level.nodes.append(.object(object))
        var made = [id]
        for other in draft.others {
            let id = naming.id(for: id)
            owners[id] = node.name
            var further: JSONObject = ["id": .string(id), "type": .string(draft.kind.rawValue)]
            for member in other { further[member.name] = member.value }
            level.nodes.append(.object(further))
            made.append(id)
        }
        let items = draft.trigger ?? Items("trigger.body")
        exits[node.name] = [0: FlowExit(id: id, port: nil, items: items, guards: ["@trigger": id])]
        for follower in made.dropFirst() {
            // The further triggers lead to all that the first one leads to.
            for way in graph.ways where way.source == node.name {
                level.connect(FlowExit(id: follower, port: nil, items: items, guards: [:]), to: ids[way.target] ?? "")
            }
        }
        finish(node, made, &work)
    }

    // MARK: Steps

    private mutating func put(
        _ node: N8NNode, _ draft: NodeDraft, _ work: inout NodeWork, _ arrival: Arrival, _ level: inout Level
    ) {
        let id = ids[node.name] ?? ""
        var object = frame(node)
        object["type"] = .string(draft.kind.rawValue)
        for member in draft.members { object[member.name] = member.value }
        let isMany = draft.scope == .item && (work.place.item != nil)
        let errorExit = fail(node, draft, isMany: isMany, &object, &work)
        guard isMany, let input = arrival.place.input else {
            level.nodes.append(.object(object))
            for exit in arrival.all { level.connect(exit, to: id) }
            leave(node, draft, id, arrival, errorExit)
            return finish(node, [id], &work)
        }
        let loop = naming.id(for: id + "_each")
        owners[loop] = node.name
        var inner: [JSON] = [.object(object)]
        var edges: [JSON] = []
        let output = draft.outputs.first ?? .init(.value)
        if output.gives != .input, !output.suffix.isEmpty || output.shape != nil {
            let result = naming.id(for: id + "_item")
            owners[result] = node.name
            let value = output.shape.map { $0("steps.\(id).output").whole } ?? "steps.\(id).output\(output.suffix)"
            inner.append(
                ["id": .string(result), "type": "transform", "config": ["value": .string("{{ \(value) }}")]])
            edges.append(["source": .string(id), "target": .string(result)])
        }
        level.nodes.append(
            [
                "id": .string(loop), "type": "loop", "config": ["items": .string("{{ \(input.source) }}")],
                "body": ["nodes": .array(inner), "edges": .array(edges)],
            ])
        for exit in arrival.all { level.connect(exit, to: loop) }
        let items: Items
        switch output.gives {
        case .input: items = input
        case .value: items = Items("steps.\(loop).output", isList: true, lineage: input.lineage)
        case .list:
            lineages += 1
            items = Items("steps.\(loop).output.flatten()", isList: true, lineage: lineages)
        }
        exits[node.name] = [0: FlowExit(id: loop, port: nil, items: items, guards: arrival.guards)]
        finish(node, [loop, id], &work)
    }

    /// The ways out of a node that runs once.
    private mutating func leave(
        _ node: N8NNode, _ draft: NodeDraft, _ id: String, _ arrival: Arrival, _ errorExit: Int?
    ) {
        var exits: [Int: FlowExit] = [:]
        for (number, output) in draft.outputs.enumerated() {
            let source = "steps.\(id).output\(output.suffix)"
            let items: Items
            switch output.gives {
            case .input:
                var passed = arrival.place.input ?? Items("null")
                if node.runsOnce, passed.isList { passed = Items("\(passed.source)[0]") }
                items = passed
            case .value: items = Items(source, shape: output.shape?("steps.\(id).output"))
            case .list:
                lineages += 1
                items = Items(source, isList: true, lineage: lineages)
            }
            var guards = arrival.guards
            if let port = output.port { guards[id] = port }
            exits[number] = FlowExit(id: id, port: output.port, items: items, guards: guards)
        }
        if let errorExit {
            let error = Items("steps.\(id).output")
            exits[errorExit] = FlowExit(id: id, port: FailureStrategy.port, items: error, guards: arrival.guards)
        }
        self.exits[node.name] = exits
    }

    /// Retries, and what a failure means. Gives the output that failures leave by.
    private func fail(
        _ node: N8NNode, _ draft: NodeDraft, isMany: Bool, _ object: inout JSONObject, _ work: inout NodeWork
    ) -> Int? {
        if node.attempts > 1, draft.kind.isRetryable {
            object["retry"] = [
                "attempts": .int(Int64(node.attempts)), "backoff": "fixed",
                "initial": .string("\(max(1, node.wait))ms"),
                "max": .string("\(max(1, node.wait))ms"), "jitter": false,
            ]
            work.approximate("only failures that may pass are tried again here")
        }
        switch node.onError {
        case nil: return nil
        case "continueErrorOutput" where !isMany && !["condition", "switch"].contains(draft.kind.rawValue):
            object["on_error"] = "route"
            return draft.outputs.count
        case "continueErrorOutput":
            work.approximate(
                "what fails goes on with the rest, because lists have no way of their own for failures here")
            object["on_error"] = "continue"
        default: object["on_error"] = "continue"
        }
        return nil
    }

    /// The line of a node that was translated.
    mutating func finish(_ node: N8NNode, _ ids: [String], _ work: inout NodeWork) {
        let rest = work.leftovers
        if !rest.isEmpty { work.approximate("without an equal and left out: " + rest.joined(separator: ", ")) }
        if node.alwaysGives { work.approximate("a step here always gives something") }
        if node.onError == "continueErrorOutput", exits[node.name]?.count == 1 {
            work.approximate("failures have no way of their own here")
        }
        work.recordRest(.unused, "nothing here takes this parameter")
        report.expressions += work.expressions
        report.credentials += work.credentials.filter { !report.credentials.contains($0) }
        let isExact = work.reasons.isEmpty && work.expressions.allSatisfy { $0.verdict == .translated }
        var reasons = work.reasons
        if reasons.isEmpty, !isExact { reasons.append("some of its expressions are approximated") }
        line(node, isExact ? .translated : .approximated, ids, reasons)
    }

    // MARK: Notes in the way

    private mutating func refuse(
        _ node: N8NNode, _ reason: String, _ draft: NodeDraft?, _ work: NodeWork, _ arrival: Arrival, _ isTrigger: Bool,
        _ level: inout Level
    ) {
        var work = work
        let id = ids[node.name] ?? ""
        var object: JSONObject?
        if let draft {
            var members: JSONObject = ["type": .string(draft.kind.rawValue)]
            for member in draft.members { members[member.name] = member.value }
            object = members
        }
        level.nodes.append(note(node, text: "Not translated: \(reason)", draft: object))
        work.recordRest(.unused, "its node became a note")
        report.expressions += work.expressions
        guard isTrigger else {
            for exit in arrival.all { level.connect(exit, to: id) }
            exits[node.name] = [
                0: FlowExit(id: id, port: nil, items: Items("steps.\(id).output"), guards: arrival.guards)
            ]
            let isLeading = graph.ways.contains { $0.source == node.name }
            return line(
                node, .note, [id],
                [reason] + (isLeading ? ["what only it leads to is kept, and skipped until the note is replaced"] : []))
        }
        let stand = naming.id(for: id + "_start")
        owners[stand] = node.name
        level.nodes.append(
            ["id": .string(stand), "type": "manual", "name": .string("In place of " + String(node.name.prefix(150)))])
        let items = Items("trigger.body")
        exits[node.name] = [0: FlowExit(id: stand, port: nil, items: items, guards: ["@trigger": stand])]
        line(
            node, .note, [id, stand],
            [
                reason,
                "the manual trigger \(stand.quoted) stands in its place: start runs with what n8n's trigger gives",
            ])
    }
}
