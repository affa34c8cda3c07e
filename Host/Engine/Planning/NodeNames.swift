package import PatchbayCore
package import PatchbayExpressions
package import PatchbayJSON

/// What the expressions of one node may name.
package struct NodeNames: Sendable {
    /// With every step of the workflow.
    package var names: KnownNames
    /// Steps that have no output yet when the node begins, by their ids, each with what saving says of it.
    package var unreadable: [String: Problem]
}

extension Planner {
    /// What is known at a node of a document, in the order that its expressions may read; without a node, what is known at
    /// the top, where all steps may be read. A document with problems tells as much as can be read of it; nil when that is
    /// nothing, or there is no such node.
    package func names(
        in document: JSON, at node: String? = nil, credentials: [CredentialRecord]? = nil
    ) -> NodeNames? {
        guard let read = WorkflowDocument.read(document).document else { return nil }
        let tree = DocumentTree(read)
        var (context, _) = survey(read, tree, credentials, nil)
        guard let node else {
            context.enter(loops: [])
            return NodeNames(names: context.names, unreadable: [:])
        }
        guard let place = tree.index[node] else { return nil }
        context.enter(loops: DocumentTypes(tree).loops(around: tree.members[place]))
        var check = TreeCheck(tree)
        let steps = read.ids.map { StepUse(step: $0, pointer: $0) }
        check.run(steps: [node: steps], ports: context.ports, needed: context.needed)
        let unreadable = check.problems.filter { $0.code == "step-order" }.map { ($0.pointer, $0) }
        return NodeNames(
            names: context.names, unreadable: Dictionary(unreadable, uniquingKeysWith: { first, _ in first }))
    }
}
