package import PatchbayCore
package import PatchbayEngine
package import PatchbayJSON

/// A workflow of another product as a workflow of ours, with what became of each of its parts.
package struct WorkflowImport: Sendable {
    /// Can be saved as it is, but for what `problems` tells.
    package var document: JSON
    package var report: ImportReport
    /// What stands in the way of saving still: connectors and credentials that are not there.
    package var problems: [Problem]

    /// What may be missing in an installation without the translation being at fault.
    private static let absences: Set = [
        "unknown-connector", "unknown-version", "unknown-action", "connector-refused", "missing-credential",
        "unknown-credential",
        "misfit-credential",
    ]
    /// Each round makes notes of what the planner refuses; a document that needs more is refused itself.
    private static let mostRounds = 60

    /// Translates n8n's document. A node whose translation the planner does not take becomes a note, with the planner's words
    /// as the reason, so that what is given back can be planned.
    ///
    /// - Parameter workflows: What sub-workflows may be; nil: none is known.
    package init(
        n8n json: JSON, planner: Planner, workflows: [WorkflowListing]? = []
    ) throws(ImportRefusal) {
        let source = try N8NDocument(reading: json)
        var refused: [String: String] = [:]
        for _ in 0..<Self.mostRounds {
            var builder = WorkflowBuilder(source, refused: refused)
            let document = builder.build()
            let planning = planner.plan(document, credentials: nil, workflows: workflows)
            let faults = planning.problems.filter { !Self.absences.contains($0.code) }
            var isNew = false
            for fault in faults {
                guard let node = fault.node, let owner = builder.owners[node], refused[owner] == nil else { continue }
                refused[owner] = fault.message + (fault.hint.map { " (\($0))" } ?? "")
                isNew = true
            }
            if faults.isEmpty || !isNew {
                guard faults.isEmpty else {
                    throw ImportRefusal(
                        pointer: "", message: "the translation cannot be planned: \(faults[0].message)",
                        hint: faults[0].hint ?? "report this document's shape")
                }
                self.document = planning.document
                report = builder.report
                problems = planning.problems
                report.missingConnectors = Self.missing(problems, document)
                return
            }
        }
        throw ImportRefusal(
            pointer: "", message: "the translation cannot be planned, whatever is made a note of",
            hint: "take the workflow apart in n8n")
    }

    private static func missing(_ problems: [Problem], _ document: JSON) -> [String] {
        var uses: [String: String] = [:]
        collect(document, into: &uses)
        let absent = problems.filter { $0.code != "missing-credential" }.compactMap { $0.node.flatMap { uses[$0] } }
        return Set(absent).sorted()
    }

    /// The connector of each node that uses one.
    private static func collect(_ json: JSON, into uses: inout [String: String]) {
        for node in json["nodes"]?.array ?? [] {
            if let id = node["id"]?.string, let text = node["uses"]?.string {
                uses[id] = String(text.prefix { $0 != "/" && $0 != "@" })
            }
            if let body = node["body"] { collect(body, into: &uses) }
        }
    }
}
