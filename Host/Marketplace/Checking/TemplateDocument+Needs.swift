import PatchbayCore
import PatchbayJSON

extension TemplateDocument {
    /// Slots that nothing in the workflow names. Those that it names and that are not there are known to the planner.
    func credentialProblems() -> [Problem] {
        let used = SlotMapping.names(in: workflow)
        return credentials.enumerated().compactMap { index, need in
            guard !used.contains(need.name) else { return nil }
            return Problem(
                code: "unused-credential", pointer: "/required_credentials/\(index)",
                message: "the workflow does not use the credential \(need.name.quoted)",
                hint: Suggestion.hint(for: need.name, among: used.sorted(), known: "it uses")
                    ?? "name it in a node's \"credential\", or remove it")
        }
    }

    /// Whether the connectors that are declared are those that the nodes use, in versions that fit.
    func connectorProblems(workflow: JSON, pins: [ConnectorPin]) -> [Problem] {
        let used = Self.connectors(of: workflow).union(pins.map(\.connector))
        var problems: [Problem] = []
        for (index, need) in connectors.enumerated() {
            let place = "/required_connectors/\(index)"
            if !used.contains(need.connector) {
                problems.append(
                    Problem(
                        code: "unused-connector", pointer: place + "/id",
                        message: "no node uses the connector \(need.connector.quoted)",
                        hint: Suggestion.hint(for: need.connector, among: used.sorted(), known: "they use")
                            ?? "remove it"))
            }
            for pin in pins where pin.connector == need.connector && !need.range.contains(pin.version) {
                problems.append(
                    Problem(
                        code: "misfit-connector", pointer: place + "/version",
                        message:
                            "the template asks for \(need.connector) \(need.versions), and a node gets \(pin.version)",
                        hint: "name the versions that the nodes use, or leave the version out in \"uses\""))
            }
        }
        for connector in used.sorted() where !connectors.contains(where: { $0.connector == connector }) {
            problems.append(
                Problem(
                    code: "undeclared-connector", pointer: "/required_connectors",
                    message: "a node uses the connector \(connector.quoted), which the template does not name",
                    hint: "add {\"id\": \(connector.quoted), \"version\": \"^…\"}"))
        }
        return problems
    }

    /// What the nodes say they use, whether there is such a connector or not.
    private static func connectors(of workflow: JSON) -> Set<String> {
        let nodes = WorkflowDocument.read(workflow).document?.nodes.flatMap(\.all) ?? []
        let uses = nodes.flatMap { [$0.uses, $0.compensation?.uses].compactMap(\.self) }
        return Set(uses.compactMap { ConnectorUse($0)?.connector })
    }
}
