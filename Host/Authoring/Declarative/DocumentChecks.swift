package import DeclarativeFormat
package import PatchbayJSON
import PatchbayModules
import PatchbaySchemas

/// Everything that can be found wrong with a document before it is built.
package enum DocumentChecks {
    /// The document, or all problems as lines.
    package static func read(_ json: JSON) throws(AuthoringError) -> ConnectorDocument {
        let reading = ConnectorDocument.read(json)
        guard let document = reading.document else {
            throw failure(reading.problems.map(\.description))
        }
        let problems = manifestProblems(document) + document.actions.flatMap(schemaProblems)
        guard problems.isEmpty else { throw failure(problems) }
        return document
    }

    private static func failure(_ problems: [String]) -> AuthoringError {
        AuthoringError("The document is not in order:\n" + problems.map { "  \($0)" }.joined(separator: "\n"))
    }

    /// What the manifest would lack: above all names of hosts, headers and credentials.
    private static func manifestProblems(_ document: ConnectorDocument) -> [String] {
        Manifest.read(document.manifest(runtime: "swift-shared"), as: .declared).problems
            .map { "the manifest made of it: \($0)" }
    }

    static func schemaProblems(_ action: ActionDocument) -> [String] {
        let place = "/actions/\(action.id)"
        var problems: [String] = []
        let input: Schema
        do {
            input = try Schema(action.input)
        } catch {
            return ["\(place)/input is no JSON Schema: \(error)"]
        }
        do {
            _ = try Schema(action.output)
        } catch {
            problems.append("\(place)/output is no JSON Schema: \(error)")
        }
        for (position, example) in action.examples.enumerated() {
            for problem in input.validate(example["input"] ?? .null) {
                let inner = problem.instance.description
                problems.append("\(place)/examples/\(position)/input\(inner) \(problem.message)")
            }
        }
        return problems
    }
}
