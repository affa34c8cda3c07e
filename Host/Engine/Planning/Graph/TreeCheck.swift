import PatchbayCore

/// What is wrong with the ways between the nodes of a document, and with what nodes read of each other.
struct TreeCheck {
    private let tree: DocumentTree
    private(set) var problems: [Problem] = []

    init(_ tree: DocumentTree) { self.tree = tree }

    /// Finds everything, given what the nodes' expressions read and their ways out.
    mutating func run(steps: [String: [StepUse]], ports: [String: [String]], needed: [String: Int]) {
        var ancestors: [[NodeSet]?] = []
        for graph in tree.graphs {
            var check = GraphCheck(tree, graph)
            check.run(ports: ports, needed: needed)
            problems += check.problems
            ancestors.append(check.ancestors)
        }
        checkOrder(steps, ancestors)
    }

    /// Every step that a node reads must come before the node, or before a container around it.
    private mutating func checkOrder(_ steps: [String: [StepUse]], _ ancestors: [[NodeSet]?]) {
        for member in tree.members {
            for use in steps[member.node.id] ?? [] {
                guard let step = tree.index[use.step] else { continue }
                check(use, of: member, step, ancestors)
            }
        }
    }

    private mutating func check(
        _ use: StepUse, of member: DocumentTree.Member, _ step: Int, _ ancestors: [[NodeSet]?]
    ) {
        let id = member.node.id
        let target = tree.members[step]
        guard target.node.id != id else {
            return report(
                id, use.pointer, "\(id.quoted) reads its own output, which is not there yet",
                hint: "read another step's output")
        }
        var place = tree.index[id] ?? 0
        while true {
            let graph = tree.members[place].graph
            if graph == target.graph {
                if place == step { return checkContainer(target, use, of: member) }
                let first = tree.graphs[graph].nodes.lowerBound
                // In a graph with cycles nothing is before or behind.
                guard let ancestors = ancestors[graph], !ancestors[place - first].contains(step - first) else { return }
                let reader = tree.members[place].node.id
                let inside = reader == id ? "" : ", nor before \(reader.quoted), which \(id.quoted) stands in"
                return report(
                    id, use.pointer,
                    "\(id.quoted) reads the output of \(use.step.quoted), which does not run before it\(inside)",
                    hint: "lead edges from \(use.step.quoted) to \(reader.quoted)")
            }
            guard let owner = tree.graphs[graph].owner else { break }
            // What a try does after its body may read what that did, as far as it came.
            if tree.members[owner].node.kind == .try, tree.graphs[target.graph].owner == owner, target.graph < graph {
                return
            }
            place = owner
        }
        let container = tree.graphs[target.graph].owner.map { tree.members[$0].node.id } ?? ""
        report(
            id, use.pointer,
            "\(id.quoted) reads the output of \(use.step.quoted), which stands in \(container.quoted) and is seen "
                + "there only", hint: "read steps.\(container).output")
    }

    /// A node reads the output of a container around it.
    private mutating func checkContainer(
        _ container: DocumentTree.Member, _ use: StepUse, of member: DocumentTree.Member
    ) {
        switch container.node.kind {
        case .loop: return
        case .try where body(of: container, around: member) != "body": return
        default:
            report(
                member.node.id, use.pointer,
                "\(member.node.id.quoted) reads the output of \(use.step.quoted), which it stands in and which is not "
                    + "there yet", hint: "read a step of the same body, or one before \(use.step.quoted)")
        }
    }

    /// Which of a container's bodies a node stands in.
    private func body(of container: DocumentTree.Member, around member: DocumentTree.Member) -> String? {
        var member = member
        while let body = member.body {
            let owner = tree.members[body.owner]
            if owner.node.id == container.node.id { return body.name }
            member = owner
        }
        return nil
    }

    private mutating func report(_ node: String, _ pointer: String, _ message: String, hint: String) {
        problems.append(Problem(code: "step-order", node: node, pointer: pointer, message: message, hint: hint))
    }
}
