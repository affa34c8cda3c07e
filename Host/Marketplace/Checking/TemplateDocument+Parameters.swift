import PatchbayCore
import PatchbayJSON
import PatchbaySchemas

extension TemplateDocument {
    /// Whether the parameters' schemas are schemas, their defaults fit, each is used, and all that are used are there.
    func parameterProblems() -> [Problem] {
        let used = TextFilling.names(in: workflow, of: "parameters")
        var problems: [Problem] = []
        for (index, parameter) in parameters.enumerated() {
            let place = "/parameters/\(index)"
            do throws(SchemaError) {
                _ = try Schema(parameter.schema)
            } catch {
                problems += error.problems.map { problem in
                    Problem(
                        code: "bad-schema", pointer: place + "/schema" + problem.place.description,
                        message: "the schema of the parameter \(parameter.name.quoted): \(problem.message)")
                }
                continue
            }
            if let standard = parameter.standard {
                problems += parameter.problems(of: standard, at: place + "/default")
            }
            if !used.contains(parameter.name) {
                problems.append(
                    Problem(
                        code: "unused-parameter", pointer: place,
                        message: "the workflow does not use the parameter \(parameter.name.quoted)",
                        hint: "write {{ parameters.\(parameter.name) }} where it belongs, or remove the parameter"))
            }
        }
        for name in used.sorted() where !parameters.contains(where: { $0.name == name }) {
            problems.append(
                Problem(
                    code: "unknown-parameter", pointer: "/workflow",
                    message: "the workflow uses the parameter \(name.quoted), which the template does not declare",
                    hint: Suggestion.hint(for: name, among: parameters.map(\.name), known: "parameters are")
                        ?? "add it to \"parameters\""))
        }
        return problems
    }
}
