package import PatchbayCore
package import PatchbayJSON
import PatchbaySchemas

/// What somebody chose for a template's parameters and credentials.
package struct TemplateChoices: Sendable, Equatable {
    package var parameters: JSONObject
    /// Names of credentials by slots.
    package var credentials: [String: String]
    /// The workflow's name; nil: the one in the template.
    package var workflowName: String?

    package init(parameters: JSONObject = [:], credentials: [String: String] = [:], workflowName: String? = nil) {
        self.parameters = parameters
        self.credentials = credentials
        self.workflowName = workflowName
    }
}

extension TemplateDocument {
    /// The values of all parameters, chosen or standard, and everything wrong with those that were chosen. Pointers lead into
    /// `{"parameters": {…}, "credentials": {…}}`.
    package func values(for chosen: JSONObject) -> (values: JSONObject, problems: [Problem]) {
        var values = JSONObject()
        var problems: [Problem] = []
        for parameter in parameters {
            let place = "/parameters/" + parameter.name.pointerEscaped
            guard let value = chosen[parameter.name] ?? parameter.standard else {
                problems.append(
                    Problem(
                        code: "missing-parameter", pointer: "/parameters",
                        message: "the parameter \(parameter.name.quoted) has no default and must be given",
                        hint: parameter.title.isEmpty ? nil : parameter.title))
                continue
            }
            values[parameter.name] = value
            if chosen[parameter.name] != nil { problems += parameter.problems(of: value, at: place) }
        }
        for member in chosen where !parameters.contains(where: { $0.name == member.name }) {
            let hint = Suggestion.hint(for: member.name, among: parameters.map(\.name), known: "parameters are")
            problems.append(
                Problem(
                    code: "unknown-parameter", pointer: "/parameters/" + member.name.pointerEscaped,
                    message: "the template has no parameter \(member.name.quoted)", hint: hint))
        }
        return (values, problems)
    }

    /// The workflow with these values in the place of its parameters. Versions of connectors that the nodes leave open become
    /// the ranges that the template asks for. Everything else stays where it is, so that pointers go on leading there.
    func filled(with values: JSONObject) -> JSON { ranged(TextFilling(values: values).fill(workflow)) }

    /// The workflow in canonical form, as far as it can be read, with these values and the chosen credentials in it.
    package func installable(with values: JSONObject, choices: TemplateChoices) -> JSON {
        var filled = TextFilling(values: values).fill(workflow)
        // Only there do all nodes say in one way which connector they use.
        if let read = WorkflowDocument.read(filled).document, read.isWhole { filled = read.json }
        guard case .object(var object) = SlotMapping(names: choices.credentials).map(ranged(filled)) else {
            return filled
        }
        if let name = choices.workflowName { object["name"] = .string(name) }
        return .object(object)
    }

    private func ranged(_ workflow: JSON) -> JSON {
        let ranges = Dictionary(connectors.map { ($0.connector, $0.versions) }, uniquingKeysWith: { first, _ in first })
        return workflow.mappingNodes { node in
            var node = node
            ConnectorUse.write(ranges, into: &node)
            if case .object(var compensation)? = node["compensate"] {
                ConnectorUse.write(ranges, into: &compensation)
                node["compensate"] = .object(compensation)
            }
            return node
        }
    }
}

extension TemplateParameter {
    /// Everything about a value that the parameter does not allow.
    func problems(of value: JSON, at pointer: String) -> [Problem] {
        guard let schema = try? Schema(schema) else { return [] }
        return schema.validate(value).map { violation in
            Problem(
                code: "bad-parameter", pointer: pointer + violation.instance.description,
                message: "the parameter \(name.quoted): \(violation.message)", hint: violation.hint)
        }
    }
}
